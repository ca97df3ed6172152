"""What the hub said of the small hub's unlisted parents."""

from __future__ import annotations

from small_hub_rows import SEEN, Row

LOOKED_UP: tuple[Row, ...] = (
    {"asked_id": "gone/parent", "lookup_status": "not_found", "placeholder_kind": "deleted", "observed_at": SEEN},
    {
        "asked_id": "deep/base-one",
        "lookup_status": "found",
        "renamed_to": "deep/Base-1",
        "found_id": "deep/Base-1",
        "observed_at": SEEN,
    },
)
"""Rows of parent_lookups."""

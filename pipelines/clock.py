"""The only caller of the current time; a run fixes its instant once and passes it on."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant as a naive datetime in UTC, to the microsecond."""
    return datetime.now(UTC).replace(tzinfo=None)

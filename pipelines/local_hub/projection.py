"""Which fields of a record travel: the short row of a listing, its additions, the whole detail, or just what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.local_hub.query import Fields
from warehouse.landing.records import wire_record
from warehouse.landing.schema import JSON_FIELDS, RECORD_FIELDS

SHORT = frozenset(
    {"_id", "id", "modelId", "likes", "private", "downloads", "tags", "pipeline_tag", "library_name", "createdAt"}
)
"""The default row of a listing (hub-api, section 3)."""

FULL = frozenset({"author", "sha", "lastModified", "siblings", "gated", "disabled"})
"""What ``full=true`` adds to it."""

_COLUMNS = {wire: column for wire, (column, _) in RECORD_FIELDS.items()} | JSON_FIELDS
_CARRIERS = frozenset({"hub_object_id", "model_id", "extra", "misfits", "null_fields", "raw"})
"""Landing columns that may hold any field, or that every answer needs."""


def listing_fields(fields: Fields) -> frozenset[str]:
    """Return the names a listing row may carry."""
    if fields.expand:
        return frozenset({"_id", "id", *fields.expand})
    names = SHORT | FULL if fields.full else SHORT
    added = {name for name, is_asked in (("cardData", fields.card_data), ("config", fields.config)) if is_asked}
    return names | added


def detail_fields(fields: Fields) -> frozenset[str] | None:
    """Return the names a detail answer may carry; None means all there are."""
    return frozenset({"_id", "id", *fields.expand}) if fields.expand else None


def columns_for(names: frozenset[str]) -> frozenset[str]:
    """Return the landing columns that are needed to write these fields."""
    return _CARRIERS | {_COLUMNS[name] for name in names if name in _COLUMNS}


def projected(row: Mapping[str, Any], names: frozenset[str] | None) -> object:
    """Return a landing row as it goes over the wire, cut to ``names``; a malformed record goes as it is."""
    record = wire_record(row)
    if row.get("raw") is not None or not isinstance(record, dict):
        return record
    if names is None or "modelId" in names:
        record.setdefault("modelId", record.get("id"))
    if names is None:
        return record
    return {name: value for name, value in record.items() if name in names}

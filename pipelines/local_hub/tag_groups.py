"""The tags in use by group, for ``/api/models-tags-by-type`` (hub-api, section 6)."""

from __future__ import annotations

import polars as pl

_PREFIXED = {"license": "license", "dataset": "dataset", "region": "region"}
_COLUMNS = {"pipeline_tag": "pipeline_tag", "library": "library_name"}


def grouped_tags(records: pl.DataFrame) -> dict[str, list[dict[str, str]]]:
    """Return group -> entries {id, label, type} in the order of the id: tasks, libraries, and tags with a known prefix."""
    by_column = {group: _entries(group, _values(records, column)) for group, column in _COLUMNS.items()}
    tags = records["tags"].explode().drop_nulls().unique() if "tags" in records.columns else pl.Series([], dtype=pl.String())
    by_prefix = {group: _entries(group, tags.filter(tags.str.starts_with(f"{p}:"))) for group, p in _PREFIXED.items()}
    return by_column | by_prefix


def _values(records: pl.DataFrame, column: str) -> pl.Series:
    return records[column].drop_nulls().unique() if column in records.columns else pl.Series([], dtype=pl.String())


def _entries(group: str, ids: pl.Series) -> list[dict[str, str]]:
    return [{"id": tag, "label": tag.split(":", 1)[-1], "type": group} for tag in ids.sort()]

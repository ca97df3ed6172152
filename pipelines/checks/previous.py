"""What the published file held, read once before a build is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb

from pipelines.logs import log
from warehouse.errors import HubtreeError
from warehouse.reading import reading_file

WIRE_COLUMNS: Final = (
    "hub_object_id",
    "created_at",
    "last_modified_at",
    "sha",
    "downloads_30d",
    "downloads_all_time",
    "likes",
    "pipeline_tag",
    "library_name",
    "parameter_count",
    "gated",
    "is_private",
    "is_disabled",
)
"""Columns of models that one field of the hub's answer fills, and that are empty where the hub stops sending it."""

_KINDS: Final = "select landing_kind from conservation where n_landed > 0 order by all"

_REASONS: Final = "select distinct landing_kind, coalesce(field, ''), reason from quarantine order by all"


@dataclass(frozen=True)
class Previous:
    """What is known of the published file; empty for a first build."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Rows a table; a table the file does not hold is absent."""
    n_listed: int | None = None
    """Models without removed_at."""
    filled: Mapping[str, float] = field(default_factory=dict)
    """Share of models that have a value, for each of `WIRE_COLUMNS`."""
    kinds: tuple[str, ...] = ()
    """Landing kinds the file was made from."""
    reasons: tuple[tuple[str, str, str], ...] = ()
    """Landing kind, field (empty for a whole record) and reason that stand in its quarantine."""
    unreadable: str = ""
    """Why the file could not be read; empty when it could, or when there is none."""


def read_previous(path: Path | None) -> Previous:
    """Read the published file; a missing one is a first build, one that can't be read is logged and not fatal."""
    if path is None or not path.exists():
        return Previous()
    try:
        with reading_file(path), duckdb.connect(str(path), read_only=True) as connection:
            return _read(connection)
    except (duckdb.Error, HubtreeError) as error:
        log("previous_file_unreadable", path=path, error=error)
        return Previous(unreadable="the published file could not be read")


def _read(connection: duckdb.DuckDBPyConnection) -> Previous:
    """Read what is there: a file of another contract version may lack a table or a column."""
    tables = _columns(connection)
    models = tables.get("models", set())
    has_quarantine = {"conservation", "quarantine"} <= tables.keys()
    return Previous(
        counts={table: _count(connection, f'main."{table}"') for table in tables},
        n_listed=_count(connection, "main.models where removed_at is null") if "removed_at" in models else None,
        filled=_filled(connection, [name for name in WIRE_COLUMNS if name in models]),
        kinds=tuple(kind for (kind,) in connection.execute(_KINDS).fetchall()) if has_quarantine else (),
        reasons=tuple(connection.execute(_REASONS).fetchall()) if has_quarantine else (),
    )


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    query = (
        "select table_name, list(column_name) from duckdb_columns() where schema_name = 'main' and not internal group by all"
    )
    return {table: set(columns) for table, columns in connection.execute(query).fetchall()}


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(connection.execute(f"select count(*) from {rows}").fetchall()[0][0])


def _filled(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> dict[str, float]:
    if not columns:
        return {}
    shares = ", ".join(f"coalesce(count({name}) / count(*), 0)" for name in columns)
    return dict(zip(columns, connection.execute(f"select {shares} from main.models").fetchall()[0], strict=True))

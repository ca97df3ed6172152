"""Comparison with the file that is published now: a table that shrinks is more often a broken crawl than a shrinking hub."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import duckdb

from pipelines.checks.check import BREAKING_ROWS, Check
from pipelines.logs import log
from warehouse.contract import Table

_KEEPS: Final = {"models": 0.6}
"""Least share of its rows a table keeps from one file to the next, where that stops publishing."""

_KEEPS_OTHERS: Final = 0.5
"""The same for all other tables, where it is a warning."""

_FIRST: Final = "first build, nothing to compare with"


@dataclass(frozen=True)
class Previous:
    """What is known of the published file before this build."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Rows a table; a table the file does not hold is absent."""
    n_listed: int | None = None
    """Models without removed_at."""
    unreadable: str = ""
    """Why the file could not be read; empty when it could, or when there is none."""


def read_previous(path: Path | None) -> Previous:
    """Count the rows of the published file; a missing file is a first build, an unreadable one is said and not fatal."""
    if path is None or not path.exists():
        return Previous()
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return _count(connection)
    except duckdb.Error as error:
        log("previous_file_unreadable", path=path, error=error)
        return Previous(unreadable="the published file could not be read")


def _count(connection: duckdb.DuckDBPyConnection) -> Previous:
    names = connection.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()
    counts = {name: _one(connection, f'select count(*) from main."{name}"') for (name,) in names}
    listed = "select count(*) from main.models where removed_at is null"
    return Previous(counts, _one(connection, listed) if "models" in counts else None)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def comparisons_of(table: Table, previous: Previous) -> list[Check]:
    """Return the checks of a table against the published file."""
    checks = [_row_count(table, previous)]
    return [*checks, _listed(table, previous)] if table.name == "models" else checks


def _row_count(table: Table, previous: Previous) -> Check:
    count = previous.counts.get(table.name)
    keeps = _KEEPS.get(table.name, _KEEPS_OTHERS)
    return Check(
        table.name,
        "rows against the published file",
        _severity(table, previous),
        f"Rows of {table.name}, compared with the file published before this build.",
        _expected(count, keeps, "rows"),
        "ExpectTableRowCountToBeBetween",
        {"min_value": _least(count, keeps)},
        f"select count(*) as n from {table.name}",
        skipped=previous.unreadable,
        compares=True,
    )


def _listed(table: Table, previous: Previous) -> Check:
    """Models are never dropped, so a broken listing shows in the ones that are still there."""
    keeps = _KEEPS["models"]
    listed = "select count(*) as n from models where removed_at is null"
    query = f"{listed} having count(*) < {_least(previous.n_listed, keeps)}"
    return Check(
        table.name,
        "listed models against the published file",
        _severity(table, previous),
        "Models that are not removed, compared with the file published before this build.",
        _expected(previous.n_listed, keeps, "models without removed_at"),
        BREAKING_ROWS,
        {"unexpected_rows_query": query},
        listed,
        skipped=previous.unreadable,
        compares=True,
    )


def _least(count: int | None, keeps: float) -> int:
    return math.ceil((count or 0) * keeps)


def _severity(table: Table, previous: Previous) -> Literal["fail", "warn"]:
    return "fail" if table.name in _KEEPS and not previous.unreadable else "warn"


def _expected(count: int | None, keeps: float, unit: str) -> str:
    if count is None:
        return f"any number of {unit}: {_FIRST}"
    return f"at least {_least(count, keeps):,} {unit}: {keeps:.0%} of the {count:,} of the published file"

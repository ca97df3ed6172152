"""The frame of ``check_results``: one row a check, as the contract says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from pipelines.checks.check import Check
from warehouse.contract import TABLES

_TYPES: Final[dict[str, pl.DataType]] = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMP": pl.Datetime("us"),
}

SCHEMA: Final = pl.Schema({column.name: _TYPES[column.type] for column in TABLES["check_results"].columns})
"""Columns and types of the frame, from the contract."""


@dataclass(frozen=True)
class Outcome:
    """What a check found."""

    is_passed: bool | None
    """None when the check could not be run."""
    observed: str
    n_failed: int | None = None
    """Rows that break it; None for checks of a table as a whole and checks that could not be run."""


def row_of(check: Check, outcome: Outcome, *, n_rows: int | None) -> dict[str, object]:
    """Return the row of one check, without the columns that all rows share."""
    return {
        "table_name": check.table,
        "check_name": check.name,
        "severity": check.severity,
        "is_passed": outcome.is_passed,
        "n_rows": n_rows,
        "n_failed": outcome.n_failed,
        "observed": outcome.observed,
        "expected": check.expected,
    }


def frame_of(rows: list[dict[str, object]], *, build_id: str, checked_at: datetime) -> pl.DataFrame:
    """Return the rows as `SCHEMA`, sorted by table and check."""
    shared = {"run_id": build_id, "checked_at": checked_at}
    return pl.DataFrame([{**row, **shared} for row in rows], schema=SCHEMA).sort("table_name", "check_name")


def unchecked(build_id: str, checked_at: datetime) -> pl.DataFrame:
    """Return the one row of a build that was not checked because Great Expectations is not installed."""
    row: dict[str, object] = {
        "table_name": "check_results",
        "check_name": "checks ran",
        "severity": "warn",
        "is_passed": None,
        "observed": "great_expectations is not installed: pip install 'hubtree[checks]'",
        "expected": "the data checks of every table",
    }
    return frame_of([row], build_id=build_id, checked_at=checked_at)

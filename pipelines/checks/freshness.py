"""Freshness: the newest observation and the newest run are not older than a nightly job allows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pipelines.checks.check import Check
from warehouse.contract import COLUMNS, Table

FRESH_FOR: Final = timedelta(days=2)
"""One missed night is noticed by Airflow; two are noticed here too."""

_CLOCKS: Final = {"models": "last_seen_at", "runs": "finished_at"}
"""Table and the column whose newest value tells its age."""


def freshness_of(table: Table, checked_at: datetime) -> list[Check]:
    """Return the freshness check of a table, if it has one; severity warn, because old data is still right as of its day."""
    column = _CLOCKS.get(table.name)
    if column is None:
        return []
    oldest = checked_at - FRESH_FOR
    expected = f"the newest is {oldest.isoformat(' ', 'seconds')} or later"
    newest = f"select max({column}) as newest from {table.name}"
    arguments = {"column": column, "min_value": oldest}
    meaning = f"The newest of: {COLUMNS[column].meaning}"
    return [Check(table.name, f"{column} is fresh", "warn", meaning, expected, "ExpectColumnMaxToBeBetween", arguments, newest)]

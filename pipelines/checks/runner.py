"""Running the checks: one suite a table, one row a check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.checks.catalogue import checked_tables, checks_of
from pipelines.checks.check import SHAPE, Check
from pipelines.checks.previous import read_previous
from pipelines.checks.results import Outcome, frame_of, row_of
from pipelines.checks.source import Source, open_source
from pipelines.logs import redact

_EXAMPLES: Final = 3
_LONGEST_EXAMPLE: Final = 200
_NO_ROWS: Final = Outcome(True, "the table has no rows", 0)
"""Of a check of a column's values where there are none: Great Expectations takes milliseconds a question."""
_NO_ROW_BREAKS_IT: Final = Outcome(True, "no row breaks it", 0)


def is_available() -> bool:
    """Whether the extra ``checks`` is installed."""
    return all(find_spec(name) is not None for name in ("great_expectations", "duckdb_sqlalchemy"))


def run_checks(database: Path, *, build_id: str, checked_at: datetime, previous: Path | None) -> pl.DataFrame:
    """Check a built file against the contract and against the file published before it.

    Args:
        database: the DuckDB file; opened read-only, and closed when the function returns.
        build_id: goes to run_id of every row.
        checked_at: the instant freshness is measured from (naive, UTC).
        previous: the published file, or None; a missing one is a first build.

    Returns:
        ``check_results`` as the contract says, sorted by table_name and check_name.

    Raises:
        NotFound: there is no such file.
        CorruptFile: the file can't be read.
    """
    before = read_previous(previous)
    rows: list[dict[str, object]] = []
    with open_source(database) as source:
        for table in checked_tables():
            checks = checks_of(table, checked_at=checked_at, previous=before)
            rows += _rows(source, table.name, checks)
    return frame_of(rows, build_id=build_id, checked_at=checked_at)


def _rows(source: Source, table: str, checks: list[Check]) -> list[dict[str, object]]:
    n_rows = source.counts.get(table)
    if n_rows is None:
        return [row_of(check, _missing(check), n_rows=None) for check in checks]
    is_vacuous = {check.name: n_rows == 0 and check.is_of_values for check in checks}
    found = source.validate(table, [check for check in checks if not check.skipped and not is_vacuous[check.name]])
    return [
        row_of(check, _NO_ROWS if is_vacuous[check.name] else _outcome(source, check, found), n_rows=n_rows) for check in checks
    ]


def _missing(check: Check) -> Outcome:
    return Outcome(False if check.name == SHAPE else None, "the table is missing")


def _outcome(source: Source, check: Check, found: Mapping[str, Any]) -> Outcome:
    if check.skipped:
        return Outcome(None, check.skipped)
    result = found[check.name]
    if result.success and check.is_of_rows:
        return _NO_ROW_BREAKS_IT
    if not result.result:
        return Outcome(None, f"could not be run: {_cause(result.exception_info)}")
    if "unexpected_count" not in result.result:
        return Outcome(bool(result.success), _value(result.result["observed_value"]))
    n_failed = int(result.result["unexpected_count"])
    return Outcome(False, _breaking(source, check, n_failed), n_failed)


def _value(value: object) -> str:
    return f"{value:,} rows" if isinstance(value, int) else "no value" if value is None else str(value)


def _breaking(source: Source, check: Check, n_failed: int) -> str:
    examples = " | ".join(_example(row) for row in source.rows(_examples(check), _EXAMPLES))
    return f"{n_failed:,} break it, for example {examples}"


def _examples(check: Check) -> str:
    """Return the SQL of the offending rows; a comparison shows what it found, its own query shows what breaks it."""
    return str(check.arguments.get("unexpected_rows_query", check.offenders))


def _example(row: Mapping[str, Any]) -> str:
    text = redact(", ".join(f"{name}={value}" for name, value in row.items()))
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE]}…"


def _cause(info: Mapping[str, Any]) -> str:
    """Return the first line of the first error: Great Expectations keeps one, or one for each metric."""
    errors = [info] if "exception_message" in info else list(info.values())
    message = next((str(error["exception_message"]) for error in errors), "no reason given")
    return redact(message.strip().splitlines()[0])

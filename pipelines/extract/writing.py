"""One extract as files: Parquet as it is, CSV that is safe to open in a spreadsheet, and JSON Lines where it is small.

CSV is UTF-8 with a header and commas. Null is an empty field and an empty text is ``""``; instants are YYYY-MM-DD hh:mm:ss in
UTC; lists are JSON text; text that a spreadsheet would run as a formula has an apostrophe before it (`warehouse.spreadsheets`).

A table that grows with time is a folder of Parquet files, one a month: ``<name>/month=2024-07/part-0.parquet``, as Hive, Spark,
Polars and DuckDB read it. Months that are over stay nearly as they were, so that a mirror fetches the last one alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
from duckdb.sqltypes import DuckDBPyType

from pipelines.extract.sources import PARTITION, Source
from pipelines.query.formats import write_frame
from warehouse.spreadsheets import FORMULA_STARTS, GUARD

SMALL: Final = 10_000
"""Most rows of an extract that is written as JSON Lines too: what scripts and web pages read whole."""

_ROW_GROUP_SIZE: Final = 122_880
"""Fixed because it is part of a file's bytes."""

_NO_MONTH: Final = "__HIVE_DEFAULT_PARTITION__"
"""Hive's word for null; the part also holds the columns of a table that has no rows yet."""

_NESTED: Final = frozenset({"list", "array", "struct", "map"})


def write_parquet(source: Source, folder: Path) -> Path:
    """Write an extract as zstd Parquet in key order; the same rows give the same bytes."""
    path = folder / f"{source.name}.parquet"
    _write_part(source.rows, path)
    return path


def part_by_month(whole: Path, rows: duckdb.DuckDBPyRelation, source: Source) -> list[Path]:
    """Part a written Parquet file into one file a month of ``source.grows_by``, each in the order of the whole.

    Args:
        whole: the file; it stays.
        rows: its rows.
        source: the extract, with ``grows_by``.

    Returns:
        The parts by month; one part without rows where the table has none.
    """
    time = duckdb.ColumnExpression(str(source.grows_by))
    written = duckdb.FunctionExpression("strftime", time, duckdb.ConstantExpression("%Y-%m"))
    month = duckdb.CoalesceOperator(written, duckdb.ConstantExpression(_NO_MONTH))
    months = sorted(row[0] for row in rows.select(month.alias(PARTITION)).distinct().fetchall()) or [_NO_MONTH]
    parts = []
    for name in months:
        part = whole.with_suffix("") / f"{PARTITION}={name}" / "part-0.parquet"
        part.parent.mkdir(parents=True)
        _write_part(rows.filter(month == duckdb.ConstantExpression(name)), part)
        parts.append(part)
    return parts


def _write_part(rows: duckdb.DuckDBPyRelation, path: Path) -> None:
    rows.write_parquet(str(path), compression="zstd", row_group_size=_ROW_GROUP_SIZE)


def write_jsonl(rows: duckdb.DuckDBPyRelation, path: Path) -> Path:
    """Write rows as JSON Lines: null stands for what is unknown and for NaN and infinity, instants are ISO 8601 in UTC."""
    with path.open("wb") as stream:
        write_frame(rows.pl(), "jsonl", stream)
    return path


def write_csv(rows: duckdb.DuckDBPyRelation, path: Path) -> Path:
    """Write rows as CSV in their order; DuckDB does the work, because a loop over a million rows would take minutes."""
    columns = [_cell(name, kind) for name, kind in zip(rows.columns, rows.types, strict=True)]
    rows.select(*columns).write_csv(str(path), header=True)
    return path


def _cell(name: str, kind: DuckDBPyType) -> duckdb.Expression:
    column = duckdb.ColumnExpression(name)
    if kind.id == "varchar":
        return _guarded(column).alias(name)
    if kind.id in _NESTED:
        return duckdb.FunctionExpression("to_json", column).cast(duckdb.sqltype("VARCHAR")).alias(name)
    return column


def _guarded(column: duckdb.Expression) -> duckdb.Expression:
    """Put the guard before a formula; no IN list, because DuckDB makes a join of a long one and loses the rows' order."""
    start = duckdb.FunctionExpression("left", column, duckdb.ConstantExpression(1))
    is_risky = duckdb.FunctionExpression("contains", duckdb.ConstantExpression("".join(FORMULA_STARTS)), start)
    guarded = duckdb.FunctionExpression("concat", duckdb.ConstantExpression(GUARD), column)
    is_empty = column == duckdb.ConstantExpression("")  # every text contains the empty one
    return duckdb.CaseExpression(is_empty, column).when(is_risky, guarded).otherwise(column)

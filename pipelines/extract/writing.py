"""One extract as two files: Parquet as it is, and CSV that is safe to open in a spreadsheet.

CSV is UTF-8 with a header and commas. Null is an empty field and an empty text is ``""``; instants are YYYY-MM-DD hh:mm:ss in
UTC; lists are JSON text; text that a spreadsheet would run as a formula has an apostrophe before it (`warehouse.spreadsheets`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from duckdb.sqltypes import DuckDBPyType

from pipelines.extract.sources import Source
from warehouse.spreadsheets import FORMULA_STARTS, GUARD

_ROW_GROUP_SIZE = 122_880
"""Fixed because it is part of a file's bytes."""


def write_parquet(source: Source, folder: Path) -> Path:
    """Write an extract as zstd Parquet in key order; the same rows give the same bytes."""
    path = folder / f"{source.name}.parquet"
    source.rows.write_parquet(str(path), compression="zstd", row_group_size=_ROW_GROUP_SIZE)
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
    if kind.id == "list":
        return duckdb.FunctionExpression("to_json", column).cast(duckdb.sqltype("VARCHAR")).alias(name)
    return column


def _guarded(column: duckdb.Expression) -> duckdb.Expression:
    """Put the guard before a formula; no IN list, because DuckDB makes a join of a long one and loses the rows' order."""
    start = duckdb.FunctionExpression("left", column, duckdb.ConstantExpression(1))
    is_risky = duckdb.FunctionExpression("contains", duckdb.ConstantExpression("".join(FORMULA_STARTS)), start)
    guarded = duckdb.FunctionExpression("concat", duckdb.ConstantExpression(GUARD), column)
    is_empty = column == duckdb.ConstantExpression("")  # every text contains the empty one
    return duckdb.CaseExpression(is_empty, column).when(is_risky, guarded).otherwise(column)

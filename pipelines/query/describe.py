"""What the published file holds: its tables with grain and size, and a table's columns with meaning and share of nulls.

Names, types and meanings come from the comments in the file itself, so that a file is described as it is, whatever the
version of the code; key, closed vocabulary and warnings come from the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import duckdb
import polars as pl

from pipelines.query.own import ask, reading
from warehouse.contract import COLUMNS, TABLES
from warehouse.errors import NotFound


@dataclass(frozen=True)
class TableSummary:
    """One table: what one row is, and how many there are."""

    name: str
    grain: str
    n_rows: int


@dataclass(frozen=True)
class ColumnSummary:
    """One column; ``null_share`` is between 0 and 1, and null for a table without rows."""

    name: str
    type: str
    meaning: str
    is_key: bool
    null_share: float | None
    values: tuple[str, ...]
    """Closed vocabulary; empty where any text may stand."""


@dataclass(frozen=True)
class TableDescription:
    """One table in full."""

    name: str
    grain: str
    n_rows: int
    key: tuple[str, ...]
    beware: tuple[str, ...]
    columns: tuple[ColumnSummary, ...]

    @property
    def frame(self) -> pl.DataFrame:
        """The columns as rows: name, type, null_share, meaning (with the vocabulary, and a mark for the key)."""
        return pl.DataFrame(
            [(c.name, c.type, c.null_share, _meaning(c)) for c in self.columns],
            schema={"column": pl.String, "type": pl.String, "null_share": pl.Float64, "meaning": pl.String},
            orient="row",
        )


def describe_tables(database: Path) -> list[TableSummary]:
    """Return the tables of the published file, in the contract's order, others after them by name.

    Raises:
        NotFound: nothing is published.
    """
    with reading(database) as connection:
        catalogue = ask(connection, "catalogue")
        names = sorted(catalogue["table_name"].unique().to_list(), key=_reading_order)
        return [TableSummary(name, _grain(name, catalogue), _row_count(connection, name)) for name in names]


def describe_table(database: Path, name: str) -> TableDescription:
    """Return what a reader must know of one table.

    Raises:
        NotFound: nothing is published, or there is no such table; the hint names the nearest.
    """
    with reading(database) as connection:
        catalogue = ask(connection, "catalogue")
        known = known_table(catalogue, name)
        columns = catalogue.filter(pl.col("table_name") == known)
        n_rows, nulls = _null_counts(connection, known, columns["column_name"].to_list())
    table = TABLES.get(known)
    return TableDescription(
        name=known,
        grain=_grain(known, catalogue),
        n_rows=n_rows,
        key=table.key if table else (),
        beware=table.beware if table else (),
        columns=tuple(_column(row, table.key if table else (), n_rows, nulls) for row in columns.iter_rows(named=True)),
    )


def _reading_order(name: str) -> tuple[int, str]:
    order = list(TABLES)
    return (order.index(name) if name in TABLES else len(order)), name


def _grain(name: str, catalogue: pl.DataFrame) -> str:
    if name in TABLES:
        return TABLES[name].grain
    comments = catalogue.filter(pl.col("table_name") == name)["table_comment"].drop_nulls()
    return str(comments[0]) if comments.len() else ""


def known_table(catalogue: pl.DataFrame, name: str) -> str:
    """Return the name of a table of the catalogue as the file writes it.

    Raises:
        NotFound: there is none; the hint names the nearest.
    """
    names = sorted(catalogue["table_name"].unique().to_list())
    folded = name.strip().lower()
    if folded in names:
        return folded
    near = get_close_matches(folded, names, n=1, cutoff=0.5)
    raise NotFound(f"no such table: {name}", hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}")


def _row_count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(connection.table(name).count("*").fetchall()[0][0])


def _null_counts(connection: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> tuple[int, dict[str, int]]:
    """Count rows and nulls in one pass; expressions instead of text, so that no name is ever read as SQL."""
    counts = [duckdb.FunctionExpression("count", duckdb.ColumnExpression(column)) for column in columns]
    relation = connection.table(name).aggregate([duckdb.FunctionExpression("count"), *counts])
    n_rows, *present = relation.fetchall()[0]
    return n_rows, {column: n_rows - count for column, count in zip(columns, present, strict=True)}


def _column(row: dict[str, str], key: tuple[str, ...], n_rows: int, nulls: dict[str, int]) -> ColumnSummary:
    name = row["column_name"]
    known = COLUMNS.get(name)
    return ColumnSummary(
        name=name,
        type=row["data_type"],
        meaning=row["column_comment"] or (known.meaning if known else ""),
        is_key=name in key,
        null_share=nulls[name] / n_rows if n_rows else None,
        values=known.values if known else (),
    )


def _meaning(column: ColumnSummary) -> str:
    """Write the meaning with what it leaves out: the key, and a vocabulary that the sentence does not name."""
    unnamed = [value for value in column.values if value not in column.meaning]
    vocabulary = f" One of: {', '.join(column.values)}." if unnamed else ""
    return f"{'Key. ' if column.is_key else ''}{column.meaning}{vocabulary}"

"""What is extracted: every table of the contract, and every file of ``sql/extracts/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb

from warehouse import sqlfiles
from warehouse.contract import COLUMNS, TABLES, Table

_LAYER: Final = "extracts"


@dataclass(frozen=True)
class Source:
    """One extract before it is written: its rows in key order, and what they mean."""

    name: str
    grain: str
    key: tuple[str, ...]
    meanings: Mapping[str, str]
    rows: duckdb.DuckDBPyRelation


def sources(connection: duckdb.DuckDBPyConnection) -> Iterator[Source]:
    """Yield the published tables in the contract's order, then the defined extracts by name.

    A table that the file does not hold yet (an older contract) is left out; the manifest lists what is there.
    """
    present = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    yield from (_of_table(connection, table) for name, table in TABLES.items() if name in present)
    yield from (_of_file(connection, name) for name in sqlfiles.names(_LAYER))


def _of_table(connection: duckdb.DuckDBPyConnection, table: Table) -> Source:
    order = [duckdb.ColumnExpression(name).asc().nulls_last() for name in table.key]
    rows = connection.table(table.name).sort(*order)
    return Source(table.name, table.grain, table.key, {column.name: column.meaning for column in table.columns}, rows)


def _of_file(connection: duckdb.DuckDBPyConnection, name: str) -> Source:
    """Read a definition: header keys that are column names give meanings, other columns have the contract's."""
    file = sqlfiles.load(_LAYER, name)
    rows = connection.sql(file.text)
    known = {column: COLUMNS[column].meaning for column in rows.columns if column in COLUMNS}
    own = {column: file.header[column] for column in rows.columns if column in file.header}
    key = tuple(part.strip() for part in file.header["key"].split(","))
    return Source(name, file.header["grain"], key, known | own, rows)

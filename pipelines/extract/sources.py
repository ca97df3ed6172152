"""What is extracted: every table of the contract, every file of ``sql/extracts/``, and every definition of the home's own.

A definition is one SQL file with a header: ``grain`` and ``key`` are required, ``grows_by`` names the column of time by whose
months the Parquet file is parted, and any other key that is a column's name says what the column means. Whoever wants an
extract of their own adds such a file to ``$HUBTREE_HOME/sql/extracts/``; nothing else is to be changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from pipelines.query.shape import portable
from warehouse import sqlfiles
from warehouse.contract import COLUMNS, TABLES, Table
from warehouse.errors import UsageError
from warehouse.sqlfiles import SqlFile

_LAYER: Final = "extracts"
PARTITION: Final = "month"
"""The column that a folder's name gives a parted table: year and month of ``grows_by``, UTC."""

_FORM: Final = "see docs/how-to/add-an-extract.md for the form of a definition"


@dataclass(frozen=True)
class Source:
    """One extract before it is written: its rows in key order, and what they mean."""

    name: str
    grain: str
    key: tuple[str, ...]
    meanings: Mapping[str, str]
    rows: duckdb.DuckDBPyRelation
    grows_by: str | None = None
    """Column of time; the Parquet file is parted by its months."""


def sources(connection: duckdb.DuckDBPyConnection, own: Path | None = None) -> Iterator[Source]:
    """Yield the published tables in the contract's order, then the defined extracts by name, then the home's own.

    A table that the file does not hold yet (an older contract) is left out; the manifest lists what is there.

    Raises:
        UsageError: a definition of one's own has a name that is taken, lacks its header, can't be answered, or its key is none.
    """
    present = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    yield from (_of_table(connection, table) for name, table in TABLES.items() if name in present)
    yield from (_of_file(connection, sqlfiles.load(_LAYER, name)) for name in sqlfiles.names(_LAYER))
    for path in sorted(own.glob("*.sql")) if own else ():
        yield _of_own(connection, path)


def _of_table(connection: duckdb.DuckDBPyConnection, table: Table) -> Source:
    order = [duckdb.ColumnExpression(name).asc().nulls_last() for name in table.key]
    rows = connection.table(table.name).sort(*order)
    meanings = {column.name: column.meaning for column in table.columns}
    return Source(table.name, table.grain, table.key, meanings, rows, table.grows_by)


def _of_file(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> Source:
    """Read a definition: header keys that are column names give meanings, other columns have the contract's."""
    rows = connection.sql(file.text)
    known = {column: COLUMNS[column].meaning for column in rows.columns if column in COLUMNS}
    own = {column: file.header[column] for column in rows.columns if column in file.header}
    key = tuple(part.strip() for part in file.header["key"].split(","))
    return Source(file.name, file.header["grain"], key, known | own, portable(rows), file.header.get("grows_by"))


def _of_own(connection: duckdb.DuckDBPyConnection, path: Path) -> Source:
    """Read somebody's own definition, and say what is wrong with it before anything is written from it."""
    file = sqlfiles.read(_LAYER, path)
    if file.name in TABLES or file.name in sqlfiles.names(_LAYER):
        raise UsageError(f"{path}: there is an extract {file.name} already", hint="give the file another name", path=path)
    missing = {"grain", "key"} - file.header.keys()
    if missing:
        raise UsageError(f"{path}: the header has no {' and no '.join(sorted(missing))}", hint=_FORM, path=path)
    try:
        source = _of_file(connection, file)
        _require_form(source, path)
    except duckdb.Error as error:
        raise UsageError(f"{path}: {str(error).splitlines()[0]}", hint=_FORM, path=path) from error
    return source


def _require_form(source: Source, path: Path) -> None:
    unknown = [name for name in (*source.key, source.grows_by) if name and name not in source.rows.columns]
    if unknown:
        raise UsageError(f"{path}: the header names {', '.join(unknown)}, the query has no such column", hint=_FORM, path=path)
    if source.grows_by and PARTITION in source.rows.columns:
        raise UsageError(f"{path}: a parted extract can't have a column {PARTITION}", hint=_FORM, path=path)
    keys = source.rows.select(*(duckdb.ColumnExpression(name) for name in source.key))
    n_rows, n_keys = (int(rows.count("*").fetchall()[0][0]) for rows in (keys, keys.distinct()))
    if n_rows != n_keys:
        raise UsageError(f"{path}: {n_rows - n_keys:,} rows repeat the key {', '.join(source.key)}", hint=_FORM, path=path)

"""From finished tables to the one file that readers open.

The file is built under a name of its own, closed without a write-ahead log, made read-only, and published by moving the
link ``hub.duckdb`` to it. Readers of the old file keep it; a file is removed only when a newer one has replaced its
successor. The DuckDB file is written in the 1.5 storage format, so that older and newer readers open it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from warehouse.contract import CONTRACT_VERSION, TABLES, Table
from warehouse.errors import ContractViolation
from warehouse.files import TEMPORARY_SUFFIX, fsync, no_space
from warehouse.paths import Layout
from warehouse.reading import reading_file, write_ahead_log

STORAGE_VERSION = "v1.5.0"
KEPT_FILES = 2
"""The published file and the one before it, which readers may still hold and an operator may go back to."""


def load(database: Path, tables: Mapping[str, Path], *, threads: int, memory_limit: str) -> None:
    """Create a DuckDB file with the contract's tables, types and comments from Parquet files.

    Raises:
        ContractViolation: a Parquet file lacks a column of the contract, or a value does not fit its type.
        NoSpace: the disk is full.
    """
    database.unlink(missing_ok=True)
    with duckdb.connect(config={"threads": threads, "memory_limit": memory_limit}) as connection:
        try:
            connection.execute(f"attach {_literal(str(database))} as hub (storage_version {_literal(STORAGE_VERSION)})")
            connection.execute("use hub")
            connection.execute("begin")  # a thousand comments, each a transaction of its own, would take half a second
            for name in tables:
                _create(connection, TABLES[name])
            connection.execute("commit")
            for name, path in tables.items():
                connection.execute(
                    f"insert into {name} by name select * from read_parquet({_literal(str(path))}, hive_partitioning = false)"
                )
            connection.execute("checkpoint hub")
            connection.execute("use memory")
        except (duckdb.BinderException, duckdb.ConversionException, duckdb.ConstraintException) as error:
            raise ContractViolation(f"a build table does not keep the contract: {error}") from error
        except duckdb.Error as error:
            raise no_space(error, database) from error


def append(database: Path, name: str, rows: pl.DataFrame) -> None:
    """Add rows to a table of a file that is not yet published, in place of rows with the same key.

    The table is created if it is not there; the same rows may be added twice.

    Raises:
        NoSpace: the disk is full.
    """
    try:
        _append(database, name, rows)
    except duckdb.Error as error:
        raise no_space(error, database) from error


def _append(database: Path, name: str, rows: pl.DataFrame) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.register("incoming", rows.to_arrow())
        if not connection.execute("select count(*) from duckdb_tables() where table_name = ?", [name]).fetchall()[0][0]:
            _create(connection, TABLES[name])
        same = " and ".join(f"{name}.{column} = incoming.{column}" for column in TABLES[name].key)
        connection.execute("begin")
        connection.execute(f"delete from {name} using incoming where {same}")
        connection.execute(f"insert into {name} by name select * from incoming")
        connection.execute("commit")
        connection.execute("checkpoint")


def rows_of(database: Path, name: str) -> pl.DataFrame:
    """Return a table of a published file whole; one that an older hubtree did not publish yet has no rows.

    Raises:
        CorruptFile: the file can't be read.
    """
    with reading_file(database), duckdb.connect(str(database), read_only=True) as connection:
        if connection.execute("select 1 from duckdb_tables() where table_name = ?", [name]).fetchall():
            return connection.table(name).pl()
    return pl.DataFrame(schema=list(TABLES[name].column_names))


def publish(layout: Layout, database: Path, name: str) -> Path:
    """Swap a finished file in as the published one and return its path.

    Raises:
        ContractViolation: a write-ahead log lies beside the file, so it was not closed cleanly.
        NoSpace: the folder can't be written.
    """
    target = place(layout, database, name)
    link = layout.published / f".hub.{os.getpid()}{TEMPORARY_SUFFIX}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(target.name)
        os.replace(link, layout.database)
        fsync(layout.published)
    except OSError as error:
        raise no_space(error, target) from error
    _forget_old_files(layout)
    return target


def place(layout: Layout, database: Path, name: str) -> Path:
    """Move a finished file to the published folder, read-only, without making it the one that readers open.

    A file that was moved before stays where it is, so that an attempt that was stopped can be made again.

    Raises:
        ContractViolation: a write-ahead log lies beside the file, so it was not closed cleanly.
        NoSpace: the folder can't be written.
    """
    if write_ahead_log(database).exists():
        raise ContractViolation(f"{database} was not closed cleanly", hint="delete the build folder and build again")
    target = layout.published / f"{name}.duckdb"
    try:
        layout.published.mkdir(parents=True, exist_ok=True)
        if database.exists() or not target.exists():
            fsync(database)
            write_ahead_log(target).unlink(missing_ok=True)  # somebody's, of an earlier file of this name
            os.replace(database, target)
        target.chmod(0o444)
        fsync(layout.published)
    except OSError as error:
        raise no_space(error, target) from error
    return target


def published_file(layout: Layout) -> Path | None:
    """Return the file behind the link, or None before the first publishing."""
    return layout.database.resolve() if layout.database.exists() else None


def _create(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    required = set(table.required)
    columns = ", ".join(
        f'"{column.name}" {column.type}{" not null" if column.name in required else ""}' for column in table.columns
    )
    connection.execute(f"create table {table.name} ({columns})")
    beware = " ".join(f"Beware: {warning}" for warning in table.beware)
    _comment(
        connection, f"table {table.name}", f"One row is {table.grain}. {beware}".strip() + f" [contract {CONTRACT_VERSION}]"
    )
    for column in table.columns:
        _comment(connection, f'column {table.name}."{column.name}"', column.meaning)


def _comment(connection: duckdb.DuckDBPyConnection, what: str, text: str) -> None:
    connection.execute(f"comment on {what} is {_literal(text)}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _forget_old_files(layout: Layout) -> None:
    current = layout.database.resolve()
    files = sorted(
        (p for p in layout.published.glob("hub-build-*.duckdb") if not p.is_symlink()), key=lambda p: p.stat().st_mtime
    )
    for old in files[:-KEPT_FILES]:
        if old != current:
            old.unlink(missing_ok=True)

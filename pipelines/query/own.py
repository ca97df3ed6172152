"""The house's own questions: files of ``sql/query/`` over the hardened connection, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from pipelines.query.connection import connect_readonly
from pipelines.query.limits import Limits
from warehouse import sqlfiles
from warehouse.reading import reading_file, resolve_published


@contextmanager
def reading(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Hold the published file open; see `connect_readonly` for the errors."""
    connection = connect_readonly(database, limits=Limits())
    try:
        with reading_file(resolve_published(database)):
            yield connection
    finally:
        connection.close()


def ask(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> pl.DataFrame:
    """Run ``sql/query/<name>.sql`` and return its rows in the file's own order."""
    return connection.execute(sqlfiles.load("query", name).text, parameters).pl()

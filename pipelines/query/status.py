"""What an operator asks first: what is there, how fresh is it, how did the last runs end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from pipelines.query.connection import connect_readonly
from pipelines.query.limits import Limits
from warehouse import sqlfiles


def read_status(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the answers of ``sql/status/*.sql`` for a published file: name -> rows."""
    with connect_readonly(database, limits=Limits()) as connection:
        return {name: _answer(connection, name) for name in sqlfiles.names("status")}


def _answer(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """Return the rows of one question; none where it asks for a table that an older hubtree did not publish."""
    try:
        return connection.sql(sqlfiles.load("status", name).text).pl().to_dicts()
    except duckdb.CatalogException:
        return []

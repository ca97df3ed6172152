"""DuckDB for SQLAlchemy without transactions; imported by name by SQLAlchemy, only where the extra ``checks`` is installed.

DuckDB drops a result that is fetched after the transaction ended, silently, and Great Expectations ends the transaction before
it fetches. Where no transaction begins none can end, and a file that is only read needs none. Never use this to write.
"""

from __future__ import annotations

from typing import Any

from duckdb_sqlalchemy import Dialect
from sqlalchemy.dialects import registry

NAME = "duckdb.hubtree_read_only"
"""Dialect and driver as SQLAlchemy's registry writes them."""

URL = "duckdb+hubtree_read_only://"
"""No path in it: Great Expectations would substitute ``$`` in a path; the file goes in as a connect argument."""


class ReadOnlyDialect(Dialect):
    """The DuckDB dialect with begin, commit and rollback that do nothing."""

    driver = "hubtree_read_only"
    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin nothing."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit nothing."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Roll nothing back."""


def register() -> None:
    """Make the dialect known to SQLAlchemy under its own driver name."""
    registry.register(NAME, __name__, ReadOnlyDialect.__name__)

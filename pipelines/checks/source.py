"""One published-to-be DuckDB file, opened read-only through Great Expectations; imports Great Expectations when used."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.checks.check import Check
from pipelines.checks.loading import load
from warehouse.errors import CorruptFile, NotFound


class Source:
    """The open file: which tables it holds, their rows, what Great Expectations says of them."""

    def __init__(self, datasource: Any) -> None:
        self._datasource = datasource
        self.counts = {name: self._count(name) for name in self._tables()}
        """Rows of every table of schema main."""

    def validate(self, table: str, checks: Sequence[Check]) -> dict[str, Any]:
        """Run checks as one suite, in which metrics of columns share one query; return the results by check name.

        Rows are counted only where a check fails: a count takes Great Expectations longer than the answer that none breaks it.
        """
        asset = self._datasource.add_table_asset(table, table_name=table)
        batch = asset.get_batch(asset.build_batch_request())
        rows = [check for check in checks if check.is_of_rows]
        found = _results(batch, rows, "BOOLEAN_ONLY")
        failed = [check for check in rows if not found[check.name].success]
        whole = [check for check in checks if not check.is_of_rows]
        return {**found, **_results(batch, [*failed, *whole], "BASIC")}

    def rows(self, query: str, limit: int) -> list[dict[str, Any]]:
        """Return the first rows of a query."""
        with self._datasource.get_engine().connect() as connection:
            found = connection.exec_driver_sql(f"select * from ({query}\n) limit {limit}")
            return [dict(row) for row in found.mappings()]

    def _tables(self) -> list[str]:
        query = "select table_name from duckdb_tables() where schema_name = 'main' order by table_name"
        return [row["table_name"] for row in self.rows(query, 10_000)]

    def _count(self, table: str) -> int:
        return int(self.rows(f'select count(*) as n from main."{table}"', 1)[0]["n"])


def _results(batch: Any, checks: Sequence[Check], result_format: str) -> dict[str, Any]:
    """Run checks on a table's rows as one suite; return the results by check name."""
    from pipelines.checks.expectations import expectation_of

    if not checks:
        return {}
    suite = load().ExpectationSuite(name="checks", expectations=[expectation_of(check) for check in checks])
    results = batch.validate(suite, result_format={"result_format": result_format, "partial_unexpected_count": 0})
    return {result.expectation_config.meta["check"]: result for result in results.results}


@contextmanager
def open_source(database: Path) -> Iterator[Source]:
    """Open a DuckDB file read-only for as long as the context lasts.

    Raises:
        NotFound: there is no such file.
        CorruptFile: the file is not a DuckDB file that this version reads.
    """
    if not database.is_file():
        raise NotFound(f"no database {database} to check", hint="run hubtree build first")
    datasource = _datasource(database)
    try:
        yield Source(datasource)
    finally:
        # Both: one left open would refuse a later read-write open in this process.
        datasource.get_engine().dispose()
        datasource.get_execution_engine().engine.dispose()


def _datasource(database: Path) -> Any:
    """Add the file to a context that lives in memory; adding connects once.

    Raises:
        CorruptFile: the file can't be opened.
    """
    gx = load()
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.datasource.fluent.interfaces import TestConnectionError

    from pipelines.checks import dialect

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    dialect.register()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    sources: Any = context.data_sources  # its add methods are made at run time
    connect = {"database": str(database), "read_only": True}
    try:
        return sources.add_sql("hub", connection_string=dialect.URL, kwargs={"connect_args": connect})
    except TestConnectionError as error:
        raise CorruptFile(f"{database} can't be opened: {_cause(error)}", hint="build again") from error


def _cause(error: BaseException) -> str:
    """Return DuckDB's own words from below the wrappings."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error)

"""Named SQL on named tables, in Spark: DuckDB's text translated by sqlglot, tables as Parquet that all workers see."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse import sqlfiles
from warehouse.errors import SparkUnavailable
from warehouse.spark.dialect import DOUBT, translated
from warehouse.spark.session import first_line, session_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PLACE = "url_decode(replace(regexp_replace(_metadata.file_path, '^file:(//)?', ''), '+', '%2B'))"
"""A row's file as DuckDB tells it; Spark tells an address."""


class DoubtfulValue(Exception):
    """Spark was asked for a value that it would read otherwise than DuckDB; nothing was written."""


class SparkSql:
    """One session; see `warehouse.named_sql.NamedSql` for the two calls that make it an engine."""

    def __init__(self, master: str) -> None:
        self._session = session_of(master)

    def see_parquet(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of them that a run wrote, known as a table."""
        self.see_files(name, [path])

    def see_files(self, name: str, paths: Sequence[Path], *, filename: str | None = None, number: str | None = None) -> None:
        """Make the rows of files known, with each row's file and its place there (from 0) as columns of these names."""
        rows = self._session.read.parquet(*(_address(path) for path in paths))
        more = {filename: _PLACE, number: "_metadata.row_index"}
        columns = [f"{value} as `{column}`" for column, value in more.items() if column]
        rows.selectExpr("*", *columns).createOrReplaceTempView(name)

    def see_query(self, name: str, text: str) -> None:
        """Make a query of DuckDB's dialect on tables that are known a view."""
        self._sql(text, name).createOrReplaceTempView(name)

    def write(self, layer: str, name: str, path: Path) -> Path:
        """Run a file of ``sql/``; ``path`` becomes a folder of Parquet files, whose names are in the order of the rows.

        Raises:
            DoubtfulValue: a value is among the rows that Spark and DuckDB would read differently.
            SparkUnavailable: the cluster refused or was lost.
        """
        rows = self._sql(sqlfiles.load(layer, name).text, f"{layer}/{name}")
        try:
            rows.write.mode("overwrite").parquet(_address(path))
        except Exception as error:
            shutil.rmtree(path, ignore_errors=True)
            if DOUBT in str(error):
                raise DoubtfulValue(f"{layer}/{name}") from error
            raise _refused(f"{layer}/{name}", error) from error
        return path

    def _sql(self, text: str, what: str) -> DataFrame:
        try:
            return self._session.sql(translated(text))
        except Exception as error:
            raise _refused(what, error) from error


def _refused(what: str, error: Exception) -> SparkUnavailable:
    return SparkUnavailable(f"Spark could not run {what}: {first_line(error)}", hint="run the same command again")


def _address(path: Path) -> str:
    """Return a path as Spark takes it whatever its default file system is."""
    return f"file://{path.absolute()}"

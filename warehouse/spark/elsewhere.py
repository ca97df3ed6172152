"""What a build's engine finds on Spark: the rows of the files that `warehouse.spark.files` names, over the build's own tables.

The build's DuckDB stays what tells a table's types and writes it. Tables that lie in Parquet are read from there by the
workers, landing files among them; what DuckDB holds itself (code tables, results of files that are left out) is handed over
as Parquet.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from warehouse import sqlfiles
from warehouse.spark.dialect import tables_of
from warehouse.spark.engine import DoubtfulValue, SparkSql
from warehouse.spark.files import run_on_spark


class Elsewhere:
    """The Spark side of one engine of a build; ``folder`` is seen by all workers under the same path."""

    def __init__(self, master: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._spark = SparkSql(master)
        self._folder = Path(mkdtemp(prefix="spark-", dir=folder))
        self._noted: dict[str, Callable[[], None]] = {}
        self._read_by: dict[str, list[str]] = {}
        self.doubted: list[tuple[str, str]] = []
        """Files that were given back to DuckDB, for a value that the engines read differently."""

    def note_files(self, name: str, paths: Sequence[Path], *, filename: str | None, number: str | None) -> None:
        """Remember where a table's rows lie; nothing is read before a file of ``sql/`` asks for it."""
        self._noted[name] = partial(self._spark.see_files, name, paths, filename=filename, number=number)

    def note_query(self, name: str, query: str) -> None:
        """Remember a view."""
        self._noted[name] = partial(self._spark.see_query, name, query)
        self._read_by[name] = tables_of(query)

    def run(self, connection: duckdb.DuckDBPyConnection, layer: str, name: str) -> list[Path] | None:
        """Return the Parquet files of a file's rows, in order; None where it is left to DuckDB.

        Raises:
            SparkUnavailable: the cluster refused or was lost.
        """
        if (layer, name) not in run_on_spark():
            return None
        for table in sqlfiles.load(layer, name).header["inputs"].split(","):
            self._see(connection, table.strip())
        path = Path(mkdtemp(prefix=f"{name}-", dir=self._folder)) / "rows"
        try:
            self._spark.write(layer, name, path)
        except DoubtfulValue:
            self.doubted.append((layer, name))
            return None
        # What is kept under the file's name is read from here by what follows; DuckDB's own writing of it may be later.
        self.note_files(name, [path], filename=None, number=None)
        return sorted(path.glob("*.parquet"))

    def close(self) -> None:
        """Delete what the workers wrote: by now it is in the build's tables."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _see(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Make a table known to Spark: from its files, from the query of a view, else from a copy of DuckDB's own."""
        for other in self._read_by.get(name, ()):
            self._see(connection, other)
        if name not in self._noted:
            path = Path(mkdtemp(prefix=f"{name}-", dir=self._folder)) / "rows.parquet"
            connection.sql(f'from "{name}"').write_parquet(str(path))
            self._spark.see_files(name, [path])
        else:
            self._noted[name]()

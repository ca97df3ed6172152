"""The build's engine: DuckDB in memory over Parquet, running the files of ``sql/`` and writing Parquet.

A step opens one engine, makes its inputs known as views, runs SQL files by name, and writes each result as one Parquet file.
The engine holds no state between steps: what a later step needs lies in the build folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from warehouse import sqlfiles
from warehouse.errors import CorruptFile, NoSpace
from warehouse.files import no_space, write_whole
from warehouse.landing.files import LandingFile, landing_of, located
from warehouse.landing.removal_lock import reading_landing
from warehouse.landing.schema import KINDS
from warehouse.landing.states import FILE_COLUMN, ROW_COLUMN

if TYPE_CHECKING:
    from warehouse.spark.elsewhere import Elsewhere

ROW_GROUP_SIZE = 122_880
"""DuckDB's own default, fixed here because it is part of a file's bytes."""


class Engine:
    """One DuckDB connection over a build folder; use as a context manager.

    ``elsewhere`` is asked first for every file's rows: it sees the same tables under the same names. What it does not run, and
    every last step (types, compression, row groups), is done here, so that a table's bytes don't tell where its rows were
    found.
    """

    def __init__(self, scratch: Path, *, threads: int, memory_limit: str, elsewhere: Elsewhere | None = None) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._folder, self._held, self._elsewhere = scratch.parent, ExitStack(), elsewhere
        self._connection = duckdb.connect(
            config={"threads": threads, "memory_limit": memory_limit, "temp_directory": str(scratch / "spill")}
        )
        self._connection.execute("set lambda_syntax = 'DISABLE_SINGLE_ARROW'")
        self._connection.execute("set enable_progress_bar = false")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()
        if self._elsewhere:
            self._elsewhere.close()
        self._held.close()
        if isinstance(value, (duckdb.Error, MemoryError)) and (told := no_space(value, self._folder)) is not value:
            raise told from value

    def see_landing(self, kind: str, files: Sequence[LandingFile]) -> None:
        """Make ``landing_<kind>`` known: the rows of these files with landing_file, file_rank (order given) and row_number.

        The rows are the same whether a file lies by itself or is folded into a state file. None is removed while this engine
        is open.
        """
        if files:
            self._held.enter_context(reading_landing(landing_of(files[0])))
        files = located(files)
        known = pl.DataFrame(
            {
                "path": [str(file.path) for file in files],
                "landing_file": [file.name for file in files],
                "file_rank": range(len(files)),
            },
            schema={"path": pl.String, "landing_file": pl.String, "file_rank": pl.Int64},
        )
        self.see_frame(f"landing_files_{kind}", known)
        columns = ", ".join(f"r.{_identifier(name)}" for name in KINDS[kind])
        views = [
            f"select {columns}, f.landing_file, f.file_rank, r.{number} as row_number"
            f" from {view} r join landing_files_{kind} f on f.path = r.filename{more}"
            for view, number, more in self._see_rows(kind, files)
        ]
        self._view(f"landing_{kind}", " union all ".join(views))

    def _see_rows(self, kind: str, files: Sequence[LandingFile]) -> list[tuple[str, str, str]]:
        """Make the rows of landing files and of state files known; return view, column of the row's number, and join."""
        alone = [str(file.path) for file in files if not file.is_folded]
        states = sorted({str(file.path) for file in files if file.is_folded})
        seen = []
        if alone:
            self._connection.read_parquet(alone, file_row_number=True, filename=True, hive_partitioning=False).create_view(
                f"landing_rows_{kind}"
            )
            self._note(f"landing_rows_{kind}", alone, filename="filename", number="file_row_number")
            seen.append((f"landing_rows_{kind}", "file_row_number", ""))
        if states:
            self._connection.read_parquet(states, filename=True, hive_partitioning=False).create_view(f"landing_states_{kind}")
            self._note(f"landing_states_{kind}", states, filename="filename")
            # By both: a file that two state files fold, after a restored backup, is read from one of them.
            seen.append((f"landing_states_{kind}", ROW_COLUMN, f" and f.landing_file = r.{FILE_COLUMN}"))
        if not files:
            columns = {**KINDS[kind], "filename": pl.String(), "file_row_number": pl.Int64()}
            self._connection.from_arrow(pl.DataFrame(schema=columns).to_arrow()).create_view(f"landing_rows_{kind}")
            seen.append((f"landing_rows_{kind}", "file_row_number", ""))
        return seen

    def see_frame(self, name: str, frame: pl.DataFrame) -> None:
        """Make a Polars frame known as a table."""
        self._connection.register("incoming_frame", frame.to_arrow())
        self._connection.execute(f"create table {_identifier(name)} as select * from incoming_frame")
        self._connection.unregister("incoming_frame")

    def forget(self, name: str) -> None:
        """Drop a table that `see_frame` made known."""
        self._connection.execute(f"drop table {_identifier(name)}")

    def see_parquet(self, name: str, path: Path, *, number: str | None = None) -> None:
        """Make a Parquet file known as a view, with each row's place in the file (from 0) as a column ``number`` if wanted."""
        rows = self._connection.read_parquet(str(path), file_row_number=number is not None, hive_partitioning=False)
        if number is not None:
            rows = rows.project(f"file_row_number as {_identifier(number)}, * exclude (file_row_number)")
        rows.create_view(name)
        self._note(name, [str(path)], number=number)

    def see_view(self, layer: str, name: str) -> None:
        """Make ``sql/<layer>/<name>.sql`` known as a view called ``<name>``; it takes no parameters."""
        self._view(name, _select(layer, name))

    def keep(self, layer: str, name: str, **parameters: object) -> None:
        """Run ``sql/<layer>/<name>.sql`` and keep the result as a table of this engine, called ``<name>``."""
        self._run(f"create table {_identifier(name)} as {self._rows(layer, name, parameters)}", layer, name, parameters)

    def write(self, layer: str, name: str, path: Path, **parameters: object) -> Path:
        """Run ``sql/<layer>/<name>.sql`` and write the result, in the file's own order, as one Parquet file."""
        statement = self._rows(layer, name, parameters)

        def copy(temporary: Path) -> None:
            form = f"(format parquet, compression zstd, row_group_size {ROW_GROUP_SIZE})"
            self._run(f"copy ({statement}\n) to {_literal(temporary)} {form}", layer, name, parameters)

        return write_whole(path, copy, durable=False)

    def frame(self, layer: str, name: str, **parameters: object) -> pl.DataFrame:
        """Run ``sql/<layer>/<name>.sql`` and return the result."""
        result: pl.DataFrame = self._run(self._rows(layer, name, parameters), layer, name, parameters).pl()
        return result

    def table(self, name: str) -> pl.DataFrame:
        """Return a table or view of this engine."""
        return self._connection.sql(f"from {_identifier(name)}").pl()

    def _view(self, name: str, query: str) -> None:
        self._connection.execute(f"create view {_identifier(name)} as {query}")
        if self._elsewhere:
            self._elsewhere.note_query(name, query)

    def _note(self, name: str, paths: Sequence[str], *, filename: str | None = None, number: str | None = None) -> None:
        if self._elsewhere:
            self._elsewhere.note_files(name, [Path(path) for path in paths], filename=filename, number=number)

    def _rows(self, layer: str, name: str, parameters: dict[str, object]) -> str:
        """Return a query of a file's rows: its text, or a reading of what was found elsewhere."""
        query = _select(layer, name)
        if self._elsewhere is None or parameters or not (found := self._elsewhere.run(self._connection, layer, name)):
            return query
        types = self._connection.execute(f"describe {query}").fetchall()
        columns = ", ".join(f"{_identifier(column)}::{kind} as {_identifier(column)}" for column, kind, *_ in types)
        return f"select {columns} from read_parquet([{', '.join(_literal(path) for path in found)}], hive_partitioning = false)"

    def _run(self, statement: str, layer: str, name: str, parameters: dict[str, object]) -> duckdb.DuckDBPyConnection:
        """Execute a statement with the parameters its text names.

        Raises:
            NoSpace: the disk is full.
            CorruptFile: an input file can't be read.
        """
        bound = {key: value for key, value in parameters.items() if f"${key}" in statement}
        try:
            return self._connection.execute(statement, bound)
        except duckdb.IOException as error:
            if "no space" in str(error).lower():
                raise NoSpace(f"no space left while making {layer}/{name}", hint="free some space and build again") from error
            raise CorruptFile(f"{layer}/{name} could not read its input: {error}") from error
        except duckdb.InvalidInputException as error:
            raise CorruptFile(f"{layer}/{name} could not read its input: {error}") from error


def _select(layer: str, name: str) -> str:
    return sqlfiles.load(layer, name).text.rstrip().rstrip(";")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

"""A form: how the files of one kind of source become landing rows of losses or evaluations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.bulk.json_columns import member, object_of
from pipelines.bulk.observations.tables import ROW, portions
from pipelines.bulk.tally import Tally
from warehouse.errors import UsageError
from warehouse.landing.schema import KINDS

UNUSED: Final = "unused_columns"
"""A reader may leave its table's unused columns in a struct of this name; they are landed in ``extra``."""

_NAMED: Final = 5
"""Files without observations that a report names."""

Reader = Callable[[pl.DataFrame, str], pl.DataFrame | None]
"""From a table of a file and the file's name to rows with some of the landing columns; None if the file holds none."""


@dataclass(frozen=True)
class Form:
    """What is landed as which kind, and how a table is read."""

    name: str
    kind: str
    reader: Reader
    source_name: str
    told: Mapping[str, str | None] = field(default_factory=dict)
    """source_license, source_citation, source_url: the same in every row."""
    notes: tuple[str, ...] = ()
    """What a user must know of how the numbers were read: units and bases converted."""
    only: frozenset[str] | None = None
    """Names of the files that are read of a folder; None for all."""

    @property
    def identity(self) -> str:
        """Everything that decides which rows a file becomes, beside its bytes."""
        told = sorted((key, value or "") for key, value in self.told.items())
        return f"{self.name} {self.source_name} {told} {sorted(self.notes)}"

    def wants(self, file: Path) -> bool:
        """Tell whether a file of a folder is read at all."""
        return self.only is None or file.name in self.only

    def tables(self, path: Path, files: list[Path], tally: Tally) -> Iterator[pl.DataFrame]:
        """Yield landing rows of each file, in order; files without observations are named in the tally.

        Raises:
            UsageError: no column holds what the form needs.
            CorruptFile: a file is not what its name promises.
        """
        for note in self.notes:
            tally.note(note)
        empty = []
        for file in files:
            name = str(file.relative_to(path)) if file != path else file.name
            n_rows = 0
            for table in portions(file):
                rows = self.reader(table, name)
                if rows is not None:
                    n_rows += rows.height
                    yield self._landing_rows(rows, name)
            if not n_rows:
                empty.append(name)
        if empty:
            named = ", ".join([*empty[:_NAMED], *(["…"] if len(empty) > _NAMED else [])])
            tally.note(f"nothing of kind {self.kind} in {len(empty):,} files: {named}")

    def _landing_rows(self, rows: pl.DataFrame, file: str) -> pl.DataFrame:
        constants: dict[str, str | None] = {"source_name": self.source_name, "source_file": file, **self.told}
        own = {name: pl.lit(value, dtype=pl.String) for name, value in constants.items()}
        if UNUSED in rows.columns:
            own["extra"] = _object(rows)
        schema = KINDS[self.kind]
        absent = {name: pl.lit(None) for name in schema if name not in rows.columns}
        columns = {**absent, **{name: pl.col(name) for name in rows.columns}, **own}
        return rows.select(columns[name].cast(dtype).alias(name) for name, dtype in schema.items())


def _object(rows: pl.DataFrame) -> pl.Expr:
    kinds = rows.schema[UNUSED].to_schema()  # type: ignore[attr-defined]  # a struct
    value = pl.col(UNUSED).struct
    return object_of([member(name, value.field(name), dtype) for name, dtype in kinds.items()])


def unused(table: pl.DataFrame, used: set[str]) -> list[pl.Expr]:
    """Return the struct of a table's columns that nobody reads, if there are any."""
    names = [name for name in table.columns if name not in used and name != ROW]
    return [pl.struct(names).alias(UNUSED)] if names else []


def need(table: pl.DataFrame, file: str, *columns: str) -> None:
    """Require columns.

    Raises:
        UsageError: one is missing.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        found = ", ".join(name for name in table.columns if name != ROW)
        raise UsageError(f"{file} lacks {', '.join(missing)}; found columns: {found}", hint="check --format and the file")

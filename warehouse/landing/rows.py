"""The rows of landing files, wherever they lie: in their own files, or folded into state files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import polars as pl

from warehouse.landing.files import LandingFile
from warehouse.landing.schema import KINDS
from warehouse.landing.states import FILE_COLUMN, ROW_COLUMN, folded_in


def scan_rows(files: Sequence[LandingFile], kind: str) -> pl.LazyFrame:
    """Return the rows of files of one kind, in the order of the files given, with the columns of the kind."""
    parts = list(_parts(files))
    return pl.concat(parts) if parts else pl.LazyFrame(schema=dict(KINDS[kind]))


def _parts(files: Sequence[LandingFile]) -> Iterator[pl.LazyFrame]:
    for state, group in groupby(files, key=lambda file: file.path if file.is_folded else None):
        run = list(group)
        yield _of_state(state, run) if state else pl.scan_parquet([file.path for file in run], hive_partitioning=False)


def _of_state(state: Path, files: list[LandingFile]) -> pl.LazyFrame:
    rows = pl.scan_parquet(state, hive_partitioning=False)
    if len(files) < len(folded_in(state)):
        rows = rows.filter(pl.col(FILE_COLUMN).is_in([file.name for file in files]))
    return rows.drop(FILE_COLUMN, ROW_COLUMN)

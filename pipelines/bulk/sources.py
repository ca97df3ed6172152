"""From a path to tables of landing rows: which files, in which format, read in which portions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import polars as pl
from polars.exceptions import PanicException, PolarsError

from pipelines.bulk.cards import cards_frame
from pipelines.bulk.collected import form_frame, form_of
from pipelines.bulk.daily import daily_frame
from pipelines.bulk.fields import match_columns, wrong_columns
from pipelines.bulk.json_files import JSON_SUFFIXES, LINES_SUFFIXES, json_values
from pipelines.bulk.records import RECORDS_AT_ONCE, documents_frame
from pipelines.bulk.tally import Tally
from pipelines.bulk.text_tables import text_table
from pipelines.bulk.typed import records_frame
from warehouse.errors import CorruptFile, NotFound, UsageError

Kind = Literal["listing", "details", "cards", "daily", "losses", "evaluations"]

MAX_ROWS: Final = 1_000_000
"""Most rows of one landing file."""
_PORTION_BYTES: Final = 32 * 2**20
"""Compressed bytes of Parquet read at a time: wide rows come in smaller portions, so that memory stays bounded."""
_FRAMES_A_FILE: Final = 20
"""Portions of JSON records that make up one landing file."""
_CARDS_AT_ONCE: Final = 2_000
"""Records with a card's text that are held as Python objects at a time."""
_PARQUET_SUFFIXES: Final = (".parquet", ".pq")
SUFFIXES: Final = (*_PARQUET_SUFFIXES, *LINES_SUFFIXES, *JSON_SUFFIXES)


def files_below(path: Path, suffixes: Sequence[str] = SUFFIXES) -> list[Path]:
    """Return the file, or the usable files of a folder and its subfolders in the order of their paths.

    Raises:
        NotFound: nothing has that path.
        UsageError: a file of another format or that may not be read, or a folder without a usable file.
        CorruptFile: an empty file.
    """
    if not path.exists():
        raise NotFound(f"no such file: {path}", hint="check the path", path=path)
    formats = f"files that can be imported end in {', '.join(suffixes)}"
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and _is_usable(file, suffixes))
        if not files:
            raise UsageError(f"no file to import in {path}", hint=formats, path=path)
    elif _is_usable(path, suffixes):
        files = [path]
    else:
        raise UsageError(f"{path.name} is not in a format that can be imported", hint=formats, path=path)
    for file in files:
        _require_content(file)
    return files


def _is_usable(file: Path, suffixes: Sequence[str]) -> bool:
    return file.name.lower().endswith(tuple(suffixes)) and not file.name.startswith(".")


def _require_content(file: Path) -> None:
    if not os.access(file, os.R_OK):
        raise UsageError(f"{file} may not be read", hint="check the file's permissions", path=file)
    if not file.stat().st_size:
        raise CorruptFile(f"{file} is empty", hint="fetch the file again", path=file)


def read(files: Sequence[Path], kind: Kind, tally: Tally) -> Iterator[pl.DataFrame]:
    """Yield tables of landing rows of the kind, each of at most `MAX_ROWS` rows; ``observed_at`` may be null.

    Raises:
        UsageError: the columns or keys belong to another kind.
        CorruptFile: a file is not what its name promises.
    """
    tables = [file for file in files if file.name.lower().endswith(_PARQUET_SUFFIXES)]
    for file in tables:
        for table in parquet_portions(file):
            with _damage_named(file), _named(file):
                rows = _table_rows(table, kind, tally)
            yield rows
    documents = _document_tables(json_values(file for file in files if file not in tables), kind, tally)
    while batch := list(islice(documents, _FRAMES_A_FILE)):
        yield pl.concat(batch)


def _table_rows(table: pl.DataFrame, kind: Kind, tally: Tally) -> pl.DataFrame:
    if kind == "cards":
        return cards_frame(table, tally)
    if kind == "daily":
        return daily_frame(table, tally)
    form = form_of(kind, table.columns)
    if form is None:
        return records_frame(table, tally)
    return pl.concat([form_frame(part, form, tally) for part in table.iter_slices(RECORDS_AT_ONCE)])


def _document_tables(values: Iterator[object], kind: Kind, tally: Tally) -> Iterator[pl.DataFrame]:
    """Yield landing rows of JSON values; the first portion's keys decide how all of them are read."""
    size = _CARDS_AT_ONCE if kind == "cards" else RECORDS_AT_ONCE
    portion = list(islice(values, size))
    names = list(dict.fromkeys(str(name) for value in portion if isinstance(value, Mapping) for name in value))
    is_table = portion and (kind in ("cards", "daily") or form_of(kind, names) is not None)
    if portion and not is_table and "id" not in match_columns(names).by_field:
        hint = "check --kind and the file; records have the field names of the Hub's API"
        raise wrong_columns(names, "id or modelId in the records", hint)
    while portion:
        yield _table_rows(text_table(portion, names, tally), kind, tally) if is_table else documents_frame(portion, tally)
        portion = list(islice(values, size))


def parquet_portions(file: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of a Parquet file in order, in portions of bounded size.

    Raises:
        CorruptFile: the file is cut or damaged.
    """
    # The path is a name, not a pattern, and its folders' names are no columns.
    scan = partial(pl.scan_parquet, file, glob=False, hive_partitioning=False)
    with _damage_named(file):
        n_rows = scan().select(pl.len()).collect().item()
    step = max(1, min(MAX_ROWS, n_rows * _PORTION_BYTES // file.stat().st_size))
    for start in range(0, n_rows, step):
        with _damage_named(file):
            table = scan().slice(start, step).collect()
        yield table


@contextmanager
def _damage_named(file: Path) -> Iterator[None]:
    """Turn what Polars raises over damaged Parquet into `CorruptFile`; its panic is no `Exception`."""
    try:
        yield
    except (PolarsError, OSError, PanicException) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise CorruptFile(f"{file} is not readable Parquet: {reason}", hint="fetch the file again", path=file) from error


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Say which of the files has the wrong columns."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{file.name}: {error}", hint=error.hint, path=file) from error

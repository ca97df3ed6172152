"""From a path to tables of landing rows: which files, in which format, read in which portions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import polars as pl
from polars.exceptions import PanicException, PolarsError

from pipelines.bulk.fields import Tally
from pipelines.bulk.typed import records_frame
from warehouse.errors import CorruptFile, NotFound, UsageError

Kind = Literal["listing", "details", "cards", "daily"]

MAX_ROWS: Final = 1_000_000
"""Most rows of one landing file."""
_PORTION_BYTES: Final = 128 * 2**20
"""Compressed bytes of Parquet read at a time: wide rows come in smaller portions, so that memory stays bounded."""
_PARQUET: Final = (".parquet", ".pq")
_JSON_LINES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_JSON: Final = (".json", ".json.gz")
SUFFIXES: Final = (*_PARQUET, *_JSON_LINES, *_JSON)


def files_below(path: Path) -> list[Path]:
    """Return the file, or the usable files of a folder and its subfolders in the order of their names.

    Raises:
        NotFound: nothing has that path.
        UsageError: a file of another format or without content, or a folder without a usable file.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and _is_usable(file))
        if not files:
            raise UsageError(f"no file to import in {path}", hint=_formats(), path=path)
        return files
    if not path.exists():
        raise NotFound(f"no such file: {path}", hint="check the path", path=path)
    if not _is_usable(path):
        raise UsageError(f"{path.name} is not in a format that can be imported", hint=_formats(), path=path)
    if not path.stat().st_size:
        raise CorruptFile(f"{path} is empty", hint="fetch the file again", path=path)
    return [path]


def _is_usable(file: Path) -> bool:
    return file.name.lower().endswith(SUFFIXES) and not file.name.startswith(".")


def _formats() -> str:
    return f"files end in {', '.join(SUFFIXES)}"


def read(files: list[Path], kind: Kind, tally: Tally) -> Iterator[pl.DataFrame]:
    """Yield tables of landing rows of the kind, each of at most `MAX_ROWS` rows."""
    for file in files:
        if file.name.lower().endswith(_PARQUET):
            for table in parquet_portions(file):
                yield records_frame(table, tally)


def parquet_portions(file: Path) -> Iterator[pl.DataFrame]:
    """Yield the rows of a Parquet file in order.

    Raises:
        CorruptFile: the file is cut or damaged.
    """
    with _corruption_named(file):
        n_rows = pl.scan_parquet(file).select(pl.len()).collect().item()
    step = _portion_rows(file.stat().st_size, n_rows)
    for start in range(0, n_rows, step):
        with _corruption_named(file):
            table = pl.scan_parquet(file).slice(start, step).collect()
        yield table


def _portion_rows(n_bytes: int, n_rows: int) -> int:
    return max(1, min(MAX_ROWS, n_rows * _PORTION_BYTES // max(n_bytes, 1)))


@contextmanager
def _corruption_named(file: Path) -> Iterator[None]:
    """Turn what Polars raises over damaged Parquet into `CorruptFile`; its panic is no `Exception`."""
    try:
        yield
    except (PolarsError, OSError, PanicException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorruptFile(f"{file} is not readable Parquet: {reason}", hint="fetch the file again", path=file) from error

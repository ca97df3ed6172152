"""Files of measurements as tables: CSV, JSON Lines, JSON and Parquet, in portions, every value as its text or number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
import polars as pl
from polars.exceptions import PanicException, PolarsError

from warehouse.errors import CorruptFile, UsageError

SUFFIXES: Final = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".pq")
_ROWS_AT_ONCE: Final = 250_000
ROW: Final = "source_row"
"""Position of a row in its file, from 0, beside the file's own columns."""


def portions(file: Path) -> Iterator[pl.DataFrame]:
    """Yield a file's rows in order, in portions of bounded size, with their position as ``source_row``.

    Raises:
        CorruptFile: the file is not what its name promises.
        UsageError: it has a column of the name ``source_row``, or no rows.
    """
    try:
        table = _read(file)
    except (PolarsError, PanicException, ValueError, OSError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise CorruptFile(f"{file} is not readable: {reason}", hint="fetch the file again", path=file) from error
    if ROW in table.columns:
        raise UsageError(f"{file.name} has a column {ROW}, which hubtree uses for itself", hint="rename the column", path=file)
    yield from table.with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64)).iter_slices(_ROWS_AT_ONCE)


def _read(file: Path) -> pl.DataFrame:
    name = file.name.lower()
    if name.endswith((".csv", ".tsv")):
        separator = "\t" if name.endswith(".tsv") else ","
        # Every column as text: what is no number is kept as it stands instead of failing the file.
        return pl.read_csv(file, separator=separator, infer_schema=False, encoding="utf8-lossy")
    if name.endswith((".jsonl", ".ndjson")):
        return pl.read_ndjson(file, infer_schema_length=None)
    if name.endswith(".json"):
        return _from_document(orjson.loads(file.read_bytes()))
    return pl.read_parquet(file, glob=False, hive_partitioning=False)


def _from_document(document: object) -> pl.DataFrame:
    """Read a JSON array of records, one object whose values are columns of one length, or one record."""
    if isinstance(document, list):
        return pl.DataFrame(document, infer_schema_length=None)
    if not isinstance(document, dict):
        raise ValueError("neither an array of records nor an object")
    lengths = {len(value) if isinstance(value, list) else None for value in document.values()}
    return pl.DataFrame(document if len(lengths) == 1 and None not in lengths else [document], strict=False)


def number(column: str) -> pl.Expr:
    """Return a column's numbers; null where the text is none. ``NaN`` stays what it is."""
    return pl.col(column).cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False)


_THOUSANDS: Final = {"k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12}


def size(column: str) -> pl.Expr:
    """Return sizes written as people write them, ``2.8B``, ``125m`` or plain numbers, as numbers."""
    text = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase()
    parts = text.str.extract_groups(r"^([0-9.]+(?:e[+-]?[0-9]+)?)\s*([kmbgt])$")
    figure = parts.struct[0].cast(pl.Float64, strict=False)
    factor = parts.struct[1].replace_strict(_THOUSANDS, default=None, return_dtype=pl.Float64)
    return pl.coalesce(number(column), figure * factor)

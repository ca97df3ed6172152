"""Files of measurements as tables: CSV, JSON Lines, JSON and Parquet, in portions, every value as its text or number."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
import polars as pl
from polars.exceptions import PanicException, PolarsError

from warehouse.errors import CorruptFile, UsageError

SUFFIXES: Final = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".pq")
_ROWS_AT_ONCE: Final = 250_000
_SEPARATORS: Final = (",", "\t", ";", "|")
"""The first of those that part a header equally well is taken."""
_LONGEST_HEADER: Final = 1_000_000
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
        # Every column as text: what is no number is kept as it stands instead of failing the file.
        return pl.read_csv(file, separator=_separator(file), infer_schema=False, encoding="utf8-lossy")
    if name.endswith((".jsonl", ".ndjson")):
        return pl.read_ndjson(file, infer_schema_length=None)
    if name.endswith(".json"):
        return _from_document(orjson.loads(file.read_bytes()))
    return pl.read_parquet(file, glob=False, hive_partitioning=False)


def _separator(file: Path) -> str:
    """Return what parts the fields of the header line best: spreadsheets of many countries write semicolons into a ``.csv``."""
    with file.open(encoding="utf-8", errors="replace", newline="") as lines:
        header = lines.readline(_LONGEST_HEADER)
    return max(_SEPARATORS, key=lambda separator: len(next(csv.reader([header], delimiter=separator), [])))


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


_GROUPED: Final = r"^[0-9]{1,3}(,[0-9]{3}){2,}$|^[0-9]{1,3}(_[0-9]{3})+$|^[0-9]{1,3}( [0-9]{3})+$"
_THOUSANDS: Final = {"k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12}


def size(column: str) -> pl.Expr:
    """Return sizes written as people write them, ``2.8B``, ``125m``, ``70,000,000`` or plain numbers, as numbers.

    One comma alone is not read: ``1,400`` is a thousand and more to some, one and less than a half to others.
    """
    text = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase()
    parts = text.str.extract_groups(r"^([0-9.]+(?:e[+-]?[0-9]+)?)\s*([kmbgt])$")
    figure = parts.struct[0].cast(pl.Float64, strict=False)
    factor = parts.struct[1].replace_strict(_THOUSANDS, default=None, return_dtype=pl.Float64)
    grouped = pl.when(text.str.contains(_GROUPED)).then(text.str.replace_all("[,_ ]", "")).cast(pl.Float64, strict=False)
    return pl.coalesce(number(column), figure * factor, grouped)

"""Writing a result: CSV, JSON, JSON lines, Parquet. For a table on a terminal see `pipelines.query.table`.

CSV is safe for spreadsheets (`warehouse.spreadsheets`), NUL becomes U+FFFD: null is an empty field, an empty text is ``""``,
instants are YYYY-MM-DD hh:mm:ss, lists and structures are JSON text. NaN and infinity become null in CSV and JSON, which have
no form for them; integers and decimals keep every digit, bytes are written in hexadecimal. Parquet holds every value as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import IO, Any, Final, Literal

import orjson
import polars as pl
import polars.selectors as cs

from warehouse.spreadsheets import FORMULA_STARTS, GUARD

Format = Literal["csv", "json", "jsonl", "parquet"]


def write_frame(frame: pl.DataFrame, form: Format, stream: IO[bytes]) -> None:
    """Write a frame to a stream of bytes in one of the formats."""
    _WRITERS[form](frame, stream)


def _write_csv(frame: pl.DataFrame, stream: IO[bytes]) -> None:
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    flat = frame.with_columns(_as_json_text(frame[name]) for name in nested).with_columns(
        cs.binary().bin.encode("hex"), pl.when(cs.float().is_finite()).then(cs.float())
    )
    guarded = flat.with_columns(_guarded(cs.string()))
    guarded.write_csv(stream, datetime_format="%Y-%m-%d %H:%M:%S%.f", null_value="", quote_style="necessary")


def _as_json_text(values: pl.Series) -> pl.Series:
    texts = [None if value is None else _dumped(value).decode() for value in values.to_list()]
    return pl.Series(values.name, texts, dtype=pl.String)


def _guarded(column: pl.Expr) -> pl.Expr:
    whole = column.str.replace_all("\0", "\ufffd", literal=True)
    is_formula = whole.str.head(1).is_in(list(FORMULA_STARTS))
    return pl.when(is_formula).then(pl.lit(GUARD) + whole).otherwise(whole).name.keep()


def _write_json(frame: pl.DataFrame, stream: IO[bytes]) -> None:
    separator = b"[\n"
    for line in _lines(frame):
        stream.write(separator + line)
        separator = b",\n"
    stream.write(b"[]\n" if frame.is_empty() else b"\n]\n")


def _write_jsonl(frame: pl.DataFrame, stream: IO[bytes]) -> None:
    for line in _lines(frame):
        stream.write(line + b"\n")


def _lines(frame: pl.DataFrame) -> Iterator[bytes]:
    for row in frame.iter_rows(named=True):
        yield _dumped(row)


def _dumped(value: object) -> bytes:
    return orjson.dumps(value, default=_unusual, option=orjson.OPT_NON_STR_KEYS)


def _unusual(value: object) -> object:
    """Write what JSON has no form for: decimals with all digits, bytes in hexadecimal, durations in seconds."""
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)


def _write_parquet(frame: pl.DataFrame, stream: IO[bytes]) -> None:
    frame.write_parquet(stream, compression="zstd")


_WRITERS: Final[Mapping[Format, Callable[[pl.DataFrame, IO[Any]], None]]] = {
    "csv": _write_csv,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}

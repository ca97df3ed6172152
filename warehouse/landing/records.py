"""From a record of the Hub's JSON to a landing row, without ever failing.

The listing and the detail endpoint return objects whose fields come and go and change their type (hub-api, section 3).
This module sorts each field into its column, into ``extra`` or into ``misfits``, so that one odd record never costs a page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
import polars as pl

from warehouse.landing.schema import JSON_FIELDS, RECORD_FIELDS, RECORDS
from warehouse.list_columns import list_column

_MOST_DIGITS = 400
_INT64 = range(-(2**63), 2**63)
_NUL = "\\u0000"
"""NUL as JSON writes it; the same letters after a backslash of their own only cost a second look."""


def landing_frame(records: Iterable[object], observed_at: datetime) -> pl.DataFrame:
    """Return one landing row a record, in the order given, with the schema `RECORDS`."""
    rows = [landing_row(record) for record in records]
    told = set[str]().union(*rows)
    columns = [
        _column(name, dtype, [row.get(name) for row in rows])
        if name in told
        else pl.Series(name, [None], dtype=dtype).new_from_index(0, len(rows))
        for name, dtype in RECORDS.items()
        if name != "observed_at"
    ]
    frame = pl.DataFrame(columns)
    return frame.with_columns(pl.lit(observed_at, dtype=pl.Datetime("us")).alias("observed_at"))


def _column(name: str, dtype: pl.DataType, values: list[Any]) -> pl.Series:
    return list_column(name, values, dtype) if isinstance(dtype, pl.List) else pl.Series(name, values, dtype=dtype)


def landing_row(record: object) -> dict[str, Any]:
    """Sort the fields of one record into landing columns; a record without a usable id is kept in ``raw`` alone."""
    if not isinstance(record, Mapping) or not _is_text(record.get("id", record.get("modelId"))):
        return {"raw": to_json(record)}
    row: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    misfits: dict[str, Any] = {}
    nulls: list[str] = []
    for field, value in record.items():
        if value is None:
            nulls.append(_clean(str(field)))
        elif field in RECORD_FIELDS:
            column, dtype = RECORD_FIELDS[field]
            fits, kept = _FITS[type(dtype)](value) if field != "gated" else _gated(value)
            if fits:
                row[column] = kept
            else:
                misfits[field] = value if not isinstance(value, float) or math.isfinite(value) else str(value)
        elif field in JSON_FIELDS:
            row[JSON_FIELDS[field]] = _json_column(value)
        elif field != "modelId" or value != record.get("id", value):
            extra[str(field)] = value
    row.setdefault("model_id", record.get("modelId"))
    if extra:
        row["extra"] = to_json(extra)
    if misfits:
        row["misfits"] = to_json(misfits)
    if nulls:
        row["null_fields"] = sorted(nulls)
    return row


def lenient_json(text: str | bytes) -> object:
    """Return the JSON value of a text as the standard library reads it: NaN, lone surrogates and 1e999 do no harm.

    Numbers that are none (NaN), that no float holds or that have hundreds of digits stay text as written: JSON has no other
    way to say the first again, and Python refuses to read the last.

    Raises:
        ValueError: the text is not JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(text, parse_constant=str, parse_float=_float_or_text, parse_int=_integer_or_text)


def _float_or_text(written: str) -> float | str:
    number = float(written)
    return number if math.isfinite(number) else written


def _integer_or_text(written: str) -> int | str:
    return int(written) if len(written) <= _MOST_DIGITS else written


def _json_column(value: object) -> str:
    """Return the JSON text of a structured field, NUL in it replaced by U+FFFD: SQL would take it out of the text again."""
    text = to_json(value)
    return text if _NUL not in text else to_json(_tamed(orjson.loads(text), depth=0))


def to_json(value: object) -> str:
    """Return compact JSON text; lone surrogates become U+FFFD, numbers beyond 64 bits and other oddities become text."""
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (orjson.JSONEncodeError, RecursionError):
        return orjson.dumps(_tamed(value, depth=0), default=str).decode()


def _tamed(value: object, depth: int) -> object:
    """Return ``value`` with what JSON can't carry written as text, cut at 100 levels."""
    if depth > 100:
        return "…"
    if isinstance(value, Mapping):
        return {_clean(str(key)): _tamed(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_tamed(item, depth + 1) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INT64:
        return str(value)
    return _clean(value) if isinstance(value, str) else value


def _clean(text: str) -> str:
    """Replace NUL, and lone surrogates, which no UTF-8 file can hold, by U+FFFD."""
    text = text.replace("\0", "\ufffd")
    return text if _is_encodable(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_sound(text: str) -> bool:
    """Tell whether a column may hold ``text``: NUL ends a text for readers written in C, and no XML file can hold it."""
    return "\0" not in text and (text.isascii() or _is_encodable(text))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and _is_sound(value)


def _text(value: object) -> tuple[bool, object]:
    return (isinstance(value, str) and _is_sound(value)), value


def _boolean(value: object) -> tuple[bool, object]:
    return isinstance(value, bool), value


def _integer(value: object) -> tuple[bool, object]:
    return isinstance(value, int) and not isinstance(value, bool) and value in _INT64, value


def _number(value: object) -> tuple[bool, object]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300, value


def _texts(value: object) -> tuple[bool, object]:
    # One look at all tags together: a listing page has ten thousand of them.
    try:
        return isinstance(value, list) and _is_sound("".join(value)), value
    except TypeError:  # not all of them are text
        return False, value


def _gated(value: object) -> tuple[bool, object]:
    """Return the Hub's three states as text: false, auto, manual (a bare true is kept as auto's unnamed kin, ``true``)."""
    if isinstance(value, bool):
        return True, "true" if value else "false"
    return _text(value)


_FITS: dict[type, Callable[[Any], tuple[bool, object]]] = {
    pl.String: _text,
    pl.Boolean: _boolean,
    pl.Int64: _integer,
    pl.Float64: _number,
    pl.List: _texts,
}


def wire_record(row: Mapping[str, Any]) -> object:
    """Return the record a landing row was made from: the inverse of `landing_row`, but for the order of its fields."""
    if row.get("raw") is not None:
        return orjson.loads(row["raw"])
    record: dict[str, Any] = {}
    for wire, (column, _) in RECORD_FIELDS.items():
        value = row.get(column)
        if value is not None:
            record[wire] = value if wire != "gated" else {"false": False, "true": True}.get(value, value)
    for wire, column in JSON_FIELDS.items():
        if row.get(column) is not None:
            record[wire] = orjson.loads(row[column])
    for column in ("extra", "misfits"):
        if row.get(column) is not None:
            record |= orjson.loads(row[column])
    for wire in row.get("null_fields") or ():
        record[wire] = None
    return record

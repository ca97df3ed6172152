"""Parquet with typed columns to landing rows, by Polars expressions alone.

A Parquet null is an absent field: tables can't tell it from a null on the wire, so ``null_fields`` stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
import polars as pl
from polars import selectors as cs

from pipelines.bulk.fields import CARD_COLUMNS, PAGING_COLUMNS, Columns, Tally, match_columns
from warehouse.errors import UsageError
from warehouse.landing.records import landing_frame
from warehouse.landing.schema import JSON_FIELDS, RECORD_FIELDS, RECORDS

ISO_FORMAT = "%Y-%m-%dT%H:%M:%S%.3fZ"
"""Instants as the Hub writes them: UTC, milliseconds, Z."""


def records_frame(table: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Return one landing row a table row with the schema `RECORDS`; ``observed_at`` is null.

    Rows without a usable id come last. A table whose columns have other types than the schema's is read record by record.

    Raises:
        UsageError: no column holds the model's id.
    """
    columns = _used_columns(table, tally)
    table = _plain(table)
    values = _field_values(table, columns)
    if values is None:
        return _by_record(table, columns)
    is_named = pl.col(columns.by_field["id"]).str.strip_chars().str.len_bytes().fill_null(0) > 0
    named = table.filter(is_named) if not table.select(is_named.all()).item() else table
    frame = named.select(_landing_columns(named, columns, values))
    if named.height == table.height:
        return frame
    return pl.concat([frame, _by_record(table.filter(~is_named), columns)])


def require_id(names: Sequence[str]) -> None:
    """Refuse a table without a model id.

    Raises:
        UsageError: no column is called id or modelId, in any spelling.
    """
    if "id" not in match_columns(names).by_field:
        found = ", ".join(names) or "none"
        raise UsageError(
            f"no model id among the columns; found: {found}; expected: id or modelId",
            hint="check --kind; a listing has the field names of the Hub's API",
        )


def _used_columns(table: pl.DataFrame, tally: Tally) -> Columns:
    """Match the columns, leaving out card texts and the paging position, and report those without a place."""
    require_id(table.columns)
    columns = match_columns(table.columns)
    left_out = PAGING_COLUMNS if PAGING_COLUMNS <= set(columns.others) else frozenset()
    texts = [name for name in columns.others if name in CARD_COLUMNS]
    if texts:
        tally.note(f"column {texts[0]} holds card texts: import the file again with --kind cards")
    others = tuple(name for name in columns.others if name not in left_out and name not in texts)
    tally.unknown_fields.update(name for name in others if name != "modelId")
    return Columns(columns.by_field, others)


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    """Turn categories and instants into text, flat bytes into base64, NaN into null."""
    return table.with_columns(
        cs.categorical().cast(pl.String),
        cs.enum().cast(pl.String),
        cs.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.strftime(ISO_FORMAT),
        cs.datetime(time_zone=None).dt.strftime(ISO_FORMAT),
        cs.binary().bin.encode("base64"),
        cs.float().fill_nan(None),
    )


def _field_values(table: pl.DataFrame, columns: Columns) -> dict[str, pl.Expr] | None:
    """Return the expression of every landing column, None if one of the columns has a type that does not fit."""
    values: dict[str, pl.Expr] = {}
    for wire, name in columns.by_field.items():
        value = _field_value(table, wire, name)
        if value is None:
            return None
        values[wire] = value
    return None if any(_holds_bytes(table.schema[name]) for name in columns.others) else values


def _field_value(table: pl.DataFrame, wire: str, name: str) -> pl.Expr | None:
    dtype, column = table.schema[name], pl.col(name)
    if dtype == pl.Null:
        return pl.lit(None)
    if wire in JSON_FIELDS:
        return _json_field(dtype, column)
    if wire == "gated":
        return _gated(dtype, column)
    target = RECORD_FIELDS[wire][1]
    if dtype == target:
        return column
    return column.cast(target) if _casts(table, name, target) else None


def _json_field(dtype: pl.DataType, column: pl.Expr) -> pl.Expr | None:
    if dtype == pl.String:
        return pl.when(_is_json(column)).then(column)
    return None if _holds_bytes(dtype) else json_text(column)


def _gated(dtype: pl.DataType, column: pl.Expr) -> pl.Expr | None:
    """Return the three states as text; `False` and `True` are how tables of mixed type write booleans."""
    if dtype not in (pl.Boolean, pl.String):
        return None
    text = column.cast(pl.String)
    return pl.when(text.is_in(["False", "True"])).then(text.str.to_lowercase()).otherwise(text)


def _casts(table: pl.DataFrame, name: str, target: pl.DataType) -> bool:
    """Tell whether every value of a number column is exactly a value of the target type."""
    dtype = table.schema[name]
    if not dtype.is_numeric() or not target.is_numeric():
        return False
    column = pl.col(name)
    return bool(table.select((column.cast(target, strict=False).cast(dtype, strict=False) == column).all()).item())


def _landing_columns(table: pl.DataFrame, columns: Columns, values: Mapping[str, pl.Expr]) -> list[pl.Expr]:
    by_column = {column: values[wire] for wire, (column, _) in RECORD_FIELDS.items() if wire in values}
    by_column |= {column: values[wire] for wire, column in JSON_FIELDS.items() if wire in values}
    by_column["extra"] = _object([_member(name, _extra_value(name, columns)) for name in _filled(table, columns.others)])
    texts = [name for wire, name in columns.by_field.items() if wire in JSON_FIELDS and table.schema[name] == pl.String]
    by_column["misfits"] = _object([_member(name, _not_json(pl.col(name))) for name in texts])
    return [by_column.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in RECORDS.items()]


def _filled(table: pl.DataFrame, names: Sequence[str]) -> list[str]:
    return [name for name in names if table[name].null_count() < table.height]


def _extra_value(name: str, columns: Columns) -> pl.Expr:
    """Return what an extra column adds; `modelId` adds nothing where it repeats the id."""
    value = pl.col(name)
    return pl.when(value != pl.col(columns.by_field["id"])).then(value) if name == "modelId" else value


def _is_json(column: pl.Expr) -> pl.Expr:
    return column.str.json_path_match("$").is_not_null()


def _not_json(column: pl.Expr) -> pl.Expr:
    """Keep the texts that hold no JSON value; the text `null` is an absent value."""
    return pl.when(~_is_json(column) & (column != "null")).then(column)


def json_text(value: pl.Expr) -> pl.Expr:
    """Encode each value as JSON text, null as null."""
    encoded = pl.struct(value.alias("v")).struct.json_encode().str.strip_prefix('{"v":').str.strip_suffix("}")
    return pl.when(value.is_not_null()).then(encoded)


def _member(name: str, value: pl.Expr) -> pl.Expr:
    return pl.lit(orjson.dumps(name).decode() + ":") + json_text(value)


def _object(members: Sequence[pl.Expr]) -> pl.Expr:
    """Join members to JSON objects, null where there are none."""
    if not members:
        return pl.lit(None)
    joined = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.when(joined != "").then(pl.lit("{") + joined + pl.lit("}"))


def _holds_bytes(dtype: pl.DataType) -> bool:
    """Tell whether a nested type holds bytes, which Polars can't write as JSON."""
    if isinstance(dtype, (pl.List, pl.Array)):
        return _holds_bytes(_instance(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return any(_holds_bytes(_instance(member.dtype)) for member in dtype.fields)
    return dtype in (pl.Binary, pl.Object)


def _instance(dtype: pl.DataType | type[pl.DataType]) -> pl.DataType:
    return dtype() if isinstance(dtype, type) else dtype


def _by_record(table: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    names = {name: wire for wire, name in columns.by_field.items()}
    kept = [*names, *columns.others]
    rows = table.select(kept).iter_rows(named=True)
    records = [{names.get(name, name): value for name, value in row.items() if value is not None} for row in rows]
    return undated(records)


def undated(records: Sequence[object]) -> pl.DataFrame:
    """Return the landing rows of records whose instant of observation is not known yet."""
    no_instant = pl.lit(None, dtype=pl.Datetime("us")).alias("observed_at")
    return landing_frame(records, datetime.min).with_columns(no_instant)

"""Tables with typed columns to landing rows, by Polars expressions alone.

A null in a table is an absent field: tables can't tell it from a null on the wire, so ``null_fields`` stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from polars import selectors as cs

from pipelines.bulk.fields import CARD_COLUMNS, Columns, match_columns, wrong_columns
from pipelines.bulk.json_columns import holds_bytes, is_json, json_text, member, object_of
from pipelines.bulk.records import RECORDS_AT_ONCE, undated_frame
from pipelines.bulk.tally import Tally
from warehouse.landing.schema import JSON_FIELDS, RECORD_FIELDS, RECORDS

ISO_FORMAT: Final = "%Y-%m-%dT%H:%M:%S%.3fZ"
"""Instants as the Hub writes them: UTC, milliseconds, Z."""
_INSTANTS: Final = frozenset({"createdAt", "lastModified"})
_PAGING_COLUMNS: Final = frozenset({"page", "pos"})
"""Where a row stood in a recorded walk over the listing; says nothing about the model."""


def records_frame(table: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Return one landing row a table row with the schema `RECORDS`; ``observed_at`` is null.

    Rows without a usable id come last. A table with a column that does not fit its place is read record by record.

    Raises:
        UsageError: no column holds the model's id.
    """
    columns = _used_columns(table, tally)
    table = plain(table.select(*columns.by_field.values(), *columns.others))
    values = _field_values(table, columns)
    if values is None:
        return _by_record(table, columns)
    is_named = pl.col(columns.by_field["id"]).cast(pl.String).str.strip_chars().str.len_bytes().fill_null(0) > 0
    if table.select(is_named.all()).item():
        return _by_column(table, columns, values)
    named, nameless = table.filter(is_named), table.filter(~is_named)
    return pl.concat([_by_column(named, columns, values), _by_record(nameless, columns)])


def _used_columns(table: pl.DataFrame, tally: Tally) -> Columns:
    """Match the columns, leave out card texts and the paging position, and report those without a place."""
    columns = match_columns(table.columns)
    if "id" not in columns.by_field:
        hint = "check --kind; listings and details have the field names of the Hub's API"
        raise wrong_columns(table.columns, "id or modelId, and fields of the Hub's API", hint)
    left_out = set(CARD_COLUMNS) | (_PAGING_COLUMNS if set(columns.others) >= _PAGING_COLUMNS else set())
    for name in set(columns.others) & set(CARD_COLUMNS):
        tally.note(f"column {name} holds card texts: import the file again with --kind cards")
    others = tuple(name for name in columns.others if name not in left_out)
    tally.see(others)
    return Columns(columns.by_field, others)


def plain(table: pl.DataFrame) -> pl.DataFrame:
    """Turn categories and instants into text, bytes into base64, NaN into null."""
    return table.with_columns(
        (cs.categorical() | cs.enum()).cast(pl.String),
        cs.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.strftime(ISO_FORMAT),
        cs.datetime(time_zone=None).dt.strftime(ISO_FORMAT),
        cs.binary().bin.encode("base64"),
        cs.float().fill_nan(None),
    )


def _field_values(table: pl.DataFrame, columns: Columns) -> dict[str, pl.Expr] | None:
    """Return the expression of every known field, None if a column has a type that does not fit."""
    if any(holds_bytes(dtype) for dtype in table.dtypes):
        return None
    values: dict[str, pl.Expr] = {}
    for wire, name in columns.by_field.items():
        value = _field_value(table, wire, name)
        if value is None:
            return None
        values[wire] = value
    return values


def _field_value(table: pl.DataFrame, wire: str, name: str) -> pl.Expr | None:
    dtype, column = table.schema[name], pl.col(name)
    if wire in JSON_FIELDS:
        return pl.when(is_json(column)).then(column) if dtype == pl.String else json_text(column, dtype)
    if wire == "gated" and dtype in (pl.Boolean, pl.String):
        return gated_text(column)
    if wire in _INSTANTS and name != wire and dtype == pl.String:
        return _wire_instant(column)
    target = RECORD_FIELDS[wire][1]
    if dtype == target:
        return column.list.drop_nulls() if isinstance(dtype, pl.List) and _has_null_items(table, name) else column
    return column.cast(target) if dtype == pl.Null or _casts(table, name, target) else None


def _wire_instant(text: pl.Expr) -> pl.Expr:
    """Return ISO 8601 texts as the Hub writes them, any other text as it is."""
    instant = text.str.replace(" ", "T", literal=True).str.to_datetime("%+", time_zone="UTC", strict=False)
    return pl.coalesce(instant.dt.strftime(ISO_FORMAT), text)


def _has_null_items(table: pl.DataFrame, name: str) -> bool:
    items = pl.col(name).explode(empty_as_null=False, keep_nulls=False)
    return bool(table.select(items.null_count()).item())


def gated_text(column: pl.Expr) -> pl.Expr:
    """Return the Hub's states as text; `False` and `True` are how tables of mixed type write booleans."""
    text = column.cast(pl.String)
    return pl.when(text.is_in(["False", "True"])).then(text.str.to_lowercase()).otherwise(text)


def _casts(table: pl.DataFrame, name: str, target: pl.DataType) -> bool:
    """Tell whether every value of a number column is exactly a value of the target type."""
    dtype = table.schema[name]
    if not dtype.is_numeric() or not target.is_numeric():
        return False
    there_and_back = pl.col(name).cast(target, strict=False).cast(dtype, strict=False)
    return bool(table.select(there_and_back.eq_missing(pl.col(name)).all()).item())


def _by_column(table: pl.DataFrame, columns: Columns, values: Mapping[str, pl.Expr]) -> pl.DataFrame:
    places = {wire: column for wire, (column, _) in RECORD_FIELDS.items()} | JSON_FIELDS
    by_column = {places[wire]: value for wire, value in values.items()}
    by_column["extra"] = object_of([_extra(table, name, columns) for name in _filled(table, columns)])
    texts = {wire: name for wire, name in columns.by_field.items() if wire in JSON_FIELDS and table.schema[name] == pl.String}
    by_column["misfits"] = object_of([_not_json(wire, pl.col(name)) for wire, name in texts.items()])
    absent = pl.lit(None)
    return table.select(by_column.get(name, absent).cast(dtype).alias(name) for name, dtype in RECORDS.items())


def _filled(table: pl.DataFrame, columns: Columns) -> list[str]:
    return [name for name in columns.others if table[name].null_count() < table.height]


def _extra(table: pl.DataFrame, name: str, columns: Columns) -> pl.Expr:
    """Return what a column without a place adds; `modelId` adds nothing where it repeats the id."""
    value = pl.col(name)
    if name == "modelId":
        value = pl.when(value != pl.col(columns.by_field["id"])).then(value)
    return member(name, value, table.schema[name])


def _not_json(wire: str, text: pl.Expr) -> pl.Expr:
    """Keep under its field's name a text that holds no JSON value; the text `null` is an absent value."""
    return member(wire, pl.when(~is_json(text) & (text != "null")).then(text), pl.String())


def _by_record(table: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    names = {name: wire for wire, name in columns.by_field.items()}
    parts = table.rename(names).iter_slices(RECORDS_AT_ONCE)
    return pl.concat([undated_frame([_present(row) for row in part.iter_rows(named=True)]) for part in parts])


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}

"""Time series that somebody else collected, one row a model and day, to landing rows of kind daily."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipelines.bulk.fields import match_columns, wrong_columns
from pipelines.bulk.json_columns import member, object_of
from pipelines.bulk.own_dates import own_instants
from pipelines.bulk.tally import Tally
from pipelines.bulk.typed import gated_text, plain
from warehouse.landing.schema import DAILY

_NUMBERS: Final = {"downloads": "downloads_30d", "likes": "likes"}
_TEXTS: Final = {"id": "model_id", "pipeline_tag": "pipeline_tag", "gated": "gated", "lastModified": "last_modified"}
_DAY: Final = "snapshot"


def daily_frame(table: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Return one landing row a model and day with the schema `DAILY`; numbers written as text become numbers.

    Every other column goes to ``extra``, and so does a number's text that is no whole number. Rows without an id are
    counted and left out.

    Raises:
        UsageError: no column holds the id, or neither downloads nor likes are there.
    """
    by_field = match_columns(table.columns).by_field
    if "id" not in by_field or not by_field.keys() & _NUMBERS.keys():
        hint = "check --kind; --kind daily is for rows of id, day (snapshot), downloads and likes"
        raise wrong_columns(table.columns, "id, and downloads or likes", hint)
    has_id = pl.col(by_field["id"]).is_not_null()
    tally.skip("no model id", table.select((~has_id).sum()).item())
    table = table.filter(has_id)
    instants = table.with_columns(own_instants(table).alias("observed_at"))["observed_at"]
    table = plain(table)
    used = {wire: name for wire, name in by_field.items() if wire in _NUMBERS or wire in _TEXTS}
    columns = {_TEXTS[wire]: _text(wire, name) for wire, name in used.items() if wire in _TEXTS}
    columns |= {_NUMBERS[wire]: _whole(pl.col(name)) for wire, name in used.items() if wire in _NUMBERS}
    columns["extra"] = _extra(table, used, tally)
    rows = table.select(columns.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in DAILY.items())
    return rows.with_columns(instants)


def _text(wire: str, name: str) -> pl.Expr:
    column = pl.col(name).cast(pl.String)
    return gated_text(column) if wire == "gated" else column


def _whole(column: pl.Expr) -> pl.Expr:
    """Return a column's whole numbers, null for anything else; `12.0` is 12."""
    number = column.cast(pl.Float64, strict=False)
    whole = pl.when(number == number.floor()).then(number).cast(pl.Int64, strict=False)
    return pl.coalesce(column.cast(pl.Int64, strict=False), whole)


def _extra(table: pl.DataFrame, used: dict[str, str], tally: Tally) -> pl.Expr:
    others = [name for name in table.columns if name not in used.values() and name != _DAY]
    tally.see(others)
    members = [member(name, pl.col(name), table.schema[name]) for name in others if table[name].null_count() < table.height]
    for wire, name in used.items():
        if wire in _NUMBERS and table.schema[name] == pl.String:
            odd = pl.when(_whole(pl.col(name)).is_null()).then(pl.col(name))
            members.append(member(wire, odd, pl.String()))
    return object_of(members)

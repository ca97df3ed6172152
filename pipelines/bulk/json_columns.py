"""Columns of a table as JSON text, by Polars expressions."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import polars as pl

_NULL_MEMBER = r'"[^"\\]*":null'
"""A member whose value is null. It can't match inside a string, where a quote follows a backslash."""


def json_text(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Encode each value as JSON text, null as null; null members of a struct are absent, as everywhere in a table."""
    encoded = pl.struct(value.alias("v")).struct.json_encode().str.strip_prefix('{"v":').str.strip_suffix("}")
    if dtype.is_nested():
        encoded = encoded.str.replace_all(f"{_NULL_MEMBER},", "").str.replace_all(f",?{_NULL_MEMBER}", "")
    return pl.when(value.is_not_null()).then(encoded)


def member(name: str, value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return one `"name":value` of a JSON object, null where the value is null."""
    return pl.lit(orjson.dumps(name).decode() + ":") + json_text(value, dtype)


def object_of(members: Sequence[pl.Expr]) -> pl.Expr:
    """Join members to a JSON object, null where there are none."""
    if not members:
        return pl.lit(None, dtype=pl.String)
    joined = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.when(joined != "").then(pl.lit("{") + joined + pl.lit("}"))


def is_json(text: pl.Expr) -> pl.Expr:
    """Tell whether a text is a JSON value other than null."""
    return text.str.json_path_match("$").is_not_null()


def holds_bytes(dtype: object) -> bool:
    """Tell whether a nested type holds bytes, which Polars can't write as JSON."""
    if isinstance(dtype, (pl.List, pl.Array)):
        return holds_bytes(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return any(holds_bytes(part.dtype) for part in dtype.fields)
    return dtype in (pl.Binary, pl.Object)

"""Giving a query's result column names and types that Parquet and Polars can hold without loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb
from duckdb.sqltypes import DuckDBPyType

_PLAIN: Final = frozenset(
    {
        *("boolean", "tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint"),
        *("float", "double", "decimal", "varchar", "blob"),
        *("date", "timestamp"),
    }
)
_TEMPORAL: Final = frozenset({"date", "timestamp"})
"""Inside lists and structures these become text: an infinite one would end Polars with a panic."""
_NESTED: Final = frozenset({"list", "array", "struct", "map"})
_KEYS: Final = frozenset(
    {"varchar", *("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint")}
)
"""What the key of a map may be, so that JSON can write it as a name."""
_WIDE: Final = frozenset({"hugeint", "uhugeint"})
"""Sums of BIGINT have this type; Parquet would hold them as floating point numbers, so they travel as decimals."""


def portable(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Return the relation with distinct column names; 128-bit integers as decimals, other unusual types as text."""
    names = distinct_names(relation.columns)
    columns = []
    for place, (name, kind) in enumerate(zip(names, relation.types, strict=True), start=1):
        column = duckdb.SQLExpression(f"#{place}")
        target = _target(kind)
        columns.append((column.cast(target) if target else column).alias(name))
    return relation.select(*columns)


def distinct_names(names: Sequence[str]) -> list[str]:
    """Number repeated names, without regard to case: a, A, b becomes a, A_1, b."""
    taken = {name.lower() for name in names}
    seen: set[str] = set()
    result = []
    for name in names:
        number, free = 0, name
        while free.lower() in seen or (number and free.lower() in taken):
            number += 1
            free = f"{name}_{number}"
        seen.add(free.lower())
        result.append(free)
    return result


def _target(kind: DuckDBPyType) -> DuckDBPyType | None:
    """Return the type to cast to, or None where the type can stay."""
    if kind.id in _WIDE:
        return duckdb.decimal_type(38, 0)
    if kind.id == "timestamp with time zone":
        return duckdb.sqltype("TIMESTAMP")  # the connection's time zone is UTC, as every instant of the file
    return None if _is_plain(kind) else duckdb.sqltype("VARCHAR")


def _is_plain(kind: DuckDBPyType) -> bool:
    """Tell what reads back as it was: not JSON (as bytes), TIME (24:00 as null) or nanoseconds (infinity as the year 2262)."""
    if kind.id not in _NESTED:
        return kind.id in _PLAIN and str(kind) != "JSON"
    parts = {name: part for name, part in kind.children if isinstance(part, DuckDBPyType)}
    if "" in parts or (kind.id == "map" and parts["key"].id not in _KEYS):  # the fields of row(1, 2) have no names
        return False
    return all(_is_plain(part) and part.id not in _TEMPORAL for part in parts.values())

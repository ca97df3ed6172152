"""The day a row says it was observed, in the collectors' three notations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

_INSTANT: Final = pl.Datetime("us")

_READERS: Final[Mapping[str, Callable[[pl.Expr], pl.Expr]]] = {
    "captured": lambda text: text.str.to_datetime("%+", time_zone="UTC", strict=False).dt.replace_time_zone(None),
    "mined": lambda text: text.str.to_datetime("%m-%d-%Y", strict=False),
    "snapshot": lambda text: text.str.head(10).str.to_datetime("%Y-%m-%d", strict=False),
}
"""Column -> how its text is read: ISO 8601 with offset, MM-DD-YYYY, YYYY-MM-DD."""
DATE_COLUMNS: Final = frozenset(_READERS)


def own_instants(table: pl.DataFrame) -> pl.Expr:
    """Return the instant (naive UTC) of every row, null where the table or the row does not tell."""
    for name in table.columns:
        if name in _READERS:
            return _READERS[name](pl.col(name).cast(pl.String)).cast(_INSTANT)
    return pl.lit(None, dtype=_INSTANT)

"""Days and instants that DuckDB knows and Polars and Python do not: infinite ones, and years beyond 9999.

Polars ends with a panic where it has to write one, so a column that holds one travels as text.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl
import polars.selectors as cs

_FIRST: Final = date.min.toordinal() - date(1970, 1, 1).toordinal()
_LAST: Final = date.max.toordinal() - date(1970, 1, 1).toordinal()
"""Days since 1970 of what Python calls a date."""

_A_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000}
"""Nanoseconds are left out: all that fit into 64 bits lie between the years 1677 and 2262."""
_INFINITE: Final = {2**31 - 1, 2**63 - 1}
"""How DuckDB writes the end of time, as days and as fractions of a second; the beginning is its negative."""


def with_strange_days_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with those columns of days and instants as text that hold one Python has no form for."""
    strange = [name for name in frame.select(cs.date() | cs.datetime(["ms", "us"])).columns if _is_strange(frame[name])]
    return frame.with_columns(_as_text(frame[name]) for name in strange)


def _unit(values: pl.Series) -> tuple[int, str]:
    """Return how many units a day has, and NumPy's word for the unit."""
    unit = getattr(values.dtype, "time_unit", None)
    return (_A_DAY[unit], unit) if unit else (1, "D")


def _is_strange(values: pl.Series) -> bool:
    numbers, (a_day, _) = values.to_physical().cast(pl.Int64), _unit(values)
    outside = (numbers < _FIRST * a_day) | (numbers >= (_LAST + 1) * a_day)
    return bool(outside.any())


def _as_text(values: pl.Series) -> pl.Series:
    unit = _unit(values)[1]
    texts = [None if number is None else _told(number, unit) for number in values.to_physical().to_list()]
    return pl.Series(values.name, texts, dtype=pl.String)


def _told(number: int, unit: str) -> str:
    if abs(number) in _INFINITE:
        return "infinity" if number > 0 else "-infinity"
    return str(np.array(number).astype(f"datetime64[{unit}]")).replace("T", " ")

"""What the law's word is worth on this hub: the forecasts of an earlier day, held against what came since.

A forecast takes the law for granted, and hubs break it: habits of declaring change, models are deleted. So the same
forecasts are made of what was known one horizon ago, and intervals are stretched, on the logarithm of children, until 95 %
of those would have held (split-conformal prediction with the error in half-widths as score: Lei, G'Sell, Rinaldo, Tibshirani
and Wasserman, JASA 113, 2018). This promises 95 % as far as the months to come break the law as the last ones did.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import polars as pl

from pipelines.lineage.growth.arrivals import MIN_CHILDREN, Flags, Floats, arrivals_of
from pipelines.lineage.growth.fitting import fit_growth
from pipelines.lineage.growth.intervals import draw, forecast

HORIZON_DAYS: Final = 180
"""How far the forecast looks ahead; it stands in the column's name."""
MIN_WINDOW_DAYS: Final = HORIZON_DAYS / 2
"""A base that was observed for less is not forecast, nor are its parameters told."""
WIDEST: Final = 10.0
"""An interval that spans a larger factor (of days, for immediacy) tells nothing; the estimate is left out."""
_LEVEL: Final = 0.95
_MOST: Final = 700.0
"""exp(700) children are no number; what would be more is too wide to be told anyway."""
_SMALLEST: Final = 1e-9
"""Half-width, as a logarithm, below which an interval is a point; what lies beside a point lies far outside."""


def is_foreseen(predicted: Floats) -> Flags:
    """Return whose interval, (3, n_bases) logarithms, is narrow enough to tell something."""
    return np.asarray(predicted[2] - predicted[0] <= np.log(WIDEST))


def stretch_of(children: pl.DataFrame, until: datetime) -> float | None:
    """Return by what factor intervals must grow for 95 % of the forecasts of one horizon ago to hold; at least 1.

    None where too few bases could be forecast then to know (fewer than 19).

    Args:
        children: of bases whose birth is known, as `describe_growth` takes them, sorted by parent and creation.
        until: end of observation.
    """
    then = until - timedelta(days=HORIZON_DAYS)
    known = children.filter(pl.col("child_created_at") <= then).filter(pl.len().over("parent_id") >= MIN_CHILDREN)
    arrivals = arrivals_of(known, then)
    draws = draw(arrivals, fit_growth(arrivals))
    predicted = np.log(forecast(arrivals, draws, HORIZON_DAYS))
    is_tried = is_foreseen(predicted) & fit_growth(arrivals.one_by_one()).is_converged & (arrivals.window >= MIN_WINDOW_DAYS)
    came = known.select("parent_id").unique(maintain_order=True).join(
        children.group_by("parent_id").agg(n=pl.len()), on="parent_id", how="left", maintain_order="left"
    )["n"]  # fmt: skip
    misses = _half_widths_off(np.log(came.cast(pl.Float64).to_numpy()), predicted)[is_tried]
    rank = int(np.ceil((len(misses) + 1) * _LEVEL))
    return None if rank > len(misses) else max(1.0, float(np.sort(misses)[rank - 1]))


def _half_widths_off(came: Floats, predicted: Floats) -> Floats:
    """Return how far off the median each base ended, in half-widths of the interval on that side."""
    low, middle, high = predicted
    half = np.maximum(np.where(came > middle, high - middle, middle - low), _SMALLEST)
    return np.asarray(np.abs(came - middle) / half)


def stretched(predicted: Floats, n: Floats, factor: float | None) -> Floats:
    """Return a forecast, logarithms (3, n_bases), with its interval stretched; it never falls below the ``n`` of today."""
    low, middle, high = predicted
    by = 1.0 if factor is None else factor
    return np.stack(
        [np.maximum(middle - by * (middle - low), np.log(n)), middle, np.minimum(middle + by * (high - middle), _MOST)]
    )

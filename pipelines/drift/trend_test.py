"""Is a monthly series rising or falling? A rank test and a robust slope that allow for months that resemble the month before.

Theil-Sen: the median of the slopes between all pairs of months (Sen, JASA 63, 1968, 1379), its interval from the same ranks as
the test. Mann-Kendall: the sum of signs of all differences, its variance enlarged for autocorrelation as Hamed and Rao
(J. Hydrology 204, 1998, 182) do, but from one coefficient: the lag-one correlation of the ranks that a parabola leaves, so that
a bend is no autocorrelation, corrected for the bias that this brings to short series ((n r + 3) / (n - 5), the form of Kendall,
Biometrika 41, 1954, 403, for three coefficients in place of one).
Quantiles are Student's with as many degrees of freedom as there are independent months, less two. docs/trends.md tells the
false alarms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
FEWEST_MONTHS: Final = 12
"""With fewer months there is no test: a slope over less than a year is as likely a season."""
_MOST_CORRELATED: Final = 0.9
"""A series with a higher lag-one correlation holds hardly more than one independent month."""


@dataclass(frozen=True)
class Trend:
    """A slope per unit of time with its 95 % interval, and the test of no trend."""

    slope: float
    low95: float
    high95: float
    kendall_tau: float
    autocorrelation: float
    p_value: float


def trend_of(time: Floats, value: Floats) -> Trend:
    """Test one series.

    Args:
        time: increasing, at least `FEWEST_MONTHS`; gaps are allowed.
        value: the series, finite.
    Raises:
        ValueError: the series is too short.
    """
    n = len(value)
    if n < FEWEST_MONTHS:
        raise ValueError(f"{n} months are too few for a trend; {FEWEST_MONTHS} are needed")
    earlier, later = np.triu_indices(n, 1)
    difference = value[later] - value[earlier]
    slopes = np.sort(difference / (time[later] - time[earlier]))
    slope = float(np.median(slopes))
    score = float(np.sign(difference).sum())
    correlation = _lag_one(_unbent(time, value))
    variance = _variance(value) * _inflation(n, correlation)
    freedom = max(_independent(n, correlation) - 2, 1.0)
    spread = float(stats.t.ppf(0.975, freedom)) * variance**0.5
    low, high = ((len(slopes) - spread) / 2, (len(slopes) + spread) / 2)
    return Trend(
        slope,
        float(slopes[max(int(np.floor(low)), 0)]),
        float(slopes[min(int(np.ceil(high)), len(slopes) - 1)]),
        score / len(slopes),
        correlation,
        _p_value(score, variance, freedom),
    )


def _p_value(score: float, variance: float, freedom: float) -> float:
    if variance <= 0:
        return 1.0
    return float(min(1.0, 2 * stats.t.sf(max(abs(score) - 1, 0) / variance**0.5, freedom)))


def _variance(value: Floats) -> float:
    """Return the variance of the sum of signs of independent months; ties take their part away."""
    n = len(value)
    tied = np.unique(value, return_counts=True)[1].astype(np.float64)
    return float(n * (n - 1) * (2 * n + 5) - (tied * (tied - 1) * (2 * tied + 5)).sum()) / 18


def _unbent(time: Floats, value: Floats) -> Floats:
    """Return what a parabola leaves of the series."""
    span = (time - time[0]) / (time[-1] - time[0])
    parabola = np.stack([np.ones_like(span), span, span**2], axis=1)
    return np.asarray(value - parabola @ np.linalg.lstsq(parabola, value, rcond=None)[0])


def _lag_one(residual: Floats) -> float:
    """Return the lag-one correlation of the ranks, corrected for bias; correlations below 0 count as none."""
    rank = stats.rankdata(residual)
    rank -= rank.mean()
    whole = float(rank @ rank)
    if whole == 0:
        return 0.0
    n = len(rank)
    corrected = (n * float(rank[1:] @ rank[:-1]) / whole + 3) / (n - 5)
    return float(np.clip(corrected, 0.0, _MOST_CORRELATED))


def _inflation(n: int, correlation: float) -> float:
    """Return by what factor the variance of the sum of signs grows (Hamed and Rao, equation 10, with powers of one lag)."""
    lag = np.arange(1, n - 1)
    weight = (n - lag) * (n - lag - 1) * (n - lag - 2)
    return float(1 + 2 / (n * (n - 1) * (n - 2)) * (weight * correlation**lag).sum())


def _independent(n: int, correlation: float) -> float:
    """Return how many independent months tell as much about a mean as n correlated ones."""
    lag = np.arange(1, n)
    return float(n / (1 + 2 * ((1 - lag / n) * correlation**lag).sum()))

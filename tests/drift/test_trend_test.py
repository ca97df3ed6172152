"""The test of a monthly series: the oracles' slope and tau, few false alarms where months resemble each other, and power."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipelines.drift.trend_test import FEWEST_MONTHS, Trend, trend_of


def correlated(n: int, correlation: float, rng: np.random.Generator) -> np.ndarray:
    """Noise of unit variance in which a month takes after the one before."""
    value = np.empty(n)
    value[0] = rng.standard_normal()
    for month in range(1, n):
        value[month] = correlation * value[month - 1] + (1 - correlation**2) ** 0.5 * rng.standard_normal()
    return value


def many(n: int, correlation: float, slope: float, n_series: int = 300) -> list[Trend]:
    rng = np.random.default_rng(n)
    time = np.arange(n, dtype=np.float64)
    return [trend_of(time, correlated(n, correlation, rng) + slope * time) for _ in range(n_series)]


def test_slope_and_tau_are_those_of_scipy() -> None:
    rng = np.random.default_rng(1)
    time = np.sort(rng.choice(60, 30, replace=False)).astype(np.float64)
    value = 0.02 * time + rng.standard_normal(30)
    found = trend_of(time, value)
    assert found.slope == pytest.approx(stats.theilslopes(value, time).slope)
    assert found.kendall_tau == pytest.approx(stats.kendalltau(time, value).statistic)


def test_without_autocorrelation_the_interval_is_that_of_scipy_but_for_students_quantile() -> None:
    rng = np.random.default_rng(3)
    time = np.arange(40, dtype=np.float64)
    value = 0.05 * time - 0.9 * np.where(time % 2 == 0, 1, -1) + 0.1 * rng.standard_normal(40)
    found, oracle = trend_of(time, value), stats.theilslopes(value, time)
    assert found.autocorrelation == 0
    assert found.low95 == pytest.approx(oracle.low_slope, rel=0.2)
    assert found.high95 == pytest.approx(oracle.high_slope, rel=0.2)
    assert found.low95 <= oracle.low_slope <= found.slope <= oracle.high_slope <= found.high95


@pytest.mark.parametrize(("n", "correlation"), [(12, 0.0), (12, 0.6), (28, 0.0), (28, 0.6), (28, 0.8)])
def test_false_alarms_stay_near_five_in_a_hundred(n: int, correlation: float) -> None:
    """300 series: up to 27 alarms have a chance above 99.7 % at a true rate of 5 %; the plain test gives 84 at 0.6."""
    alarms = sum(trend.p_value <= 0.05 for trend in many(n, correlation, 0.0))
    assert alarms <= 27


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_a_planted_slope_lies_in_its_interval(correlation: float) -> None:
    trends = many(28, correlation, 0.15)
    assert sum(trend.low95 <= 0.15 <= trend.high95 for trend in trends) >= 270
    assert sum(trend.p_value <= 0.05 for trend in trends) >= 200


def test_a_bent_trend_is_one() -> None:
    rng = np.random.default_rng(2)
    time = np.arange(28.0)
    found = trend_of(time, (time / 27) ** 2 + 0.05 * rng.standard_normal(28))
    assert found.p_value < 0.001
    assert found.autocorrelation < 0.5


def test_a_constant_series_has_no_trend() -> None:
    found = trend_of(np.arange(20.0), np.full(20, 0.25))
    assert (found.slope, found.low95, found.high95, found.p_value) == (0, 0, 0, 1)


def test_few_months_are_refused() -> None:
    with pytest.raises(ValueError, match="11 months are too few"):
        trend_of(np.arange(FEWEST_MONTHS - 1.0), np.zeros(FEWEST_MONTHS - 1))

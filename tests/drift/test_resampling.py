"""Points of intervals over few families, against Student's quantiles and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipelines.drift.resampling import interval95, ratio_interval, tail


@pytest.mark.parametrize("n_families", [10, 60, 1000])
def test_a_normal_bootstrap_gets_the_width_of_students_interval(n_families: int) -> None:
    values = np.random.default_rng(1).normal(0, 1, n_families)
    spread = values.std(ddof=0) / np.sqrt(n_families)
    samples = stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000)[None] * spread
    low, high = interval95(samples, n_families)
    student = stats.t.ppf(0.975, n_families - 1) * values.std(ddof=1) / np.sqrt(n_families)
    assert high[0] == pytest.approx(student, rel=1e-3)
    assert low[0] == pytest.approx(-student, rel=1e-3)


def test_many_families_leave_out_a_fortieth_at_each_end() -> None:
    assert tail(10) < tail(60) < tail(1000) < 0.025
    assert tail(1_000_000) == pytest.approx(0.025, abs=1e-6)


def test_rows_have_their_own_number_of_families_and_gaps_are_left_out() -> None:
    samples = np.stack([np.linspace(0, 1, 1001), np.linspace(0, 1, 1001), np.full(1001, np.nan), np.linspace(0, 1, 1001)])
    samples[3, ::2] = np.nan
    low, high = interval95(samples, np.array([10, 100_000, 10, 100_000]))
    assert low[0] == pytest.approx(tail(10), abs=1e-9)
    assert high[1] == pytest.approx(0.975, abs=1e-4)
    assert np.isnan(low[2])
    assert low[3] == pytest.approx(0.025, abs=2e-3)


def test_a_sample_with_nothing_below_has_no_ratio() -> None:
    above, below = np.array([[1.0, 5.0, 1.0]]), np.array([[2.0, 0.0, 2.0]])
    assert [end.tolist() for end in ratio_interval(above, below, 50)] == [[0.5], [0.5]]

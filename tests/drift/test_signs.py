"""The sign-flip test against all signs written out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipelines.drift.signs import sign_flip


@settings(max_examples=60, deadline=None)
@given(nets=st.lists(st.integers(-9, 9).filter(bool), min_size=1, max_size=9))
def test_it_is_the_share_of_all_signs_that_lean_as_far(nets: list[int]) -> None:
    amounts = np.abs(nets)
    sums = [abs(int(np.dot(signs, amounts))) for signs in product((-1, 1), repeat=len(nets))]
    expected = np.mean([value >= abs(sum(nets)) for value in sums])
    assert sign_flip(np.array(nets)) == pytest.approx(expected)


def test_of_ones_it_is_the_binomial_test() -> None:
    nets = np.array([1] * 14 + [-1] * 5)
    assert sign_flip(nets) == pytest.approx(stats.binomtest(14, 19).pvalue)


def test_the_approximation_of_large_flows_is_near() -> None:
    rng = np.random.default_rng(1)
    amounts = rng.integers(1, 200, 3000)
    nets = np.where(rng.random(3000) < 0.52, amounts, -amounts)
    small = sign_flip(nets[:300])
    assert 0 < small <= 1
    assert 0 <= sign_flip(np.tile(nets, 4)) <= 1


def test_families_that_cancel_prove_nothing() -> None:
    assert sign_flip(np.array([5, -5])) == 1.0
    assert sign_flip(np.array([], dtype=np.int64)) == 1.0

"""Families drawn again: sums over 2,000 bootstrap samples of whole families, by one product with their weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipelines.drift.sets import Floats

N_RESAMPLES: Final = 2000
MIN_FAMILIES: Final = 10
"""With fewer families that hold a pair there is no interval: drawing so few again tells nothing."""
SEED: Final = 20250812
_AT_ONCE: Final = 250


@dataclass(frozen=True)
class Resamples:
    """How many samples are drawn, from which seed."""

    n: int = N_RESAMPLES
    seed: int = SEED


PUBLISHED: Final = Resamples()
"""What the published intervals are drawn by."""


def resampled_sums(sums: sparse.csr_matrix, resamples: Resamples) -> Floats:
    """Return the sums of every statistic in samples of families drawn with replacement, shape (statistics, samples).

    A sample is a multinomial count of how often each family stands in it, and the same for all statistics, so that ratios and
    differences can be taken sample by sample.

    Args:
        sums: each statistic summed in each family, shape (statistics, families).
        resamples: how many samples, and their seed.
    """
    held = np.unique(sums.indices)
    times = _times_drawn(sums.shape[1], resamples)[held]
    sums = sums[:, held]
    found = np.empty((sums.shape[0], resamples.n))
    for start in range(0, resamples.n, _AT_ONCE):
        chunk = times[:, start : start + _AT_ONCE].astype(np.float64)
        found[:, start : start + chunk.shape[1]] = sums @ chunk
    return found


@lru_cache(maxsize=2)
def _times_drawn(n_families: int, resamples: Resamples) -> NDArray[np.uint16]:
    """Return how often each family stands in each sample, shape (families, samples); kept, as all tables ask for the same."""
    rng = np.random.default_rng((resamples.seed, n_families))
    times = np.zeros((n_families, resamples.n), dtype=np.uint16)
    for sample in range(resamples.n if n_families else 0):
        times[:, sample] = np.bincount(rng.integers(n_families, size=n_families), minlength=n_families)
    return times


def ratio_interval(above: Floats, below: Floats) -> tuple[Floats, Floats]:
    """Return the 2.5 and 97.5 % points of ratios over the samples, row by row; NaN where a sample has nothing below."""
    ratios = np.full(above.shape, np.nan)
    np.divide(above, below, out=ratios, where=below > 0)
    return interval95(ratios)


def interval95(samples: Floats) -> tuple[Floats, Floats]:
    """Return the 2.5 and 97.5 % points of each row; samples without a value are left out."""
    if not len(samples):
        return np.zeros(0), np.zeros(0)
    low, high = np.percentile(samples, (2.5, 97.5), axis=1)
    for row in np.flatnonzero(np.isnan(samples).any(axis=1)):
        known = samples[row][~np.isnan(samples[row])]
        low[row], high[row] = np.percentile(known, (2.5, 97.5)) if len(known) else (np.nan, np.nan)
    return low, high

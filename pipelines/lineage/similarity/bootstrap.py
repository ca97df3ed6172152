"""Percentile intervals of means by drawing units with replacement: pairs, as the seed paper does, or whole families."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pipelines.lineage.similarity.vectors import Floats

_CELLS: Final = 2_000_000
"""Numbers drawn at a time: 16 MB."""


def bootstrap_means(sums: Floats, counts: Floats, n_bootstraps: int, rng: np.random.Generator) -> Floats:
    """Return the means of ``n_bootstraps`` samples of units drawn with replacement; shape (bootstraps, columns).

    A column's mean is the sum of its values over their number, so a unit may hold several values of a column, or none. All
    columns share the samples, so that differences between columns can be taken sample by sample. NaN where a sample holds
    no value.

    Args:
        sums: sum of the values of each unit, shape (units, columns).
        counts: number of values of each unit, of the same shape.
        n_bootstraps: samples.
        rng: random numbers.
    """
    distinct, column = np.unique(counts, axis=1, return_inverse=True)
    means = np.empty((n_bootstraps, sums.shape[1]))
    done = 0
    for times in _samples(len(sums), n_bootstraps, rng):
        held = (times @ distinct)[:, column.reshape(-1)]
        chunk = means[done : done + len(times)]
        np.divide(times @ sums, held, out=chunk, where=held > 0)
        chunk[held == 0] = np.nan
        done += len(times)
    return means


def _samples(n_units: int, n_bootstraps: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Yield how often each unit stands in each sample, some samples at a time; shape (samples, units)."""
    at_once = max(1, _CELLS // max(n_units, 1))
    for start in range(0, n_bootstraps, at_once):
        n_samples = min(at_once, n_bootstraps - start)
        drawn = rng.integers(n_units, size=(n_samples, n_units))
        drawn += np.arange(n_samples)[:, None] * n_units
        times = np.bincount(drawn.reshape(-1), minlength=n_samples * n_units)
        yield times.reshape(n_samples, n_units).astype(np.float64)


def interval95(means: Floats) -> tuple[Floats, Floats]:
    """Return the 2.5 and 97.5 % points of each column, over the samples that held a value; NaN where none did."""
    low, high = np.percentile(means, (2.5, 97.5), axis=0)
    for column in np.flatnonzero(np.isnan(means).any(axis=0)):
        known = means[~np.isnan(means[:, column]), column]
        low[column], high[column] = np.percentile(known, (2.5, 97.5)) if len(known) else (np.nan, np.nan)
    return low, high

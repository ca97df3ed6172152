"""A fit's bootstrap: its replicates, and percentile intervals of whatever is computed from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.scaling.arrays import Flags, Floats, Ints
from pipelines.scaling.fitting.engine import Fit, refit
from pipelines.scaling.uncertainty.resampling import SEED, Resampling, resample


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Bootstrap:
    """The replicates of a fit."""

    fit: Fit
    how: Resampling
    seed: int
    n_clusters: int
    theta: Floats
    """(R, P)"""
    value: Floats
    is_converged: Flags

    @property
    def estimates(self) -> dict[str, Floats]:
        """Every parameter of each replicate, (R,) each."""
        return self.fit.law.every_natural(self.theta)

    def interval(self, of: Callable[[Floats], Floats], level: float = 0.95) -> Interval:
        """Return a function of θ at the optimum, with percentiles over the replicates.

        Args:
            of: takes θ as (B, P) and gives (B,): the interval is that of what is computed, not computed from intervals.
            level: nominal coverage.
        """
        at_best, spread = float(of(self.fit.theta[None])[0]), of(self.theta)
        low, high = percentiles(spread, level)
        return Interval(at_best, low, high)

    def intervals(self, level: float = 0.95) -> dict[str, Interval]:
        """Return every free parameter with its interval."""
        spread, best = self.estimates, self.fit.estimates
        return {name: Interval(best[name], *percentiles(spread[name], level)) for name in self.fit.law.names}


def percentiles(values: Floats, level: float) -> tuple[float, float]:
    """Return the ends that leave (1 - level)/2 of the values on either side; replicates without a value are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap(fit: Fit, labels: Ints, how: Resampling, n_replicates: int, *, seed: int = SEED, block: int = 0) -> Bootstrap:
    """Fit replicates of a fit's observations; see `resampling.resample` for the ways.

    A replicate in which too few clusters were drawn to fit the law still gets its best θ: it widens the interval, as it should.
    """
    counts = resample(how, labels, n_replicates, seed=seed, block=block) * fit.weight
    solved = refit(fit, counts)
    n_clusters = len(fit.target) if how == "pairs" else len(np.unique(labels))
    return Bootstrap(fit, how, seed, n_clusters, solved.theta, solved.value, solved.is_converged)

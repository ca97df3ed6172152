"""Preferential attachment: does a base that has more children get the next one sooner, and how much?

An arriving child chooses among the bases that have a child already, each with probability proportional to k^α, k being its
children so far. α is 0 where the choice is uniform and 1 where it is linear in k. The estimate is the maximum of the
likelihood of all choices in their order (the parametric form of the estimate of Pham, Sheridan and Shimodaira, "PAFit",
PLoS ONE 10 (2015) e0137796); beside it stands the older way of Jeong, Néda and Barabási, Europhysics Letters 61 (2003) 567.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.lineage.growth.arrivals import Flags, Floats, Ints

MIN_CHOICES: Final = 100
"""Fewer choices between several bases give no exponent."""
_STEPS: Final = 40
_CONFIDENCE: Final = 1.959964
"""Standard errors on either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True)
class Exponent:
    """An estimate with its 95 % interval (None where there was too little to see) and what it rests on."""

    value: float | None
    low: float | None
    high: float | None
    n_choices: int
    n_bases: int


@dataclass(frozen=True)
class Choices:
    """Arrivals in order of time within each pool (a pool's children choose among its own bases); all (n_arrivals,)."""

    pool: Ints
    base: Ints
    day: Ints
    """Day of arrival: children of one day are taken as dependent."""

    @property
    def children_before(self) -> Ints:
        """How many children the chosen base had."""
        order = np.lexsort((np.arange(len(self.base)), self.base, self.pool))
        pool, base = self.pool[order], self.base[order]
        is_first = np.append(True, (base[1:] != base[:-1]) | (pool[1:] != pool[:-1]))[: len(base)]
        place = np.arange(len(base))
        count = np.empty(len(base), dtype=np.int64)
        count[order] = place - np.maximum.accumulate(np.where(is_first, place, 0))
        return count

    @property
    def is_pool_start(self) -> Flags:
        """Whether the arrival is the first of its pool."""
        return np.append(True, self.pool[1:] != self.pool[:-1])[: len(self.pool)]


def likeliest_exponent(choices: Choices) -> Exponent:
    """Return the exponent that makes the observed choices most probable; the log likelihood has one top.

    The interval is that of a sandwich variance with days as clusters: uploads of a day are often one batch of one author.
    """
    before = choices.children_before
    alpha = 0.5
    for _ in range(_STEPS):
        score, information = _scores(choices, before, alpha)
        if not (total := float(information.sum())):
            break
        step = float(np.clip(score.sum() / total, -0.5, 0.5))
        alpha += step
        if abs(step) < 1e-10:
            break
    score, information = _scores(choices, before, alpha)
    is_choice = information > 0
    n_choices, n_bases = int(is_choice.sum()), len(np.unique(choices.base[is_choice]))
    if n_choices < MIN_CHOICES:
        return Exponent(None, None, None, n_choices, n_bases)
    by_day = np.bincount(np.unique(choices.day, return_inverse=True)[1], weights=score)
    error = float(np.sqrt(max((by_day**2).sum(), information.sum())) / information.sum())
    return Exponent(alpha, alpha - _CONFIDENCE * error, alpha + _CONFIDENCE * error, n_choices, n_bases)


def _scores(choices: Choices, before: Ints, alpha: float) -> tuple[Floats, Floats]:
    """Return each choice's derivative of the log likelihood by α, and its information; zero where there was no choice.

    The sum of k^α over a pool's bases changes by (k+1)^α - k^α with each arrival, so it is a running sum.
    """
    sums = [_running(choices, before, alpha, power) for power in range(3)]
    n_candidates = _running(choices, before, 0.0, 0)
    is_choice = (before >= 1) & (n_candidates > 1.5)
    weight = np.where(is_choice, sums[0], 1.0)
    mean = sums[1] / weight
    spread = np.maximum(sums[2] / weight - mean**2, 0.0)
    own = np.log(np.maximum(before, 1))
    return np.where(is_choice, own - mean, 0.0), np.where(is_choice & (spread > 1e-12), spread, 0.0)


def _running(choices: Choices, before: Ints, alpha: float, power: int) -> Floats:
    """Return the sum of k^α (ln k)^power over the bases of the pool that have children, just before each arrival."""
    had = np.maximum(before, 1).astype(np.float64)
    old = np.where(before >= 1, had**alpha * np.log(had) ** power, 0.0)
    new = (before + 1.0) ** alpha * np.log(before + 1.0) ** power
    total = np.cumsum(new - old) - (new - old)
    start = np.maximum.accumulate(np.where(choices.is_pool_start, np.arange(len(total)), 0))
    return np.asarray(total - total[start])


def cumulative_exponent(choices: Choices, *, n_repeats: int = 200, seed: int = 20_240_711) -> Exponent:
    """Return the exponent as Jeong, Néda and Barabási measure it: how many of the last tenth of the children went to bases
    of k children, summed up over k, grows as k^(α+1).

    The interval comes from drawing the bases again (``n_repeats`` times, fixed seed). Bases of one pool are not told apart.
    """
    n = len(choices.base)
    split = n - n // 10
    bases, numbered = np.unique(choices.base, return_inverse=True)
    had = np.bincount(numbered[:split], minlength=len(bases))
    got = np.bincount(numbered[split:], minlength=len(bases))
    is_known = had >= 1
    had, gained = had[is_known], got[is_known].astype(np.float64)
    degrees, group = np.unique(had, return_inverse=True)
    n_choices = int(gained.sum())
    if n_choices < MIN_CHOICES or len(degrees) < 3:
        return Exponent(None, None, None, n_choices, len(had))
    rng = np.random.Generator(np.random.PCG64(seed))
    again = rng.multinomial(len(had), np.full(len(had), 1 / len(had)), n_repeats).astype(np.float64)
    slopes = np.array([_cumulative_slope(degrees, group, gained, weight) for weight in [np.ones(len(had)), *again]])
    low, high = np.quantile(slopes[1:], [0.025, 0.975])
    return Exponent(float(slopes[0]), float(min(low, slopes[0])), float(max(high, slopes[0])), n_choices, len(had))


def _cumulative_slope(degrees: Ints, group: Ints, got: Floats, weight: Floats) -> float:
    """Return the slope of ln κ(k) against ln k, less 1, where κ is the integral of the mean gain of bases of k children."""
    n_bases = np.bincount(group, weights=weight, minlength=len(degrees))
    gain = np.bincount(group, weights=weight * got, minlength=len(degrees))
    is_there = n_bases > 0
    k, mean = degrees[is_there].astype(np.float64), gain[is_there] / n_bases[is_there]
    kappa = np.cumsum(mean * np.diff(k, prepend=0))
    is_seen = kappa > 0
    if is_seen.sum() < 2:
        return 0.0
    return float(np.polyfit(np.log(k[is_seen]), np.log(kappa[is_seen]), 1)[0]) - 1

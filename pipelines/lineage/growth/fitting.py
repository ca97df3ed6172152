"""The best θ = (μ, ln σ, ln λ) of every base, found together: a grid of starts, then damped Newton steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np

from pipelines.lineage.growth.arrivals import Arrivals, Flags, Floats
from pipelines.lineage.growth.law import Evaluation, Sums, evaluate, log_growth, log_posterior, reached

_SHIFTS: Final = (-0.5, 0.0, 0.7, 1.5, 2.5)
"""Starts of μ, in standard deviations of ln t from its mean."""
_WIDTHS: Final = (0.7, 1.0, 1.5, 2.2)
"""Starts of σ, in standard deviations of ln t."""
_FITNESSES: Final = ((0.5, 1.5), (3.0, 6.0))
"""Starts of λ; the best of each half is followed, as the likelihood may have a top in either."""
_MAX_STEPS: Final = 60
_TOLERANCE: Final = 1e-5
"""Expected gain of the log posterior by one more Newton step, below which a base has converged."""
_LONGEST: Final = 1.5
"""Longest step in any coordinate of θ."""


@dataclass(frozen=True)
class Fit:
    """The most probable θ of each base."""

    theta: Floats
    """(n_bases, 3)"""
    value: Floats
    covariance: Floats
    """Inverse of the negative Hessian there, (n_bases, 3, 3)."""
    is_converged: Flags

    def children(self, arrivals: Arrivals, log_days: Floats, base: np.ndarray) -> Floats:
        """Return the fitted number of children of ``base`` at these logarithms of age."""
        return np.asarray(self.scale(arrivals)[base] * np.expm1(self.clock(log_days, base)))

    def clock(self, log_days: Floats, base: np.ndarray) -> Floats:
        """Return λ Φ of ``base`` at these logarithms of age."""
        theta = self.theta[base]
        return np.asarray(np.exp(theta[:, 2]) * reached(log_days, theta))

    def scale(self, arrivals: Arrivals) -> Floats:
        """Return m of each base, see `scale_of`."""
        return scale_of(arrivals, self.theta)


def scale_of(arrivals: Arrivals, theta: Floats) -> Floats:
    """Return m of each base with which the curve of its θ ends at the number of children that were counted."""
    clock = np.exp(theta[:, 2]) * reached(np.log(arrivals.window), theta)
    return np.asarray(arrivals.n * np.exp(-log_growth(clock)))


def fit_growth(arrivals: Arrivals) -> Fit:
    """Fit the growth law to every base; see `law` for the model and its weak prior."""
    sums = Sums.of(arrivals)
    fits = [_climb(arrivals, start) for start in _starts(sums)]
    best = fits[0]
    for fit in fits[1:]:
        best = _better(best, fit)
    return best


def _starts(sums: Sums) -> list[Floats]:
    """Return the best node of the grid for each group of fitnesses."""
    mean = sums.total / sums.n
    spread = np.maximum(np.sqrt(np.maximum(sums.squares / sums.n - mean**2, 0)), 0.1)
    best = [(np.full(len(mean), -np.inf), np.zeros((len(mean), 3))) for _ in _FITNESSES]
    for shift, width in product(_SHIFTS, _WIDTHS):
        mu, sigma = mean + shift * spread, width * spread
        mass = sums.mass(mu, sigma)
        for half, fitnesses in enumerate(_FITNESSES):
            for fitness in fitnesses:
                theta = np.stack((mu, np.log(sigma), np.full_like(mu, np.log(fitness))), axis=1)
                value = log_posterior(sums, theta, mass)
                is_better = value > best[half][0]
                best[half] = (np.where(is_better, value, best[half][0]), np.where(is_better[:, None], theta, best[half][1]))
    return [theta for _, theta in best]


def _climb(arrivals: Arrivals, theta: Floats) -> Fit:
    """Take Newton steps from θ until no base gains; a base that is done is not evaluated again."""
    theta, damping = theta.copy(), np.full(len(theta), 1e-3)
    is_open = np.ones(len(theta), dtype=np.bool_)
    found = (
        evaluate(Sums.of(arrivals), theta) if len(theta) else Evaluation(*(np.zeros((0,) + (3,) * rank) for rank in range(3)))
    )
    for _ in range(_MAX_STEPS):
        step, gain = _step(found, damping)
        is_open &= gain > _TOLERANCE
        at = np.flatnonzero(is_open)
        if not len(at):
            break
        tried = evaluate(Sums.of(arrivals.chosen(is_open)), theta[at] + step[at])
        is_gain = tried.value > found.value[at]
        theta[at] = np.where(is_gain[:, None], theta[at] + step[at], theta[at])
        damping[at] = np.where(is_gain, np.maximum(damping[at] / 5, 1e-9), damping[at] * 8)
        found = _taken(found, at[is_gain], tried, is_gain)
    return Fit(theta, found.value, _covariance(found.hessian), ~is_open)


def _taken(found: Evaluation, at: np.ndarray, tried: Evaluation, is_gain: Flags) -> Evaluation:
    """Put what was found at accepted steps in its place."""
    for name in ("value", "gradient", "hessian"):
        getattr(found, name)[at] = getattr(tried, name)[is_gain]
    return found


def _step(found: Evaluation, damping: Floats) -> tuple[Floats, Floats]:
    """Return each base's damped Newton step and the gain a quadratic would make of the undamped one.

    Directions in which the posterior bends upward are treated as if they bent downward as much: each step climbs.
    """
    bend, axes = np.linalg.eigh(-found.hessian)
    size = np.maximum(np.abs(bend), 1e-6)
    along = np.einsum("bij,bi->bj", axes, found.gradient)
    gain = 0.5 * (along**2 / size).sum(axis=1)
    step = np.einsum("bij,bj->bi", axes, along / (size + damping[:, None] * size.max(axis=1, keepdims=True)))
    longest = np.abs(step).max(axis=1, keepdims=True, initial=0)
    return step * np.minimum(1, _LONGEST / np.maximum(longest, 1e-12)), gain


def _covariance(hessian: Floats) -> Floats:
    bend, axes = np.linalg.eigh(-hessian)
    return np.asarray(np.einsum("bij,bj,bkj->bik", axes, 1 / np.maximum(bend, 1e-3), axes))


def _better(one: Fit, other: Fit) -> Fit:
    """Return the better of two fits, base by base: one that has converged before one that has not."""
    is_better = (other.is_converged & ~one.is_converged) | (
        (other.is_converged == one.is_converged) & (other.value > one.value + _TOLERANCE)
    )
    return replace(
        one,
        theta=np.where(is_better[:, None], other.theta, one.theta),
        value=np.where(is_better, other.value, one.value),
        covariance=np.where(is_better[:, None, None], other.covariance, one.covariance),
        is_converged=np.where(is_better, other.is_converged, one.is_converged),
    )

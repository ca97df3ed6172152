"""What the fit leaves open: intervals of the parameters and of the forecast, from weighted draws around the best θ.

The posterior is a curved ridge: fitness, immediacy and scale trade places along it, while at a given fitness the other two
are all but normal. So the ridge is walked along ln λ, the best (μ, ln σ) found at each node, and the posterior taken as a
mixture of normals there, weighted by their heights and volumes (Laplace's approximation, nested). No run of chance decides:
every base uses the same standard draws of one fixed seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.lineage.growth.arrivals import Arrivals, Flags, Floats
from pipelines.lineage.growth.fitting import Fit
from pipelines.lineage.growth.law import Sums, evaluate, log_posterior, reached

SEED: Final = 20_240_711
_NODES: Final = np.sinh(np.linspace(-2.6, 2.6, 27))
"""Nodes along ln λ in standard deviations from the top: dense there, and far out where one side falls slowly."""
_N_DRAWS: Final = 12
"""Draws of (μ, ln σ) at each node."""
_FREEDOM: Final = 5.0
_STRETCH: Final = 1.2
_STEPS: Final = 3
"""Newton steps at a node; its neighbour's optimum is where they begin."""
_MOST: Final = 30.0
"""The clock λ Φ can't run longer in a forecast: exp(30) times the children is no number of children."""
_MOST_BATCHES: Final = 1e15
LEVEL: Final = (0.025, 0.5, 0.975)


@dataclass(frozen=True)
class Draws:
    """Weighted draws of θ for each base."""

    theta: Floats
    """(n_draws, n_bases, 3)"""
    weight: Floats
    """(n_draws, n_bases), adding up to 1 for each base."""

    def quantiles(self, values: Floats) -> Floats:
        """Return the weighted 2.5 %, 50 % and 97.5 % points of ``values`` (n_draws, n_bases) as (3, n_bases)."""
        order = np.argsort(values, axis=0, kind="stable")
        ranked = np.take_along_axis(values, order, axis=0)
        weight = np.take_along_axis(self.weight, order, axis=0)
        below = np.cumsum(weight, axis=0) - weight / 2
        at = [np.minimum((below < level).sum(axis=0), len(values) - 1) for level in LEVEL]
        return np.stack([np.take_along_axis(ranked, place[None, :], axis=0)[0] for place in at])

    def share(self, is_so: Flags) -> Floats:
        """Return the probability of a statement about each draw, (n_bases,)."""
        return np.asarray((self.weight * is_so).sum(axis=0))


@dataclass(frozen=True)
class _Node:
    """The posterior of (μ, ln σ) at a given ln λ, base by base: centre, covariance, and logarithm of the mass."""

    theta: Floats
    covariance: Floats
    log_mass: Floats


def draw(arrivals: Arrivals, fit: Fit) -> Draws:
    """Draw from the posterior of every base; shapes as in `Draws`, with 12 draws at each of 27 nodes."""
    sums = Sums.of(arrivals)
    nodes = _walk(sums, fit)
    rng = np.random.Generator(np.random.PCG64(SEED))
    heavy = np.sqrt(_FREEDOM / rng.chisquare(_FREEDOM, (len(nodes), _N_DRAWS, 1)))
    standard = rng.standard_normal((len(nodes), _N_DRAWS, 2)) * heavy
    theta = np.concatenate([_around(node, own) for node, own in zip(nodes, standard, strict=True)])
    height = np.stack([log_posterior(sums, each) for each in theta])
    volume = np.stack([0.5 * np.log(np.linalg.det(node.covariance)) for node in nodes])
    proposed = -0.5 * (_FREEDOM + 2) * np.log1p((standard**2).sum(axis=2) / _FREEDOM)
    log_weight = height + np.repeat(volume + np.log(np.gradient(_NODES))[:, None], _N_DRAWS, axis=0) - proposed.reshape(-1, 1)
    weight = np.exp(log_weight - log_weight.max(axis=0, initial=-np.inf))
    return Draws(theta, weight / weight.sum(axis=0))


def _around(node: _Node, standard: Floats) -> Floats:
    """Return draws around a node's centre, (n_draws, n_bases, 3); ln λ stays that of the node."""
    root = np.linalg.cholesky(node.covariance)
    theta = np.repeat(node.theta[None], len(standard), axis=0)
    theta[..., :2] += _STRETCH * np.einsum("bij,dj->dbi", root, standard)
    return theta


def _walk(sums: Sums, fit: Fit) -> list[_Node]:
    """Walk the ridge from the top to both sides; return the nodes in the order of ``_NODES``."""
    along = fit.covariance[:, :, 2] / np.sqrt(fit.covariance[:, 2, 2])[:, None]
    middle = len(_NODES) // 2
    nodes = {middle: _settle(sums, fit.theta)}
    for outward in (range(middle + 1, len(_NODES)), range(middle - 1, -1, -1)):
        before, step = nodes[middle], along
        for at in outward:
            far = _NODES[at] - _NODES[at - 1 if at > middle else at + 1]
            node = _settle(sums, before.theta + far * step)
            step = (node.theta - before.theta) / far
            nodes[at] = before = node
    return [nodes[at] for at in range(len(_NODES))]


def _settle(sums: Sums, theta: Floats) -> _Node:
    """Find the best (μ, ln σ) at the ln λ of θ; what Newton's steps leave to gain is added to the height."""
    best = evaluate(sums, theta)
    for _ in range(_STEPS):
        step, _, _ = _conditional(best.gradient, best.hessian)
        tried_theta = theta + step
        tried = evaluate(sums, tried_theta)
        is_gain = tried.value > best.value
        theta = np.where(is_gain[:, None], tried_theta, theta)
        best.value[is_gain], best.gradient[is_gain] = tried.value[is_gain], tried.gradient[is_gain]
        best.hessian[is_gain] = tried.hessian[is_gain]
    _, covariance, gain = _conditional(best.gradient, best.hessian)
    return _Node(theta, covariance, best.value + gain + 0.5 * np.log(np.linalg.det(covariance)))


def _conditional(gradient: Floats, hessian: Floats) -> tuple[Floats, Floats, Floats]:
    """Return Newton's step in (μ, ln σ), at most 1 long, the covariance there, and the gain the step promises (at most 1)."""
    bend, axes = np.linalg.eigh(-hessian[:, :2, :2])
    size = np.maximum(np.abs(bend), 1e-2)
    slope = np.einsum("bij,bi->bj", axes, gradient[:, :2])
    step = np.zeros_like(gradient)
    step[:, :2] = np.einsum("bij,bj->bi", axes, slope / size)
    longest = np.abs(step).max(axis=1, keepdims=True, initial=0)
    covariance = np.einsum("bij,bj,bkj->bik", axes, 1 / size, axes)
    gain = np.minimum(0.5 * (slope**2 / size).sum(axis=1), 1.0)
    return step * np.minimum(1, 1 / np.maximum(longest, 1e-12)), covariance, gain


def forecast(arrivals: Arrivals, draws: Draws, horizon: float) -> Floats:
    """Return the median and interval of each base's number of children ``horizon`` days after the end of observation.

    Given θ, further children are negative binomial, as in the law's own birth process: mean (n + m)(exp(Δτ) - 1), variance
    exp(Δτ) times the mean, Δτ what the clock λ Φ still runs. They come in batches as before (`Arrivals.batch`), which makes
    the variance so much larger. Shape (3, n_bases): low, median, high; n is counted in.
    """
    rng = np.random.Generator(np.random.PCG64([SEED, 1]))
    fitness = np.exp(draws.theta[..., 2])
    now = fitness * reached(np.log(arrivals.window), draws.theta)
    ahead = np.minimum(fitness * reached(np.log(arrivals.window + horizon), draws.theta) - now, _MOST)
    crowd = arrivals.n / -np.expm1(-now)
    mean = crowd * np.expm1(ahead) * _jitter(rng, crowd / arrivals.batch)
    n_batches = rng.poisson(np.minimum(mean / arrivals.batch, _MOST_BATCHES))
    return arrivals.n + draws.quantiles(n_batches * arrivals.batch)


def _jitter(rng: np.random.Generator, crowd: Floats) -> Floats:
    """Return the gamma factors of mean 1 that turn Poisson numbers into negative binomial ones."""
    return np.asarray(rng.gamma(crowd) / crowd)

"""The growth law of a base's children and its likelihood, for all bases at once.

c(t) = m (exp(λ Φ((ln t - μ)/σ)) - 1), with t in days since the base's creation, fitness λ, immediacy μ, longevity σ and
scale m: the citation model of Wang, Song and Barabási, "Quantifying Long-Term Scientific Impact", Science 342 (2013), 127.

Their process (arrivals at rate λ f(t) (c + m), f the log-normal density) is a birth process with immigration on the clock
λ Φ; like the Poisson process with mean c(t), it has the property that, given their number, the arrivals are independent
draws with distribution c(t)/c(T). So one likelihood serves both, and m drops out: m = n / (exp(λ Φ(T)) - 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr

from pipelines.lineage.growth.arrivals import Arrivals, Floats, Ints

PRIOR_MEAN: Final = np.array([np.log(100.0), 0.0, np.log(2.0)])
PRIOR_SD: Final = np.array([2.0, 0.75, 1.0])
"""Weak normal prior of (μ, ln σ, ln λ): 95 % of it lies at exp(μ) 2 days to 14 years, σ 0.2-4.4, λ 0.3-14. It keeps the fit
of few children from running off along the ridge where λ, μ and m trade places; a few hundred children outweigh it."""
_FARTHEST: Final = 8.0
"""Standard deviations beyond which Φ is taken as constant, so that no logarithm of zero is met."""


@dataclass(frozen=True)
class Evaluation:
    """The log posterior of each base at its own θ = (μ, ln σ, ln λ), and its derivatives."""

    value: Floats
    gradient: Floats
    """(n_bases, 3)"""
    hessian: Floats
    """(n_bases, 3, 3)"""


@dataclass(frozen=True)
class Sums:
    """What the likelihood needs to know of the arrivals, made once."""

    log_age: Floats
    start: Ints
    n: Ints
    total: Floats
    """Σ ln t, (n_bases,)."""
    squares: Floats
    """Σ (ln t)², (n_bases,)."""
    log_window: Floats
    batch: Floats
    """The likelihood counts for so much less, see `Arrivals.batch`."""

    @staticmethod
    def of(arrivals: Arrivals) -> Sums:
        """Take the logarithms of the arrivals' ages."""
        log_age = np.log(arrivals.age)
        total, squares = (np.add.reduceat(values, arrivals.start) for values in (log_age, log_age**2))
        return Sums(log_age, arrivals.start, arrivals.n, total, squares, np.log(arrivals.window), arrivals.batch)

    def scores(self, mu: Floats, sigma: Floats) -> Floats:
        """Return z = (ln t - μ)/σ of every arrival, (n_arrivals,)."""
        return np.asarray((self.log_age - np.repeat(mu, self.n)) / np.repeat(sigma, self.n))

    def add(self, values: Floats) -> Floats:
        """Add up over the arrivals of each base."""
        return np.asarray(np.add.reduceat(values, self.start))

    def mass(self, mu: Floats, sigma: Floats) -> Floats:
        """Return Σ Φ(z) of each base, the one costly part of the likelihood; it does not depend on λ."""
        return self.add(ndtr(self.scores(mu, sigma)))


def reached(log_days: Floats, theta: Floats) -> Floats:
    """Return Φ((ln t - μ)/σ), the share of the base's clock that has run down; θ is (…, 3)."""
    z = (log_days - theta[..., 0]) / np.exp(theta[..., 1])
    return np.asarray(ndtr(np.maximum(z, -_FARTHEST)))


def log_growth(clock: Floats) -> Floats:
    """Return ln(exp(τ) - 1) without overflow or loss for small τ."""
    return np.asarray(clock + np.log(-np.expm1(-clock)))


def log_posterior(sums: Sums, theta: Floats, mass: Floats | None = None) -> Floats:
    """Return the log posterior of each base at its own θ, up to a constant; (n_bases,). ``mass`` is `Sums.mass`, if known."""
    mu, sigma, fitness = theta[:, 0], np.exp(theta[:, 1]), np.exp(theta[:, 2])
    if mass is None:
        mass = sums.mass(mu, sigma)
    spread = (sums.squares - 2 * mu * sums.total + sums.n * mu**2) / sigma**2
    clock = fitness * reached(sums.log_window, theta)
    likelihood = sums.n * (theta[:, 2] - theta[:, 1] - log_growth(clock)) - 0.5 * spread + fitness * mass
    return np.asarray(likelihood / sums.batch - 0.5 * (((theta - PRIOR_MEAN) / PRIOR_SD) ** 2).sum(axis=1))


def evaluate(sums: Sums, theta: Floats) -> Evaluation:
    """Return value, gradient and Hessian of the log posterior of each base."""
    sigma, fitness = np.exp(theta[:, 1]), np.exp(theta[:, 2])
    z = sums.scores(theta[:, 0], sigma)
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    mass = sums.add(ndtr(z))
    moments = [sums.add(moment) for moment in _moments(z, density)]
    first, second = _slopes(mass, moments, sigma, fitness)
    own_first, own_second = _spread_slopes(sums, theta[:, 0], sigma)
    end_first, end_second = _end_slopes(sums, theta)
    gradient = first + own_first - sums.n[:, None] * end_first
    hessian = second + own_second - sums.n[:, None, None] * end_second
    gradient = gradient / sums.batch[:, None] - (theta - PRIOR_MEAN) / PRIOR_SD**2
    hessian = hessian / sums.batch[:, None, None] - np.diag(1 / PRIOR_SD**2)
    return Evaluation(log_posterior(sums, theta, mass), gradient, hessian)


def _moments(z: Floats, density: Floats) -> list[Floats]:
    """Return φ, zφ, z²φ and z³φ; products, as powers are many times slower."""
    once = z * density
    twice = z * once
    return [density, once, twice, z * twice]


def _slopes(mass: Floats, moments: list[Floats], sigma: Floats, fitness: Floats) -> tuple[Floats, Floats]:
    """Return the first and second derivatives of λ Φ(z), given sums of Φ, φ, zφ, z²φ and z³φ."""
    p, zp, zzp, zzzp = moments
    first = np.stack((-p / sigma, -zp, mass), axis=1) * fitness[:, None]
    second = np.empty((len(mass), 3, 3))
    second[:, 0, 0] = -zp / sigma**2
    second[:, 0, 1] = second[:, 1, 0] = (p - zzp) / sigma
    second[:, 1, 1] = zp - zzzp
    second[:, 0, 2] = second[:, 2, 0] = -p / sigma
    second[:, 1, 2] = second[:, 2, 1] = -zp
    second[:, 2, 2] = mass
    return first, second * fitness[:, None, None]


def _spread_slopes(sums: Sums, mu: Floats, sigma: Floats) -> tuple[Floats, Floats]:
    """Return the derivatives of n (ln λ - ln σ) - Σ z²/2."""
    z = (sums.total - sums.n * mu) / sigma
    zz = (sums.squares - 2 * mu * sums.total + sums.n * mu**2) / sigma**2
    first = np.stack((z / sigma, zz - sums.n, sums.n.astype(np.float64)), axis=1)
    second = np.zeros((len(mu), 3, 3))
    second[:, 0, 0] = -sums.n / sigma**2
    second[:, 0, 1] = second[:, 1, 0] = -2 * z / sigma
    second[:, 1, 1] = -2 * zz
    return first, second


def _end_slopes(sums: Sums, theta: Floats) -> tuple[Floats, Floats]:
    """Return the derivatives of ln(exp(τ) - 1) with τ = λ Φ(z) at the end of observation."""
    sigma, fitness = np.exp(theta[:, 1]), np.exp(theta[:, 2])
    z = np.maximum((sums.log_window - theta[:, 0]) / sigma, -_FARTHEST)
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    share = ndtr(z)
    clock_first, clock_second = _slopes(share, _moments(z, density), sigma, fitness)
    shrink = -np.expm1(-fitness * share)
    slope, bend = 1 / shrink, -(1 - shrink) / shrink**2
    outer = clock_first[:, :, None] * clock_first[:, None, :]
    return slope[:, None] * clock_first, slope[:, None, None] * clock_second + bend[:, None, None] * outer

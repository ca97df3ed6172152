"""The likelihood that goes with Huber's objective: density exp(-h(r)/τ)/Z(τ), the scale τ fitted.

With δ large it is the normal law of least squares, with δ small that of Laplace: the objective of a fit decides which. Z(τ) =
√(2πτ) erf(δ/√(2τ)) + (2τ/δ) exp(-δ²/(2τ)) (Huber 1964, least favourable density).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import erf

from pipelines.scaling.arrays import Floats


def log_normaliser(tau: float, delta: float) -> float:
    """Return ln Z(τ)."""
    if not np.isfinite(delta):
        return 0.5 * float(np.log(2 * np.pi * tau))
    inner = np.sqrt(2 * np.pi * tau) * erf(delta / np.sqrt(2 * tau))
    return float(np.log(inner + 2 * tau / delta * np.exp(-(delta**2) / (2 * tau))))


def log_likelihood(value: float, n: float, delta: float) -> float:
    """Return the log likelihood of an objective of n observations at its best scale."""
    return -_best_scale(value, n, delta)[1]


def residual_scale(value: float, n: float, delta: float) -> float:
    """Return τ, in squared units of the residual."""
    return _best_scale(value, n, delta)[0]


def _best_scale(value: float, n: float, delta: float) -> tuple[float, float]:
    mean = max(value / n, 1e-300)
    if not np.isfinite(delta):
        tau = 2 * mean
        return tau, value / tau + n * log_normaliser(tau, delta)
    # The normal law has τ = 2 h̄ and Laplace's τ = h̄: the best scale lies in between, and a little beyond for safety.
    found = minimize_scalar(
        lambda log: value / np.exp(log) + n * log_normaliser(float(np.exp(log)), delta),
        bounds=(np.log(mean) - 1, np.log(mean) + 3),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(np.exp(found.x)), float(found.fun)


def likelihood_ratio(values: Floats, best: float, n: float, delta: float) -> Floats:
    """Return twice the fall of the log likelihood from the best objective to others of the same n observations."""
    top = log_likelihood(best, n, delta)
    return np.array([2 * (top - log_likelihood(float(value), n, delta)) for value in values])

"""Profiles: the objective along one parameter, all others at their best, and the interval that the likelihood ratio gives.

Venzon and Moolgavkar, "A Method for Computing Profile-Likelihood-Based Confidence Intervals", 1988. All values of the parameter
are problems of one batch, each with that coordinate held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.fitting.engine import Fit, Problem
from pipelines.scaling.uncertainty.likelihood import likelihood_ratio, residual_scale

CRITICAL_95: Final = 3.841
"""The 95 % point of chi-square with one degree of freedom."""
_N_VALUES: Final = 41
_WIDEST: Final = 6
"""How often the range is doubled before an end is called open."""
TENFOLD: Final = float(np.log(10.0))


@dataclass(frozen=True)
class Profile:
    """The objective along one parameter."""

    parameter: str
    natural: Floats
    """Values of the parameter itself, ascending."""
    value: Floats
    """The objective there."""
    ratio: Floats
    """Likelihood ratio there."""
    low: float
    """Lower end of the 95 % interval; -inf or 0 where the profile stays below the critical value."""
    high: float
    tenfold_rise: float
    """Relative rise of the objective at the better of a tenth and ten times the parameter."""


def profile(fit: Fit, parameter: str, *, n_effective: float | None = None) -> Profile:
    """Return the profile of a parameter.

    Args:
        fit: a converged fit.
        parameter: a free parameter of its law.
        n_effective: independent observations, where checkpoints are not; the objective then counts for so much less.
    """
    at = fit.law.names.index(parameter)
    problem = Problem(fit.law, fit.columns, fit.target, fit.objective)
    n = float(fit.weight.sum())
    share = (n_effective or n) / n
    spread = _first_width(problem, fit, at)
    for _ in range(_WIDEST):
        grid = fit.theta[at] + spread * np.linspace(-1, 1, _N_VALUES)
        grid = np.unique(np.clip(grid, problem.box.low[at], problem.box.high[at]))
        value = along(problem, fit, at, grid)
        ratio = share * likelihood_ratio(value, min(fit.value, float(value.min())), n, fit.objective.delta)
        if ratio[0] > CRITICAL_95 and ratio[-1] > CRITICAL_95:
            break
        spread *= 2
    each = fit.law.parameters[at]
    low, high = _crossings(grid, ratio, fit.theta[at])
    ends = each.natural(np.array([low, high]))
    return Profile(
        parameter, each.natural(grid), value, ratio, float(ends[0]), float(ends[1]), tenfold_rise(problem, fit, at)
    )  # fmt: skip


def tenfold_rise(problem: Problem, fit: Fit, at: int) -> float:
    """Return how much the objective rises, relatively, when a parameter is a tenth or ten times its best: the lesser."""
    best, is_log = fit.theta[at], fit.law.parameters[at].is_log
    grid = best + TENFOLD * np.array([-1.0, 1.0]) if is_log else best * np.array([0.1, 10.0])
    grid = grid[(grid >= problem.box.low[at]) & (grid <= problem.box.high[at])]
    if not len(grid) or fit.value <= 0:
        return np.inf
    return float(along(problem, fit, at, grid).min() / fit.value - 1)


def along(problem: Problem, fit: Fit, at: int, grid: Floats) -> Floats:
    """Return the objective with one coordinate held at each value of a grid, the others at their best."""
    start = np.tile(fit.theta, (len(grid), 1))
    start += (grid - fit.theta[at])[:, None] * _ridge(problem, fit, at)
    start = np.clip(start, problem.box.low, problem.box.high)
    start[:, at] = grid
    plain = np.tile(fit.theta, (len(grid), 1))
    plain[:, at] = grid
    both = np.concatenate((start, plain))
    return np.asarray(problem.solve_along(at, both, fit.weight[None]).reshape(2, -1).min(axis=0))


def _ridge(problem: Problem, fit: Fit, at: int) -> Floats:
    """Return how the other coordinates follow a small step of one, by the curvature at the optimum."""
    hessian = curvature(problem, fit)
    others = np.arange(len(fit.theta)) != at
    step = np.zeros(len(fit.theta))
    step[at] = 1
    step[others] = -np.linalg.lstsq(hessian[np.ix_(others, others)], hessian[others, at], rcond=1e-12)[0]
    return step


def curvature(problem: Problem, fit: Fit) -> Floats:
    """Return the curvature of the likelihood in plain θ: mean psi' times Σ ∂f ∂f', smooth where the objective has kinks."""
    found = problem.plain.evaluate(fit.theta[None])
    residual = problem.aim - found.value
    clipped, _ = fit.objective.bounded(residual)
    bound = np.divide(clipped, residual, out=np.ones_like(residual), where=residual != 0)
    return np.asarray(found.curve(fit.weight * bound, np.zeros_like(residual))[0])


def _first_width(problem: Problem, fit: Fit, at: int) -> float:
    """Return some five standard errors of a coordinate, from the curvature, which is a little too steep with a small delta."""
    inverse = np.linalg.pinv(curvature(problem, fit), rcond=1e-14)
    tau = residual_scale(fit.value, float(fit.weight.sum()), fit.objective.delta)
    return float(np.clip(5 * np.sqrt(max(float(inverse[at, at]) * tau, 0.0)), 1e-4, 3.0))


def _crossings(grid: Floats, ratio: Floats, best: float) -> tuple[float, float]:
    """Return where the ratio crosses the critical value on either side, or infinity where it does not."""
    ends = []
    for side in (-1, 1):
        outward = np.flatnonzero(grid * side >= best * side)[:: side if side > 0 else -1]
        above = next((k for k in range(len(outward)) if ratio[outward[k]] > CRITICAL_95), None)
        if above is None:
            ends.append(side * np.inf)
            continue
        far = outward[above]
        near_grid, near_ratio = (grid[outward[above - 1]], ratio[outward[above - 1]]) if above else (best, 0.0)
        share = (CRITICAL_95 - near_ratio) / (ratio[far] - near_ratio)
        ends.append(float(near_grid + share * (grid[far] - near_grid)))
    return ends[0], ends[1]

"""Damped Newton steps with the exact Hessian on many problems side by side; a problem that is done leaves the batch.

Nocedal and Wright, "Numerical Optimization", chapters 3 and 10. The objective has kinks in its second derivative where a
residual crosses delta, so the first steps are reweighted Gauss-Newton steps, which never climb over one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.scaling.arrays import Flags, Floats, Ints
from pipelines.scaling.fitting.one_thread import one_blas_thread
from pipelines.scaling.laws.design import Design
from pipelines.scaling.objective import Objective

_REWEIGHTED_STEPS: Final = 3
_MAX_STEPS: Final = 200
_LONGEST: Final = 2.0
"""Longest step in any coordinate: a factor of e² in a coefficient."""
_NEAR: Final = 1e-11
"""Share of the objective that one more step would gain, below which that step is taken without asking and is the last."""
_DONE: Final = 1e-9
"""The same share, above which a problem that found no way down has not converged."""
_STIFFEST: Final = 1e12
"""Damping at which a problem is given up."""
_STIFFER: Final = 1e-7
"""Damping after a step that did not go down, at least."""
_FLATTEST: Final = 1e-12
"""Smallest scaled curvature that a step divides by."""
_CHUNK: Final = 1 << 15
"""Observations times problems in one piece of work: what stays in a core's cache."""


_FIELDS: Final = ("theta", "value", "gradient", "hessian", "is_converged")


@dataclass(frozen=True)
class Box:
    """Bounds of each coordinate; infinite where there is none."""

    low: Floats
    high: Floats


@dataclass(frozen=True)
class Solved:
    """Where each of B problems came to rest."""

    theta: Floats
    """(B, P)"""
    value: Floats
    """The objective, (B,)."""
    gradient: Floats
    """(B, P); zero in coordinates that are held or at a bound that the objective pushes against."""
    hessian: Floats
    """(B, P, P)"""
    is_converged: Flags

    def taken(self, at: Ints | Flags) -> Solved:
        """Return some of the problems."""
        return Solved(self.theta[at], self.value[at], self.gradient[at], self.hessian[at], self.is_converged[at])


def minimise(
    design: Design,
    target: Floats,
    weight: Floats,
    start: Floats,
    objective: Objective,
    *,
    box: Box | None = None,
    held: Flags | None = None,
) -> Solved:
    """Minimise Σ weight h(target - f(θ)) from each start.

    Args:
        design: the law on n observations.
        target: what f should be, (n,).
        weight: one row a problem, or one row for all, (B, n) or (1, n).
        start: (B, P).
        objective: Huber's function.
        box: bounds of θ.
        held: coordinates that stay at their start, (P,).
    """
    n_problems, size = len(start), max(1, _CHUNK // max(len(target), 1))
    shared = np.broadcast_to(weight, (n_problems, len(target)))
    unbounded = np.full(design.n_parameters, np.inf)
    nobody = np.zeros(design.n_parameters, dtype=np.bool_)
    limits = _Limits(box or Box(-unbounded, unbounded), nobody if held is None else held)
    pieces = []
    with one_blas_thread():
        for first in range(0, n_problems, size):
            part = slice(first, first + size)
            solved = _Descent(design, target, shared[part], objective, limits).run(start[part])
            lost = np.flatnonzero(~solved.is_converged)
            if len(lost):
                # Once more from where they stopped: the reweighted steps lead most out of a corner between kinks.
                again = _Descent(design, target, shared[part][lost], objective, limits).run(solved.theta[lost])
                for name in _FIELDS:
                    getattr(solved, name)[lost] = getattr(again, name)
            pieces.append(solved)
    if len(pieces) == 1:
        return pieces[0]
    return Solved(*(np.concatenate([getattr(piece, name) for piece in pieces]) for name in _FIELDS))


@dataclass(frozen=True)
class _Limits:
    """Where θ may go."""

    box: Box
    held: Flags


class _Descent:
    """One chunk of problems on their way down."""

    def __init__(self, design: Design, target: Floats, weight: Floats, objective: Objective, limits: _Limits) -> None:
        self._design, self._target, self._weight, self._objective = design, target, weight, objective
        self._box, self._held = limits.box, limits.held

    def run(self, start: Floats) -> Solved:
        theta = np.clip(start, self._box.low, self._box.high)
        theta[:, self._held] = start[:, self._held]
        value, gradient, hessian = self._look(theta, self._weight, reweighted=True)
        damping = np.full(len(theta), 1e-3)
        is_open, is_converged = np.ones(len(theta), dtype=np.bool_), np.zeros(len(theta), dtype=np.bool_)
        for number in range(_MAX_STEPS):
            at = np.flatnonzero(is_open)
            if not len(at):
                break
            step, gain, is_last = self._steps(theta[at], value[at], gradient[at], hessian[at], damping[at])
            tried = np.clip(theta[at] + step, self._box.low, self._box.high)
            tried[:, self._held] = theta[at][:, self._held]
            found = self._look(tried, self._weight[at], reweighted=number < _REWEIGHTED_STEPS)
            steeper = np.abs(self._pushed(tried, found[1])).max(axis=1, initial=0) >= np.abs(
                self._pushed(theta[at], gradient[at])
            ).max(axis=1, initial=0)
            is_gain = np.where(is_last, ~steeper & (found[0] <= value[at] * (1 + 1e-13)), found[0] < value[at])
            kept = at[is_gain]
            theta[kept], value[kept], gradient[kept], hessian[kept] = tried[is_gain], *(part[is_gain] for part in found)
            damping[at] = np.where(is_gain, np.maximum(damping[at] / 10, 1e-15), np.maximum(damping[at] * 8, _STIFFER))
            is_lost = damping[at] > _STIFFEST
            is_converged[at] |= is_last | (is_lost & (gain <= _DONE * self._floor(value[at])))
            is_open[at[is_last | is_lost]] = False
        value, gradient, hessian = self._look(theta, self._weight)
        return Solved(theta, value, self._pushed(theta, gradient), hessian, is_converged)

    def _look(self, theta: Floats, weight: Floats, *, reweighted: bool = False) -> tuple[Floats, Floats, Floats]:
        """Return objective, gradient and Hessian, or the Hessian of the parabola above it that touches it here."""
        found = self._design.evaluate(theta)
        residual = self._target - found.value
        clipped, is_inside = self._objective.bounded(residual)
        value = np.einsum("bn,bn->b", weight, self._objective.cost(residual, clipped))
        pull = weight * clipped
        if reweighted:
            bound = np.divide(clipped, residual, out=np.ones_like(residual), where=residual != 0)
            hessian = found.curve(weight * bound, np.zeros_like(residual))
        else:
            hessian = found.curve(weight * is_inside, pull)
        return _finite(value, -found.slope(pull), hessian)

    def _pushed(self, theta: Floats, gradient: Floats) -> Floats:
        """Return the gradient without held coordinates and those that it pushes against their bound."""
        at_end = ((theta <= self._box.low) & (gradient > 0)) | ((theta >= self._box.high) & (gradient < 0))
        return np.where(at_end | self._held, 0.0, gradient)

    @staticmethod
    def _floor(value: Floats) -> Floats:
        """Return the objective, or what residuals of 1e-9 would make of it: less can't be told from rounding."""
        return np.maximum(value, 1e-17)

    def _steps(
        self, theta: Floats, value: Floats, gradient: Floats, hessian: Floats, damping: Floats
    ) -> tuple[Floats, Floats, Flags]:
        """Return each problem's step, the gain that a parabola promises, and whether it is the last step."""
        free_gradient = self._pushed(theta, gradient)
        is_free = ~(self._held | ((free_gradient == 0) & (gradient != 0)))
        scale = 1 / np.sqrt(np.maximum(np.abs(np.einsum("bpp->bp", hessian)), 1e-30))
        scale = np.where(is_free, scale, 0.0)
        scaled = hessian * scale[:, :, None] * scale[:, None, :]
        bend, axes = np.linalg.eigh(scaled)
        size = np.maximum(np.abs(bend), _FLATTEST)
        along = np.einsum("bpq,bp->bq", axes, free_gradient * scale)
        gain = 0.5 * (along**2 / size).sum(axis=1)
        is_last = gain <= _NEAR * self._floor(value)
        stiff = np.where(is_last, 0.0, damping)[:, None]
        step = -np.einsum("bpq,bq->bp", axes, along / (size + stiff)) * scale
        longest = np.abs(step).max(axis=1, keepdims=True, initial=0)
        return step * np.minimum(1, _LONGEST / np.maximum(longest, 1e-300)), gain, is_last


def _finite(value: Floats, gradient: Floats, hessian: Floats) -> tuple[Floats, Floats, Floats]:
    """Give problems that left the range of numbers an infinite objective, so that no step to there is ever taken."""
    is_lost = ~(np.isfinite(value) & np.isfinite(gradient).all(axis=1) & np.isfinite(hessian).all(axis=(1, 2)))
    if is_lost.any():
        value, gradient, hessian = value.copy(), gradient.copy(), hessian.copy()
        value[is_lost], gradient[is_lost], hessian[is_lost] = np.inf, 0.0, np.eye(gradient.shape[1])
    return value, gradient, hessian

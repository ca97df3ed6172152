"""Laws that have no exact derivatives, one problem after the other by ``scipy.optimize.least_squares``.

Its cost with ``loss="huber"`` and ``f_scale=delta`` is this house's objective, so results compare with those of `newton`; it
takes some hundred times longer for as many problems.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import least_squares

from pipelines.scaling.arrays import Flags, Floats
from pipelines.scaling.fitting.newton import Box, Solved
from pipelines.scaling.laws.design import Design
from pipelines.scaling.objective import Objective

_FINEST: Final = 1e-15
_LARGEST_GRADIENT: Final = 1e-4
"""Norm of the scaled gradient, as a share of the root of the objective, below which a point counts as an optimum."""
_IMPOSSIBLE: Final = 1e6
"""Residual of an observation that the formula has no number for."""


def minimise_by_scipy(
    design: Design,
    target: Floats,
    weight: Floats,
    start: Floats,
    objective: Objective,
    *,
    box: Box,
    held: Flags | None = None,
) -> Solved:
    """Minimise as `newton.minimise` does, with the same arguments and results.

    Raises:
        ValueError: a weight is no whole number: an observation of weight two stands twice among the residuals.
    """
    if (weight != np.round(weight)).any():
        raise ValueError("a law without exact derivatives takes whole weights alone")
    fixed = np.zeros(design.n_parameters, dtype=np.bool_) if held is None else held
    task = _Task(design, target, objective, box, fixed)
    shared = np.broadcast_to(weight, (len(start), len(target)))
    theta = np.array([task.solve(*each) for each in zip(shared, start, strict=True)])
    return task.describe(theta, shared)


@dataclass(frozen=True)
class _Task:
    """What all problems share."""

    design: Design
    target: Floats
    objective: Objective
    box: Box
    held: Flags

    def solve(self, weight: Floats, start: Floats) -> Floats:
        """Return where one problem comes to rest."""
        rows, free = np.repeat(np.arange(len(self.target)), weight.astype(np.int64)), ~self.held
        full = np.clip(start, self.box.low, self.box.high)
        full[self.held] = start[self.held]

        def residual(part: Floats) -> Floats:
            full[free] = part
            found = (self.target - self.design.predict(full[None])[0])[rows]
            return np.where(np.isfinite(found), found, _IMPOSSIBLE)

        delta = self.objective.delta
        robust: dict[str, Any] = {"loss": "huber", "f_scale": delta} if np.isfinite(delta) else {"loss": "linear"}
        found = least_squares(
            residual, full[free], jac="3-point", bounds=(self.box.low[free], self.box.high[free]), x_scale="jac",
            xtol=_FINEST, ftol=_FINEST, gtol=_FINEST, max_nfev=400, **robust,
        )  # fmt: skip
        full[free] = found.x
        return full

    def describe(self, theta: Floats, weight: Floats) -> Solved:
        """Return objective, gradient and curvature at the ends, and which of them are optima."""
        found = self.design.evaluate(theta)
        residual = np.where(np.isfinite(found.value), self.target - found.value, _IMPOSSIBLE)
        clipped, is_inside = self.objective.bounded(residual)
        value = np.einsum("bn,bn->b", weight, self.objective.cost(residual, clipped))
        gradient = -found.slope(weight * clipped)
        pushed = ((theta <= self.box.low) & (gradient > 0)) | ((theta >= self.box.high) & (gradient < 0))
        gradient = np.where(pushed | self.held, 0.0, gradient)
        hessian = found.curve(weight * is_inside, np.zeros_like(residual))
        is_known = np.isfinite(gradient).all(axis=1) & np.isfinite(hessian).all(axis=(1, 2))
        gradient, hessian = np.nan_to_num(gradient), np.nan_to_num(hessian)
        scale = np.sqrt(np.maximum(np.einsum("bpp->bp", hessian), 1e-30))
        steep = np.linalg.norm(gradient / scale, axis=1)
        is_flat = steep <= np.maximum(_LARGEST_GRADIENT * np.sqrt(value), 1e-10)
        return Solved(theta, value, gradient, hessian, is_flat & is_known)

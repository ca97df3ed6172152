"""The fit of one law to one set of observations, and refits under other weights: bootstraps, subsets, windows.

Global search: candidates of the law (a grid of exponents with projected coefficients), scored by the true objective, those that
are apart followed by Newton steps, delta going down to its value where it is small. Refits share the design: a bootstrap
replicate is a vector of counts, and its start is the best of a few candidates, found by one matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.scaling.arrays import Flags, Floats
from pipelines.scaling.fitting.by_scipy import minimise_by_scipy
from pipelines.scaling.fitting.newton import Box, Solved, minimise
from pipelines.scaling.fitting.one_thread import one_blas_thread
from pipelines.scaling.laws.design import Design, RawDesign
from pipelines.scaling.laws.law import Columns, Law
from pipelines.scaling.objective import Objective

SAME_OPTIMUM: Final = 1e-9
"""Relative difference of objectives below which two starts ended at one optimum."""
RIVAL: Final = 1e-3
"""Relative difference below which another optimum rivals the best."""
_LADDER: Final = tuple(base * 10.0**-power for power in range(1, 9) for base in (1.0, 0.3))
"""Delta's way down."""
_N_STARTS: Final = {1: 8, 2: 16, 3: 40}
"""Starts followed, by free exponents; 80 beyond."""
_APART: Final = 0.15
"""Two candidates are apart if some exponent differs by so much of itself, or some other coordinate by so much."""
_N_PILOTS: Final = 64


@dataclass(frozen=True)
class Certificate:
    """What says that a fit is an optimum, and the best one found."""

    gradient_norm: float
    """Euclidean norm in centred coordinates; coordinates at a bound left out."""
    smallest_eigenvalue: float
    """Of the Hessian in centred coordinates, scaled to a diagonal of one: near 0 says that a direction is flat."""
    largest_eigenvalue: float
    n_starts: int
    share_at_best: float
    """Share of the starts that ended at the best objective."""
    is_converged: bool
    rivals: Floats
    """θ of other optima within `RIVAL` of the best, (n_rivals, P)."""
    at_bound: tuple[str, ...]
    """Parameters that ended at a bound."""


@dataclass(frozen=True)
class Fit:
    """The best θ of a law on observations."""

    law: Law
    objective: Objective
    columns: Columns
    target: Floats
    weight: Floats
    theta: Floats
    """(P,)"""
    value: float
    certificate: Certificate

    @property
    def estimates(self) -> dict[str, float]:
        """Every parameter by name, fixed and tied ones too."""
        return {name: float(values[0]) for name, values in self.law.every_natural(self.theta[None]).items()}

    @property
    def residuals(self) -> Floats:
        """ln L - ln L̂, or L - L̂ in raw space, (n,)."""
        problem = Problem(self.law, self.columns, self.target, self.objective)
        return np.asarray(problem.aim - problem.plain.predict(self.theta[None])[0])


class Problem:
    """A law on observations, in centred coordinates."""

    def __init__(self, law: Law, columns: Columns, target: Floats, objective: Objective) -> None:
        if law.space == "raw" and objective.space == "log":
            raise ValueError(f"{law.name} foretells the {law.target} itself: its residuals are raw, not logarithmic")
        self.law, self.objective = law, objective
        self._minimise = minimise if law.solver == "newton" else minimise_by_scipy
        self.aim = np.log(target) if objective.space == "log" else target
        design = law.design(columns)
        self.plain: Design = RawDesign(design) if objective.space == "raw" and law.space == "log" else design
        matrix, _ = law.mapping()
        centring = law.centring(columns)
        self._forth: Floats = np.linalg.lstsq(matrix, centring @ matrix, rcond=None)[0].astype(np.float64)
        self._back = np.linalg.inv(self._forth)
        self.centred = self.plain.mapped(self._forth, np.zeros(len(self._forth)))
        low = np.array([each.low for each in law.parameters])
        high = np.array([each.high for each in law.parameters])
        self.box = Box(low, high)

    def solve(self, start: Floats, weight: Floats, objective: Objective | None = None) -> Solved:
        """Minimise from θ of shape (B, P), weights (B, n) or (1, n); gradient and Hessian are in centred coordinates."""
        aim, begin = objective or self.objective, start @ self._back.T
        solved = self._minimise(self.centred, self.aim, weight, begin, aim, box=self.box)
        return Solved(solved.theta @ self._forth.T, solved.value, solved.gradient, solved.hessian, solved.is_converged)

    def solve_along(self, at: int, start: Floats, weight: Floats) -> Floats:
        """Return the objective with coordinate ``at`` held at its starts, (B,).

        Centred coordinates are used where that coordinate is the same in both, as exponents and floors are.
        """
        unit = np.eye(len(self._forth))[at]
        is_aligned = bool((self._forth[at] == unit).all())
        design = self.centred if is_aligned else self.plain
        begin = start @ self._back.T if is_aligned else start
        held = unit.astype(np.bool_)
        solved = self._minimise(design, self.aim, weight, begin, self.objective, box=self.box, held=held)
        return solved.value

    def costs(self, theta: Floats) -> Floats:
        """Return h of each observation's residual at each θ, (B, n)."""
        with one_blas_thread():
            return self.objective.cost(self.aim - self.plain.predict(theta))


def fit_law(
    law: Law,
    columns: Columns,
    target: Floats,
    *,
    weight: Floats | None = None,
    objective: Objective | None = None,
    starts: Floats | None = None,
) -> Fit:
    """Fit a law: the global optimum of its objective, with a certificate.

    Args:
        law: the form, with its fixed and tied parameters.
        columns: the law's inputs, all positive, (n,) each.
        target: losses, positive, (n,).
        weight: (n,); one each unless given.
        objective: Huber on the log residual with delta 1e-3 unless given.
        starts: further θ to begin from, (n_starts, P).
    """
    weight = np.ones(len(target)) if weight is None else weight
    problem = Problem(law, columns, target, objective or Objective(space=law.space))
    with one_blas_thread():
        candidates = law.starts(columns, target, weight)
        chosen = _best_apart(problem, candidates, weight)
    if starts is not None:
        chosen = np.concatenate((chosen, starts))
    solved = _descend(problem, chosen, weight)
    best = int(np.argmin(np.where(np.isfinite(solved.value), solved.value, np.inf)))
    return Fit(
        law, problem.objective, columns, target, weight, solved.theta[best], float(solved.value[best]),
        _certify(problem, solved, best),
    )  # fmt: skip


def refit(fit: Fit, weight: Floats) -> Solved:
    """Fit again under other weights, (R, n): each replicate from the best of 64 pilots and the optimum of all.

    The pilots are the first replicates' own optima; what each replicate would make of each is one product of matrices.
    """
    problem = Problem(fit.law, fit.columns, fit.target, fit.objective)
    known = np.concatenate((fit.theta[None], fit.certificate.rivals))
    pilots = problem.solve(_best_start(problem, known, weight[:_N_PILOTS]), weight[:_N_PILOTS])
    if len(weight) <= _N_PILOTS:
        return pilots
    rest = weight[_N_PILOTS:]
    candidates = np.concatenate((known, pilots.theta))
    found = problem.solve(_best_start(problem, candidates, rest), rest)
    fields = ("theta", "value", "gradient", "hessian", "is_converged")
    return Solved(*(np.concatenate((getattr(pilots, name), getattr(found, name))) for name in fields))


def _best_start(problem: Problem, candidates: Floats, weight: Floats) -> Floats:
    costs = problem.costs(candidates)
    with one_blas_thread():
        scores = weight @ costs.T
    return np.asarray(candidates[scores.argmin(axis=1)])


def _best_apart(problem: Problem, candidates: Floats, weight: Floats) -> Floats:
    """Return the candidates with the smallest objective that are apart from better ones."""
    n_powers = sum(not each.is_log for each in problem.law.parameters)
    wanted = _N_STARTS.get(n_powers, 80)
    scores = problem.costs(candidates) @ weight
    order = np.argsort(np.where(np.isfinite(scores), scores, np.inf), kind="stable")
    powers = [at for at, each in enumerate(problem.law.parameters) if not each.is_log] or list(range(candidates.shape[1]))
    kept: list[int] = []
    for at in order:
        near = candidates[kept][:, powers] - candidates[at][powers]
        size = np.maximum(np.abs(candidates[at][powers]), 0.05)
        if not len(near) or (np.abs(near) > _APART * size).any(axis=1).all():
            kept.append(int(at))
        if len(kept) == wanted:
            break
    return np.asarray(candidates[kept])


def _descend(problem: Problem, starts: Floats, weight: Floats) -> Solved:
    """Follow the starts down, delta narrowing to its value; the worse half is dropped on the way where there are many."""
    theta, delta = starts, problem.objective.delta
    for wider in [each for each in _LADDER if each > delta * 1.01] if np.isfinite(delta) else []:
        solved = problem.solve(theta, weight[None], Objective(wider, problem.objective.space))
        order = np.argsort(solved.value, kind="stable")
        theta = solved.theta[order[: max(16, (2 * len(order)) // 3)]]
    along = problem.solve(theta, weight[None])
    if theta is starts:
        return along
    direct = problem.solve(starts[:16], weight[None])
    fields = ("theta", "value", "gradient", "hessian", "is_converged")
    return Solved(*(np.concatenate((getattr(along, name), getattr(direct, name))) for name in fields))


def _certify(problem: Problem, solved: Solved, best: int) -> Certificate:
    value = solved.value[best]
    is_same = solved.value <= value * (1 + SAME_OPTIMUM) + 1e-17
    hessian = solved.hessian[best]
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-300))
    bends = np.linalg.eigvalsh(hessian * scale[:, None] * scale[None])
    theta = solved.theta[best]
    ends = (theta <= problem.box.low + 1e-9) | (theta >= problem.box.high - 1e-9)
    return Certificate(
        gradient_norm=float(np.linalg.norm(solved.gradient[best])),
        smallest_eigenvalue=float(bends[0]),
        largest_eigenvalue=float(bends[-1]),
        n_starts=len(solved.value),
        share_at_best=float(is_same.mean()),
        is_converged=bool(solved.is_converged[best]),
        rivals=_rivals(solved, is_same, value, theta),
        at_bound=tuple(np.array(problem.law.names)[ends].tolist()),
    )


def _rivals(solved: Solved, is_same: Flags, value: float, theta: Floats) -> Floats:
    """Return other optima that are nearly as good, the best first, those that are apart from one another."""
    near = np.flatnonzero(~is_same & solved.is_converged & (solved.value <= value * (1 + RIVAL)))
    kept: list[Floats] = []
    for at in near[np.argsort(solved.value[near], kind="stable")]:
        others: Sequence[Floats] = [theta, *kept]
        if all((np.abs(solved.theta[at] - other) > 1e-3).any() for other in others):
            kept.append(solved.theta[at])
    return np.array(kept).reshape(-1, len(theta))

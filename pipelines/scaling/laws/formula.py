"""A law of the user's own: a formula in plain NumPy, without derivatives; SciPy fits it.

One small class: name, formula in words, source, parameters with units and where to look for them, the columns it reads.

    >>> class Logistic(FormulaLaw):                                    # doctest: +SKIP
    ...     name, form, source = "logistic", "L = E + A/(1 + (N/s)^alpha)", "mine"
    ...     inputs = ("parameter_count",)
    ...     own = (Sought(floor(), 1, 3), Sought(coefficient("A", "height"), 0.1, 10), …)
    ...     def formula(self, columns, values):
    ...         return values["E"] + values["A"] / (1 + (columns["parameter_count"] / values["s"]) ** values["alpha"])
    >>> register(Logistic())                                           # doctest: +SKIP
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.laws.law import Columns, Law, Parameter

_N_STARTS: Final = 512
_SEED: Final = 20_240_601
_STEP: Final = 6e-6
"""Cube root of the precision of a number: where a central difference errs least."""


@dataclass(frozen=True)
class Sought:
    """A parameter and the range of natural values that a search begins in; it may leave it."""

    parameter: Parameter
    low: float
    high: float


@dataclass(frozen=True)
class FormulaLaw(Law):
    """A law that writes its formula in natural values; it is fitted by `fitting.by_scipy`, one start after the other."""

    own: ClassVar[tuple[Sought, ...]]
    solver = "scipy"

    @abstractmethod
    def formula(self, columns: Columns, values: Mapping[str, float]) -> Floats:
        """Return the loss of every observation, (n,), from the parameters' natural values by name."""

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in their order."""
        return tuple(sought.parameter for sought in self.own)

    def full_design(self, columns: Columns) -> FormulaDesign:
        """Return the formula on the observations."""
        names = [(each.name, each) for each in self.all_parameters]

        def predict(theta: Floats) -> Floats:
            with np.errstate(all="ignore"):
                values = {name: float(each.natural(theta[at : at + 1])[0]) for at, (name, each) in enumerate(names)}
                found = np.asarray(self.formula(columns, values), dtype=np.float64)
                return np.log(found) if self.space == "log" else found

        size = len(names)
        return FormulaDesign(predict, len(columns[self.inputs[0]]), np.eye(size), np.zeros(size))

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return points spread evenly over the ranges of the parameters, even in the logarithm where it is fitted."""
        from scipy.stats import qmc

        del columns, target, weight
        free = [sought for sought in self.own if sought.parameter.name in self.names]
        low, high = (np.array([each.parameter.fitted(getattr(each, end)) for each in free]) for end in ("low", "high"))
        spread = qmc.Sobol(len(free), seed=_SEED).random(_N_STARTS)
        return np.asarray(low + spread * (high - low))


class FormulaDesign:
    """A formula on given observations, with derivatives by central differences, in φ where θ = matrix φ + origin."""

    def __init__(self, predict: Callable[[Floats], Floats], n: int, matrix: Floats, origin: Floats) -> None:
        self._predict, self._n, self._matrix, self._origin = predict, n, matrix, origin
        self.n_parameters = matrix.shape[1]

    def predict(self, theta: Floats) -> Floats:
        """Return predictions alone, (B, n); NaN where the formula has none."""
        return np.stack([self._predict(row) for row in theta @ self._matrix.T + self._origin])

    def evaluate(self, theta: Floats) -> FormulaEvaluation:
        """Return predictions with first derivatives."""
        step = _STEP * np.maximum(np.abs(theta), 1.0)
        slopes = []
        for at in range(self.n_parameters):
            shift = np.zeros_like(theta)
            shift[:, at] = step[:, at]
            slopes.append((self.predict(theta + shift) - self.predict(theta - shift)) / (2 * step[:, at, None]))
        return FormulaEvaluation(self.predict(theta), np.stack(slopes, axis=1))

    def mapped(self, matrix: Floats, origin: Floats) -> FormulaDesign:
        """Return the design in ψ where φ = matrix ψ + origin."""
        return FormulaDesign(self._predict, self._n, self._matrix @ matrix, self._matrix @ origin + self._origin)


@dataclass(frozen=True)
class FormulaEvaluation:
    """Predictions (B, n) and first derivatives (B, P, n); second derivatives are taken for zero."""

    value: Floats
    first: Floats

    def gradient(self) -> Floats:
        """Return ∂f, (B, P, n)."""
        return self.first

    def slope(self, weight: Floats) -> Floats:
        """Return Σ weight ∂f, (B, P)."""
        return np.asarray(np.einsum("bn,bpn->bp", weight, self.first))

    def curve(self, squares: Floats, bends: Floats) -> Floats:
        """Return Σ squares ∂f ∂f', (B, P, P)."""
        del bends
        return np.asarray((self.first * squares[:, None]) @ self.first.transpose(0, 2, 1))

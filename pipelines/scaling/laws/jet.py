"""Exact first and second derivatives of a formula, carried along as it is computed: forward mode, for many θ at once.

A law whose logarithm is not a plain log of a sum of powers writes its formula in jets and gets the gradient and Hessian that
the fitter asks for. Griewank and Walther, "Evaluating Derivatives", 2008, chapter 13 (univariate second-order propagation, here
with all P directions together).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.laws.design import Design


@dataclass(frozen=True)
class Jet:
    """A value of shape (B, n) or less, with its derivatives by θ: (P, …) and (P, P, …)."""

    value: Floats
    first: Floats
    second: Floats

    __array_ufunc__ = None
    """An array to the left of an operator leaves the work to the jet."""

    def chain(self, value: Floats, slope: Floats, bend: Floats) -> Jet:
        """Return g of this jet, given g, g' and g'' at its value."""
        outer = self.first[:, None] * self.first[None]
        return Jet(value, slope * self.first, slope * self.second + bend * outer)

    def __add__(self, other: Jet | Floats | float) -> Jet:
        if isinstance(other, Jet):
            return Jet(self.value + other.value, self.first + other.first, self.second + other.second)
        value = np.asarray(self.value + other)
        return Jet(value, self.first, self.second)

    def __mul__(self, other: Jet | Floats | float) -> Jet:
        if not isinstance(other, Jet):
            return Jet(np.asarray(self.value * other), self.first * other, self.second * other)
        cross = self.first[:, None] * other.first[None]
        return Jet(
            self.value * other.value,
            self.first * other.value + self.value * other.first,
            self.second * other.value + self.value * other.second + cross + np.swapaxes(cross, 0, 1),
        )

    def __neg__(self) -> Jet:
        return self * -1.0

    def __sub__(self, other: Jet | Floats | float) -> Jet:
        return self + (-other)

    def __rsub__(self, other: Floats | float) -> Jet:
        return -self + other

    def __truediv__(self, other: Jet | Floats | float) -> Jet:
        return self * reciprocal(other) if isinstance(other, Jet) else self * (1 / np.asarray(other))

    def __rtruediv__(self, other: Floats | float) -> Jet:
        return reciprocal(self) * other

    __radd__ = __add__
    __rmul__ = __mul__


def exp(jet: Jet) -> Jet:
    """Return e to a jet."""
    value = np.exp(jet.value)
    return jet.chain(value, value, value)


def log(jet: Jet) -> Jet:
    """Return the natural logarithm of a jet."""
    inverse = 1 / jet.value
    return jet.chain(np.log(jet.value), inverse, -(inverse**2))


def reciprocal(jet: Jet) -> Jet:
    """Return 1 over a jet."""
    inverse = 1 / jet.value
    return jet.chain(inverse, -(inverse**2), 2 * inverse**3)


def softplus(jet: Jet) -> Jet:
    """Return ln(1 + e^x) without overflow."""
    share = sigmoid_of(jet.value)
    return jet.chain(np.logaddexp(0, jet.value), share, share * (1 - share))


def sigmoid(jet: Jet) -> Jet:
    """Return 1/(1 + e^-x)."""
    share = sigmoid_of(jet.value)
    slope = share * (1 - share)
    return jet.chain(share, slope, slope * (1 - 2 * share))


def sigmoid_of(values: Floats) -> Floats:
    """Return 1/(1 + e^-x) of numbers, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)))


def log_add(one: Jet, other: Jet) -> Jet:
    """Return ln(e^x + e^y) without overflow."""
    return one + softplus(other - one)


def where(condition: np.ndarray, one: Jet, other: Jet) -> Jet:
    """Return one jet where a condition of shape (B, n) holds, the other elsewhere."""
    return Jet(
        np.where(condition, one.value, other.value),
        np.where(condition, one.first, other.first),
        np.where(condition, one.second, other.second),
    )


Formula = Callable[[Sequence[Jet]], Jet]
"""Takes one jet a parameter (its θ, not its natural value) and gives the prediction, (B, n)."""


class JetDesign:
    """A formula on given observations, in parameters φ with θ = matrix φ + origin."""

    def __init__(self, formula: Formula, n: int, matrix: Floats, origin: Floats) -> None:
        self._formula, self._n, self._matrix, self._origin = formula, n, matrix, origin
        self.n_parameters = matrix.shape[1]

    def evaluate(self, theta: Floats) -> JetEvaluation:
        """Return predictions with derivatives for φ of shape (B, P)."""
        full = theta @ self._matrix.T + self._origin
        size = self.n_parameters
        flat = np.zeros((size, size, 1, 1))
        seeds = [Jet(full[:, k, None], self._matrix[k][:, None, None], flat) for k in range(len(self._origin))]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            jet = self._formula(seeds)
        shape = (len(theta), self._n)
        return JetEvaluation(
            np.broadcast_to(jet.value, shape),
            np.broadcast_to(jet.first, (size, *shape)),
            np.broadcast_to(jet.second, (size, size, *shape)),
        )

    def predict(self, theta: Floats) -> Floats:
        """Return predictions alone, (B, n)."""
        full = theta @ self._matrix.T + self._origin
        empty = np.zeros((0, 1, 1)), np.zeros((0, 0, 1, 1))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            jet = self._formula([Jet(full[:, k, None], *empty) for k in range(len(self._origin))])
        return np.asarray(np.broadcast_to(jet.value, (len(theta), self._n)))

    def mapped(self, matrix: Floats, origin: Floats) -> Design:
        """Return the design in ψ where φ = matrix ψ + origin."""
        return JetDesign(self._formula, self._n, self._matrix @ matrix, self._matrix @ origin + self._origin)


@dataclass(frozen=True)
class JetEvaluation:
    """Predictions (B, n) with derivatives (P, B, n) and (P, P, B, n)."""

    value: Floats
    first: Floats
    second: Floats

    def gradient(self) -> Floats:
        """Return ∂f, (B, P, n)."""
        return self.first.transpose(1, 0, 2)

    def slope(self, weight: Floats) -> Floats:
        """Return Σ weight ∂f, (B, P)."""
        return np.asarray(np.einsum("bn,pbn->bp", weight, self.first))

    def curve(self, squares: Floats, bends: Floats) -> Floats:
        """Return Σ squares ∂f ∂f' - Σ bends ∂∂f, (B, P, P)."""
        gradient = self.gradient()
        outer = (gradient * squares[:, None]) @ gradient.transpose(0, 2, 1)
        return np.asarray(outer - np.einsum("bn,pqbn->bpq", bends, self.second))

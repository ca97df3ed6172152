"""A law on given observations: predictions, and what Newton's method asks of their derivatives, for many θ at once."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from pipelines.scaling.arrays import Floats


class Evaluation(Protocol):
    """Predictions f of B parameter vectors for n observations, and sums over their derivatives."""

    @property
    def value(self) -> Floats:
        """f, (B, n)."""
        ...

    def gradient(self) -> Floats:
        """Return ∂f, (B, P, n)."""
        ...

    def slope(self, weight: Floats) -> Floats:
        """Return Σ weight ∂f over the observations, (B, P)."""
        ...

    def curve(self, squares: Floats, bends: Floats) -> Floats:
        """Return Σ squares ∂f ∂f' - Σ bends ∂∂f over the observations, (B, P, P)."""
        ...


class Design(Protocol):
    """A law with its observations filled in."""

    n_parameters: int

    def evaluate(self, theta: Floats) -> Evaluation:
        """Return predictions with derivatives for θ of shape (B, P)."""
        ...

    def predict(self, theta: Floats) -> Floats:
        """Return predictions alone, (B, n)."""
        ...

    def mapped(self, matrix: Floats, origin: Floats) -> Design:
        """Return the design in φ where θ = matrix φ + origin."""
        ...


class LogSumDesign:
    """ln Σ_k exp(offset_k + θ · c_k): every additive law, with its terms' logarithms linear in θ.

    With shares p_k of the terms in the sum, ∂f = Σ p_k c_k and ∂∂f = Σ p_k c_k c_k' - ∂f ∂f': exact and cheap.
    """

    def __init__(self, slopes: Floats, offset: Floats) -> None:
        """Take c as (K, P, n) and offset as (K, n)."""
        self.slopes, self.offset = slopes, offset
        self.n_terms, self.n_parameters, self.n = slopes.shape
        self._across = np.ascontiguousarray(slopes.transpose(1, 0, 2).reshape(self.n_parameters, -1))
        self._down = np.ascontiguousarray(self._across.T)
        squares = np.einsum("kpn,kqn->knpq", slopes, slopes)
        self._squares = squares.reshape(self.n_terms * self.n, self.n_parameters**2)
        self._entries = [(k, p) for k in range(self.n_terms) for p in range(self.n_parameters) if slopes[k, p].any()]
        self._ones = {(k, p) for k, p in self._entries if (slopes[k, p] == 1).all()}

    def _exponents(self, theta: Floats) -> Floats:
        return np.asarray((theta @ self._across).reshape(len(theta), self.n_terms, self.n) + self.offset)

    def predict(self, theta: Floats) -> Floats:
        """Return ln Σ exp, (B, n)."""
        return _summed(self._exponents(theta))[0]

    def evaluate(self, theta: Floats) -> LogSumEvaluation:
        """Return ln Σ exp with derivatives."""
        value, shares = _summed(self._exponents(theta))
        return LogSumEvaluation(self, value, shares)

    def mapped(self, matrix: Floats, origin: Floats) -> LogSumDesign:
        """Return the design in φ where θ = matrix φ + origin."""
        offset = self.offset + np.einsum("kpn,p->kn", self.slopes, origin)
        return LogSumDesign(np.einsum("kpn,pq->kqn", self.slopes, matrix), offset)

    def gradient_of(self, shares: Floats) -> Floats:
        """Return Σ p_k c_k, (B, P, n); entries of c that are zero everywhere cost nothing."""
        gradient = np.zeros((len(shares), self.n_parameters, self.n))
        for k, p in self._entries:
            gradient[:, p] += shares[:, k] if (k, p) in self._ones else shares[:, k] * self.slopes[k, p]
        return gradient

    def slope_of(self, weighted: Floats) -> Floats:
        """Return Σ weighted_k c_k over terms and observations, (B, P)."""
        return np.asarray(weighted.reshape(len(weighted), -1) @ self._down)

    def squares_of(self, weighted: Floats) -> Floats:
        """Return Σ weighted_k c_k c_k' over terms and observations, (B, P, P)."""
        sums = weighted.reshape(len(weighted), -1) @ self._squares
        return np.asarray(sums.reshape(-1, self.n_parameters, self.n_parameters))


class LogSumEvaluation:
    """A log of a sum with the shares of its terms."""

    def __init__(self, design: LogSumDesign, value: Floats, shares: Floats) -> None:
        self.value, self._design, self._shares = value, design, shares

    def gradient(self) -> Floats:
        """Return ∂f, (B, P, n)."""
        return self._design.gradient_of(self._shares)

    def slope(self, weight: Floats) -> Floats:
        """Return Σ weight ∂f, (B, P)."""
        return self._design.slope_of(self._shares * weight[:, None])

    def curve(self, squares: Floats, bends: Floats) -> Floats:
        """Return Σ squares ∂f ∂f' - Σ bends ∂∂f, (B, P, P)."""
        gradient = self.gradient()
        outer = (gradient * (squares + bends)[:, None]) @ gradient.transpose(0, 2, 1)
        return np.asarray(outer - self._design.squares_of(self._shares * bends[:, None]))


class RawDesign:
    """exp of a design: the law's prediction of L itself, for residuals L - L̂."""

    def __init__(self, inner: Design) -> None:
        self._inner, self.n_parameters = inner, inner.n_parameters

    def predict(self, theta: Floats) -> Floats:
        """Return L̂, (B, n)."""
        return np.asarray(np.exp(self._inner.predict(theta)))

    def evaluate(self, theta: Floats) -> RawEvaluation:
        """Return L̂ with derivatives."""
        return RawEvaluation(self._inner.evaluate(theta))

    def mapped(self, matrix: Floats, origin: Floats) -> RawDesign:
        """Return the design in φ where θ = matrix φ + origin."""
        return RawDesign(self._inner.mapped(matrix, origin))


class RawEvaluation:
    """exp of an evaluation: ∂L = L ∂f and ∂∂L = L (∂∂f + ∂f ∂f')."""

    def __init__(self, inner: Evaluation) -> None:
        self._inner = inner
        self.value = np.asarray(np.exp(inner.value))

    def gradient(self) -> Floats:
        """Return ∂L, (B, P, n)."""
        return np.asarray(self._inner.gradient() * self.value[:, None])

    def slope(self, weight: Floats) -> Floats:
        """Return Σ weight ∂L, (B, P)."""
        return self._inner.slope(weight * self.value)

    def curve(self, squares: Floats, bends: Floats) -> Floats:
        """Return Σ squares ∂L ∂L' - Σ bends ∂∂L, (B, P, P)."""
        bent = bends * self.value
        return self._inner.curve(squares * self.value**2 - bent, bent)


def _summed(exponents: Floats) -> tuple[Floats, Floats]:
    """Return ln Σ exp over the terms and each term's share, the largest exponent taken out first; writes into its argument."""
    largest = exponents[:, 0].copy()
    for k in range(1, exponents.shape[1]):
        np.maximum(largest, exponents[:, k], out=largest)
    exponents -= largest[:, None]
    np.exp(exponents, out=exponents)
    total = exponents[:, 0].copy()
    for k in range(1, exponents.shape[1]):
        total += exponents[:, k]
    exponents /= total[:, None]
    largest += np.log(total, out=total)
    return largest, exponents

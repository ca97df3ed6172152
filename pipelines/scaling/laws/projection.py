"""Variable projection on a shared grid of exponents: at fixed exponents an additive law is linear in E and its coefficients.

Golub and Pereyra, "The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables Separate", 1973.
Weights 1/L² make residuals of L those of ln L to first order. All powers are made once; every entry of every node's normal
equations is looked up in products of two tables of powers, so n is met in matrix products alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.scaling.arrays import Floats, Ints

_NODES: Final = {1: 400, 2: 67, 3: 22, 4: 12}
"""Values of an exponent by how many are free."""
_LOWEST, _HIGHEST = 0.02, 2.0
_N_KEPT: Final = 400


@dataclass(frozen=True)
class Term:
    """coefficient / column^exponent."""

    coefficient: str
    exponent: str
    column: str


def exponent_grid(n_free: int) -> Floats:
    """Return the nodes of one exponent: even in the logarithm below 0.2, and even above, as optima lie 0.05 to 1 apart."""
    n = _NODES.get(n_free, 6)
    if n_free <= 2:
        return np.linspace(_LOWEST, _HIGHEST, n)
    return np.geomspace(0.05, _HIGHEST, n)


@dataclass(frozen=True)
class Shape:
    """An additive law as the projection sees it."""

    terms: Sequence[Term]
    has_floor: bool
    fixed: Mapping[str, float]
    """θ of parameters that are given."""
    tied: Mapping[str, str]
    """Parameters that follow another."""

    @property
    def exponents(self) -> list[str]:
        """The exponents that stand for themselves."""
        return list(dict.fromkeys(self.leader(term.exponent) for term in self.terms))

    @property
    def owner(self) -> list[int]:
        """Which of `exponents` each term has."""
        names = self.exponents
        return [names.index(self.leader(term.exponent)) for term in self.terms]

    def leader(self, name: str) -> str:
        """Return the parameter that this one follows, or itself."""
        return self.tied.get(name, name)

    def is_known(self, term: Term) -> bool:
        """Tell whether coefficient and exponent of a term are both given."""
        return self.leader(term.coefficient) in self.fixed and self.leader(term.exponent) in self.fixed


def project(shape: Shape, columns: Mapping[str, Floats], target: Floats, weight: Floats) -> Floats:
    """Return θ of the nodes with the smallest weighted squares, those with positive coefficients first.

    Args:
        shape: the law.
        columns: the observations.
        target: the losses, (n,).
        weight: (n,).

    Returns:
        (n_nodes, P) in the order E, coefficients, exponents of all parameters; at least one node.
    """
    names, owner = shape.exponents, shape.owner
    n_free = sum(name not in shape.fixed for name in names)
    axes = [np.array([shape.fixed[name]]) if name in shape.fixed else exponent_grid(n_free) for name in names]
    nodes = np.stack([axis.ravel() for axis in np.meshgrid(*[np.arange(len(axis)) for axis in axes], indexing="ij")], axis=1)
    tables = _Tables(shape.terms, columns, weight / target**2, [axes[at] for at in owner])
    left = target - (np.exp(shape.fixed["E"]) if "E" in shape.fixed else 0.0)
    for k, term in enumerate(shape.terms):
        if shape.is_known(term):
            left = left - tables.known(k, shape.fixed[shape.leader(term.coefficient)])
    is_open = [k for k, term in enumerate(shape.terms) if not shape.is_known(term)]
    exponents = np.stack([axes[at][nodes[:, at]] for at in range(len(names))], axis=1)
    small = float(np.log(np.min(target[weight > 0])) + np.log(1e-3))
    found = []
    for with_floor in (True, False) if shape.has_floor and "E" not in shape.fixed else (False,):
        solved, squares = tables.solve(nodes[:, owner], is_open, left, with_floor=with_floor)
        best = np.argsort(squares, kind="stable")[:_N_KEPT]
        with np.errstate(invalid="ignore", divide="ignore"):
            logs = np.log(solved[best])
        logs = np.where(np.isfinite(logs), logs, small)
        floor = logs[:, 0] if with_floor else np.full(len(logs), shape.fixed.get("E", small))
        heights = dict(zip(is_open, logs[:, int(with_floor) :].T, strict=True))
        found.append(_theta(shape, tables.centre, floor, heights, exponents[best]))
    return np.concatenate(found)


def _theta(shape: Shape, centre: Sequence[float], floor: Floats, heights: Mapping[int, Floats], exponents: Floats) -> Floats:
    """Return θ of nodes from the logarithms of floor and centred coefficients; what came out negative begins small."""
    owner = shape.owner
    columns = [floor] if shape.has_floor else []
    for k, term in enumerate(shape.terms):
        if k in heights:
            columns.append(heights[k] + exponents[:, owner[k]] * centre[k])
        else:
            columns.append(np.full(len(floor), shape.fixed[shape.leader(term.coefficient)]))
    distinct = list(dict.fromkeys(term.exponent for term in shape.terms))
    first = [next(k for k, term in enumerate(shape.terms) if term.exponent == name) for name in distinct]
    columns += [exponents[:, owner[k]] for k in first]
    return np.stack(columns, axis=1)


class _Tables:
    """Centred powers of every term at every node of its exponent, and their weighted products."""

    def __init__(self, terms: Sequence[Term], columns: Mapping[str, Floats], weight: Floats, axes: Sequence[Floats]) -> None:
        logs = [np.log(columns[term.column]) for term in terms]
        self.centre = [float(each.mean()) for each in logs]
        self._plain, self._axes = logs, axes
        self._weight = weight
        pairs = zip(axes, logs, self.centre, strict=True)
        self._powers = [np.exp(-np.outer(axis, log - centre)) for axis, log, centre in pairs]

    def known(self, term: int, log_height: float) -> Floats:
        """Return a term whose coefficient and exponent are given, (n,)."""
        return np.asarray(np.exp(log_height - self._axes[term][0] * self._plain[term]))

    def solve(self, nodes: Ints, open_terms: Sequence[int], left: Floats, *, with_floor: bool) -> tuple[Floats, Floats]:
        """Return coefficients, floor first, and weighted squares of every node; infinite where a coefficient is negative."""
        ones = np.ones((1, len(left)))
        bases = ([ones] if with_floor else []) + [self._powers[k] for k in open_terms]
        at = ([np.zeros(len(nodes), dtype=np.int64)] if with_floor else []) + [nodes[:, k] for k in open_terms]
        total = float((self._weight * left**2).sum())
        size = len(bases)
        normal, right = np.empty((len(nodes), size, size)), np.empty((len(nodes), size))
        for row, base in enumerate(bases):
            weighted = base * self._weight
            right[:, row] = (weighted @ left)[at[row]]
            for column in range(row, size):
                normal[:, row, column] = (weighted @ bases[column].T)[at[row], at[column]]
                normal[:, column, row] = normal[:, row, column]
        if not size:
            return np.empty((len(nodes), 0)), np.full(len(nodes), total)
        diagonal = np.einsum("bkk->bk", normal)
        diagonal *= 1 + 1e-12
        solved = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
        squares = total - np.einsum("bk,bk->b", solved, right)
        ranked = np.where((solved > 0).all(axis=1), np.maximum(squares, 0), np.inf)
        return solved.astype(np.float64), ranked.astype(np.float64)

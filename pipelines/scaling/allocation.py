"""How to spend compute: the N and D that minimise a law's loss under C = 6 N D, for each θ of a bootstrap.

Closed form of the additive law, with or without an outer power (Hoffmann et al. 2022, eq. 4):
G = (alpha A/(beta B))^(1/(alpha+beta)), a = beta/(alpha+beta), N* = G (C/6)^a,
D* = (C/6)^(1-a)/G. Other laws of N and D are searched along the line of equal compute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.laws.law import Columns, Law

FLOP_PER_PARAMETER_TOKEN: Final = 6.0
"""C = 6ND: two operations forward and four backward for each parameter and token (Kaplan et al. 2020, section 2.1)."""
_CLOSED: Final = {"E", "A", "B", "alpha", "beta"}
_N_SEARCH: Final = 2_000
_PIECE: Final = 32
"""Vectors whose losses are made together: each at every one's N and D, of which its own are kept."""


@dataclass(frozen=True)
class Allocation:
    """The best split of one compute budget under each of B parameter vectors, (B,) each."""

    parameter_count: Floats
    token_count: Floats
    loss: Floats

    @property
    def tokens_per_parameter(self) -> Floats:
        """D*/N*."""
        return np.asarray(self.token_count / self.parameter_count)


def optimum_exponent(parameters: Mapping[str, Floats]) -> Floats:
    """Return a of N* ~ C^a: beta/(alpha + beta)."""
    return np.asarray(parameters["beta"] / (parameters["alpha"] + parameters["beta"]))


def allocate(law: Law, theta: Floats, compute_flop: float, given: Mapping[str, float] | None = None) -> Allocation:
    """Return the best N and D for a budget.

    Args:
        law: a law whose inputs are N, D and what is ``given``.
        theta: (B, P).
        compute_flop: C.
        given: further inputs of the law that do not depend on the split, such as unique_token_count.

    Raises:
        ValueError: the law does not read N and D.
    """
    if not {"parameter_count", "token_count"} <= set(law.inputs):
        raise ValueError(f"{law.name} reads {', '.join(law.inputs)}: it says nothing of how to split compute between N and D")
    half = compute_flop / FLOP_PER_PARAMETER_TOKEN
    parameters = law.every_natural(theta)
    if set(parameters) - {"k"} == _CLOSED:
        share = optimum_exponent(parameters)
        sum_of = parameters["alpha"] + parameters["beta"]
        log_g = np.log(parameters["alpha"] * parameters["A"] / (parameters["beta"] * parameters["B"])) / sum_of
        log_n = log_g + share * np.log(half)
    else:
        log_n = _searched(law, theta, half, given or {})
    n = np.exp(log_n)
    return Allocation(n, half / n, _losses(law, theta, n, half / n, given or {}))


def _losses(law: Law, theta: Floats, n: Floats, d: Floats, given: Mapping[str, float]) -> Floats:
    """Return the loss of each θ at its own N and D, (B,)."""
    pieces = [
        np.diagonal(_table(law, theta[first : first + _PIECE], n[first : first + _PIECE], d[first : first + _PIECE], given))
        for first in range(0, len(theta), _PIECE)
    ]
    return np.concatenate(pieces)


def _table(law: Law, theta: Floats, n: Floats, d: Floats, given: Mapping[str, float]) -> Floats:
    """Return the loss of every θ at every N and D, (B, n)."""
    columns: Columns = {"parameter_count": n, "token_count": d, **{name: np.full(len(n), x) for name, x in given.items()}}
    return law.predict(columns, theta)


def _searched(law: Law, theta: Floats, half: float, given: Mapping[str, float]) -> Floats:
    """Return ln N* by a fine grid along the line of equal compute, and the vertex of the parabola through the best three."""
    grid = np.linspace(0.02, 0.98, _N_SEARCH) * np.log(half)
    losses = np.concatenate([_table(law, row[None], np.exp(grid), half / np.exp(grid), given) for row in theta])
    best = np.clip(losses.argmin(axis=1), 1, len(grid) - 2)
    left, middle, right = (np.take_along_axis(losses, (best + side)[:, None], axis=1)[:, 0] for side in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = np.divide(0.5 * (left - right), bend, out=np.zeros_like(bend), where=bend > 0)
    return np.asarray(grid[best] + np.clip(shift, -1, 1) * (grid[1] - grid[0]))

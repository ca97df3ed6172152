"""The best linear order, proven: an integer programme whose cycles are forbidden one by one as they turn up.

x_uv is 1 where u stands before v; x_uv + x_vu = 1, so one variable a pair is enough; x_uv + x_vw + x_wu <= 2 forbids the cycle
of three, and a tournament without those has no longer ones. There are n(n-1)(n-2)/3 of these rows and few of them matter: the
relaxation is solved by HiGHS without them, rows that its answer breaks are added, and so on; only where it ends between whole
numbers the integer programme itself is solved. (Groetschel, Juenger and Reinelt, Operations Research 32, 1984, 1195.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from pipelines.drift.ordering.climbing import climb, settle
from pipelines.drift.ordering.flows import Counts, Gains, Places, worth

Floats = NDArray[np.float64]
NODE_LIMIT: Final = 500
"""Nodes of the search tree for one integer programme; counted in nodes and not in seconds, so that a slow machine finds the
same order. Beyond it the best order so far is told with its gap."""
MOST_ROUNDS: Final = 25
"""Times that broken rows are added; few dozens are needed where a proof is in reach."""
_ROWS_AT_ONCE: Final = 2_000
_WHOLE: Final = 1e-6
"""A variable that is nearer to a whole number is one: HiGHS' own tolerance."""
_EXACT: Final = 1e-9
"""Relative error of a bound; bounds are rounded down to whole numbers, and must not be rounded below the truth."""


@dataclass(frozen=True)
class Best:
    """An order, and how far from the best it can be."""

    order: Places
    """Places of the values, upstream first."""
    bound: int
    """No order is worth more, by the first of the gains."""
    value: int

    @property
    def is_proven(self) -> bool:
        """No order is worth more than this one."""
        return self.value == self.bound


@dataclass
class _Programme:
    """The variables of n values, and the rows found so far."""

    n: int
    rows: list[sp.csr_array] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pairs = np.triu_indices(self.n, 1)
        self.number = np.zeros((self.n, self.n), dtype=np.intp)
        self.number[self.pairs] = np.arange(len(self.pairs[0]))

    def cost(self, gain: Counts) -> Floats:
        """Return the gain of each variable being 1 rather than 0."""
        difference = gain - gain.T
        return np.asarray(difference[self.pairs], dtype=np.float64)

    def solve(self, cost: Floats, *, is_whole: bool) -> tuple[Floats | None, float]:
        """Maximise; return the variables, none if the search ended before it found any, and an upper bound."""
        result = milp(
            -cost,
            integrality=np.full(len(cost), int(is_whole)),
            bounds=Bounds(0, 1),
            constraints=self._constraints(),
            options={"node_limit": NODE_LIMIT, "mip_rel_gap": 0.0} if is_whole else None,
        )
        return result.x, -(result.mip_dual_bound if is_whole else result.fun)

    def _constraints(self) -> LinearConstraint | None:
        if not self.rows:
            return None
        return LinearConstraint(sp.vstack(self.rows, format="csc"), np.concatenate(self.low), np.concatenate(self.high))

    def forbid(self, broken: tuple[Places, Places, Places], total: Floats) -> None:
        """Add the rows 0 <= x_ij + x_jk - x_ik <= 1 of triples i < j < k, the most broken first if there are many."""
        order = np.argsort(-total, kind="stable")[:_ROWS_AT_ONCE]
        i, j, k = (places[order] for places in broken)
        columns = np.stack([self.number[i, j], self.number[j, k], self.number[i, k]], axis=1)
        signs = np.tile([1.0, 1.0, -1.0], len(i))
        starts = np.arange(0, 3 * len(i) + 1, 3)
        self.rows.append(sp.csr_array((signs, columns.reshape(-1), starts), shape=(len(i), len(self.pairs[0]))))
        self.low.append(np.zeros(len(i)))
        self.high.append(np.ones(len(i)))

    def hold(self, cost: Floats, at_least: float) -> None:
        """Add the row that keeps what an earlier gain reached."""
        self.rows.append(sp.csr_array(cost[None, :]))
        self.low.append(np.array([at_least]))
        self.high.append(np.array([np.inf]))

    def before(self, x: Floats) -> Floats:
        """Return the variables as a matrix: how much the row's value stands before the column's."""
        matrix = np.zeros((self.n, self.n))
        matrix[self.pairs] = x
        matrix.T[self.pairs] = 1 - x
        np.fill_diagonal(matrix, 0)
        return matrix

    def broken(self, before: Floats) -> tuple[tuple[Places, Places, Places], Floats]:
        """Return the triples i < j < k whose row is broken, and by how much."""
        total = before[:, :, None] + before[None, :, :] - before[:, None, :]
        over = np.maximum(total - 1, -total)
        places = np.arange(self.n)
        is_triple = (places[:, None, None] < places[None, :, None]) & (places[None, :, None] < places[None, None, :])
        i, j, k = np.nonzero(is_triple & (over > _WHOLE))
        return (i, j, k), over[i, j, k]


def best_order(gains: Gains, *, is_searched: bool = True) -> Best:
    """Return the order that is worth most by the first gain, among these by the second.

    Where both are equal the third decides as far as moving values and blocks of them can. Local search proposes an order; the
    programme proves it or finds a better one. Without ``is_searched`` the relaxation alone is solved, which proves most orders
    that have a direction. Where there is no proof, ``bound`` says what a better order could be worth at most.
    """
    n = len(gains.third)
    if n < 2:
        return Best(np.arange(n), 0, 0)
    # The second gain adds up to less than one of the first, so one programme finds the best by both.
    step = 1 + int(gains.second.sum())
    both = gains.first * step + gains.second
    proposed = climb(gains.ranked[None], None, np.random.Generator(np.random.PCG64(n)))
    order, bound = _prove(_Programme(n), both, proposed[0], is_searched=is_searched)
    order = settle(gains.ranked[None], order[None])[0]
    return Best(order, bound // step, worth(gains.first, order))


def _prove(programme: _Programme, gain: Counts, order: Places, *, is_searched: bool) -> tuple[Places, int]:
    """Return the order, or a better one, and an upper bound of what any order is worth."""
    cost, worth_of_zero = programme.cost(gain), int(np.tril(gain, -1).sum())
    most, is_whole = math.inf, False
    for _ in range(MOST_ROUNDS):
        x, bound = programme.solve(cost, is_whole=is_whole)
        most = min(most, worth_of_zero + math.floor(bound + _WHOLE + _EXACT * abs(bound)))
        if x is None or most <= worth(gain, order):
            break
        before = programme.before(x)
        broken, total = programme.broken(before)
        is_order = not len(total) and np.abs(x - np.round(x)).max(initial=0) <= _WHOLE
        if is_order:
            found = np.argsort(-np.round(before).sum(axis=1), kind="stable")
            order = max(order, found, key=lambda each: worth(gain, each))
            break
        if len(total):
            programme.forbid(broken, total)
        elif is_searched:
            is_whole = True
        else:
            break
    return order, int(most)

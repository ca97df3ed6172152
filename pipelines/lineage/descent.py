"""Descent without cycles: how far each node is from its roots, which root counts most, and how many nodes come after it.

Nearly all models name one parent, so the graph falls into pieces: a head (a root, or a merge with several parents) and the
trees of single children below it. Inside the pieces everything is sums over trees (`forest`); only the edges into merges
are walked one by one, in topological order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipelines.lineage.forest import Forest, Ints

_NOTHING_YET = np.iinfo(np.int64).min // 2
"""Below every value that is carried down, and far enough from the end of the range to be added to."""


def distinct(values: Ints) -> Ints:
    """Return the distinct values in order: by sorting, which is many times faster here than NumPy's hashing ``unique``."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


@dataclass(frozen=True)
class Descent:
    """A graph without cycles as pieces and the edges between them."""

    pieces: Forest
    merge_parents: Ints
    merge_children: Ints
    """The distinct edges into merges, in an order in which all edges into a piece come before those out of it."""

    @staticmethod
    def of(n_nodes: int, parents: Ints, children: Ints) -> Descent:
        """Take a graph apart; repeated edges count once; the edges must hold no cycle."""
        parents, children = np.divmod(distinct(parents * n_nodes + children), max(n_nodes, 1))
        is_single = (np.bincount(children, minlength=n_nodes) == 1)[children]
        up = np.arange(n_nodes)
        up[children[is_single]] = parents[is_single]
        pieces = Forest.of(up)
        into = parents[~is_single], children[~is_single]
        order = _topological(pieces.root[into[0]], into[1])
        return Descent(pieces, into[0][order], into[1][order])

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.pieces.up)

    @cached_property
    def depth(self) -> Ints:
        """The longest path from a root to each node, in edges; shape (n_nodes,)."""
        steps = self.pieces.distance[self.merge_parents] + 1
        return self._greatest(np.zeros(self.n_nodes, dtype=np.int64), steps) + self.pieces.distance

    @cached_property
    def generation(self) -> Ints:
        """The shortest path from a root to each node, in edges; shape (n_nodes,)."""
        steps = self.pieces.distance[self.merge_parents] + 1
        return self.pieces.distance - self._greatest(np.zeros(self.n_nodes, dtype=np.int64), -steps)

    def inherit_least(self, own: Ints) -> Ints:
        """Return for each node the least ``own`` among the roots above it (itself, if it is one); shape (n_nodes,)."""
        return -self._greatest(-own, np.zeros(len(self.merge_parents), dtype=np.int64))

    def _greatest(self, at_roots: Ints, steps: Ints) -> Ints:
        """Carry values from the roots down to the heads, adding ``steps`` on the way; the greatest that arrives counts."""
        values = at_roots.copy()
        values[self.merge_children] = _NOTHING_YET
        heads = distinct(np.concatenate([self.pieces.root[self.merge_parents], self.merge_children]))
        held = values[heads].tolist()
        tails = np.searchsorted(heads, self.pieces.root[self.merge_parents]).tolist()
        tips = np.searchsorted(heads, self.merge_children).tolist()
        for tail, tip, step in zip(tails, tips, steps.tolist(), strict=True):
            held[tip] = max(held[tip], held[tail] + step)
        values[heads] = np.array(held, dtype=np.int64)
        return values[self.pieces.root]


def _topological(tails: Ints, tips: Ints) -> Ints:
    """Return the edges' positions in an order in which an edge comes after all edges that end where it begins."""
    heads = distinct(np.concatenate([tails, tips]))
    by_tail = np.argsort(tails, kind="stable")
    first = np.searchsorted(tails[by_tail], heads).tolist()
    last = np.searchsorted(tails[by_tail], heads, side="right").tolist()
    ends = np.searchsorted(heads, tips[by_tail]).tolist()
    n_open = np.bincount(np.searchsorted(heads, tips), minlength=len(heads)).tolist()
    ready, walked = [head for head, n in enumerate(n_open) if n == 0], []
    while ready:
        head = ready.pop()
        for edge in range(first[head], last[head]):
            walked.append(edge)
            n_open[ends[edge]] -= 1
            if n_open[ends[edge]] == 0:
                ready.append(ends[edge])
    return by_tail[np.array(walked, dtype=np.int64)]

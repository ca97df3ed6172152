"""Motifs: who is compared with whom. Every instance of a motif has a number, and a number gives its pair in O(log edges).

An instance is a set of distinct models joined by the motif's edges, so two siblings with two common parents are two
instances. Numbering the instances makes drawing exactly uniform, and taking all of them as easy as taking a few: weights
are summed once over the edges, and a draw is a binary search and a few look-ups. Edges must hold no cycle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from pipelines.lineage.forest import Flags, Ints
from pipelines.lineage.graph import weak_components

Motif = Literal[
    "random_pair", "parent_child", "siblings", "grandparent_grandchild", "uncle_nephew", "cousins", "three_generations"
]
Pairs = tuple[Ints, Ints, Flags]
"""First model, second model, and whether all models of the instance are distinct."""

_ROUNDS: Final = 16
"""Times that instances with a repeated model are replaced by new draws; where nearly all are such, fewer pairs are drawn."""


@dataclass(frozen=True)
class Numbered:
    """A motif's instances: how many numbers there are, and the pairs of any numbers among them."""

    total: int
    pairs_of: Callable[[Ints], Pairs]


@dataclass(frozen=True)
class Kinship:
    """The linked models of some edges: children of each model, parents of each model, and its family."""

    parents: Ints
    """Edges sorted by (parent, child), as parents and ``children``."""
    children: Ints
    first: Ints
    """Position of a model's first child in ``children``; one entry more than there are models."""
    above: Ints
    """Parents sorted by child."""
    first_above: Ints
    family: Ints
    """Weak component of each model."""

    @staticmethod
    def of(n_nodes: int, parents: Ints, children: Ints) -> Kinship:
        """Index edges between nodes 0 … n-1, each of which has an edge."""
        down, up = np.lexsort((children, parents)), np.lexsort((parents, children))
        nodes = np.arange(n_nodes + 1)
        return Kinship(
            parents[down],
            children[down],
            np.searchsorted(parents[down], nodes),
            parents[up],
            np.searchsorted(children[up], nodes),
            weak_components(n_nodes, parents, children),
        )

    @property
    def n_nodes(self) -> int:
        """Models with at least one edge."""
        return len(self.family)

    @property
    def n_children(self) -> Ints:
        """Children of each model."""
        return np.diff(self.first)

    @property
    def n_parents(self) -> Ints:
        """Parents of each model."""
        return np.diff(self.first_above)

    def child(self, node: Ints, number: Ints) -> Ints:
        """Return the child of that number, counted from 0."""
        found: Ints = self.children[self.first[node] + number]
        return found


def draw(numbered: Numbered, n_pairs: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return ``n_pairs`` pairs, each instance as likely as any other; all instances, once each, where there are no more."""
    if numbered.total <= n_pairs:
        first, second, is_proper = numbered.pairs_of(np.arange(numbered.total))
        return first[is_proper], second[is_proper]
    found: list[tuple[Ints, Ints]] = []
    for _ in range(_ROUNDS):
        first, second, is_proper = numbered.pairs_of(rng.integers(numbered.total, size=n_pairs))
        found.append((first[is_proper], second[is_proper]))
        if sum(len(part) for part, _ in found) >= n_pairs:
            break
    firsts, seconds = (np.concatenate(parts)[:n_pairs] for parts in zip(*found, strict=True))
    return firsts, seconds


def _random_pair(kin: Kinship) -> Numbered:
    """Any two of the linked models."""
    return Numbered(kin.n_nodes * (kin.n_nodes - 1) // 2, lambda ranks: _proper(*_two_of(ranks)))


def _parent_child(kin: Kinship) -> Numbered:
    return Numbered(len(kin.parents), lambda ranks: _proper(kin.parents[ranks], kin.children[ranks]))


def _siblings(kin: Kinship) -> Numbered:
    """Two children of one parent: k children make k(k-1)/2 pairs."""
    ends = np.cumsum(kin.n_children * (kin.n_children - 1) // 2)

    def pairs_of(ranks: Ints) -> Pairs:
        parent, rest = _locate(ends, ranks)
        one, other = _two_of(rest)
        return _proper(kin.child(parent, one), kin.child(parent, other))

    return Numbered(_last(ends), pairs_of)


def _grandparent_grandchild(kin: Kinship) -> Numbered:
    """A chain of two edges: the upper edge weighs as many as its child has children."""
    ends = np.cumsum(kin.n_children[kin.children])

    def pairs_of(ranks: Ints) -> Pairs:
        edge, rest = _locate(ends, ranks)
        return _proper(kin.parents[edge], kin.child(kin.children[edge], rest))

    return Numbered(_last(ends), pairs_of)


def _three_generations(kin: Kinship) -> Numbered:
    """A chain of three edges, its ends compared: the middle edge weighs parents above times children below."""
    ends = np.cumsum(kin.n_parents[kin.parents] * kin.n_children[kin.children])

    def pairs_of(ranks: Ints) -> Pairs:
        edge, rest = _locate(ends, ranks)
        upper, lower = kin.parents[edge], kin.children[edge]
        up, down = np.divmod(rest, kin.n_children[lower])
        return _proper(kin.above[kin.first_above[upper] + up], kin.child(lower, down))

    return Numbered(_last(ends), pairs_of)


def _uncle_nephew(kin: Kinship) -> Numbered:
    """A model and a child of its sibling: an edge weighs the child's siblings times the child's children."""
    ends = np.cumsum((kin.n_children[kin.parents] - 1) * kin.n_children[kin.children])

    def pairs_of(ranks: Ints) -> Pairs:
        edge, rest = _locate(ends, ranks)
        parent, brother = kin.parents[edge], kin.children[edge]
        other, down = np.divmod(rest, kin.n_children[brother])
        uncle = kin.child(parent, other + (other >= edge - kin.first[parent]))
        nephew = kin.child(brother, down)
        return uncle, nephew, uncle != nephew

    return Numbered(_last(ends), pairs_of)


def _cousins(kin: Kinship) -> Numbered:
    """Children of two siblings: an edge weighs its child's children times those of the siblings before it."""
    below = kin.n_children[kin.children]
    ends_below = np.cumsum(below)
    start = ends_below - below
    start_of_parent = np.append(start, _last(ends_below))[kin.first[:-1]]
    before = start - start_of_parent[kin.parents]
    ends = np.cumsum(below * before)

    def pairs_of(ranks: Ints) -> Pairs:
        edge, rest = _locate(ends, ranks)
        one, place = np.divmod(rest, before[edge])
        other_edge, other = _locate(ends_below, start_of_parent[kin.parents[edge]] + place)
        parent, other_parent = kin.children[edge], kin.children[other_edge]
        cousin, other_cousin = kin.child(parent, one), kin.child(other_parent, other)
        is_proper = (cousin != other_cousin) & (cousin != other_parent) & (other_cousin != parent)
        return cousin, other_cousin, is_proper

    return Numbered(_last(ends), pairs_of)


MOTIFS: Final[dict[Motif, Callable[[Kinship], Numbered]]] = {
    "random_pair": _random_pair,
    "parent_child": _parent_child,
    "siblings": _siblings,
    "grandparent_grandchild": _grandparent_grandchild,
    "uncle_nephew": _uncle_nephew,
    "cousins": _cousins,
    "three_generations": _three_generations,
}
"""Every motif with its numbering."""


def _proper(first: Ints, second: Ints) -> Pairs:
    return first, second, np.ones(len(first), dtype=np.bool_)


def _last(ends: Ints) -> int:
    return int(ends[-1]) if len(ends) else 0


def _locate(ends: Ints, ranks: Ints) -> tuple[Ints, Ints]:
    """Return which item each rank falls into, and its rank inside the item, given the running sums of the items' weights."""
    item = np.searchsorted(ends, ranks, side="right")
    start = np.where(item > 0, ends[item - 1], 0)
    return item, ranks - start


def _two_of(ranks: Ints) -> tuple[Ints, Ints]:
    """Return the two numbers i < j of each rank: 0 is (0, 1), 1 is (0, 2), 2 is (1, 2), 3 is (0, 3), …"""
    upper = ((1 + np.sqrt(1 + 8 * ranks.astype(np.float64))) / 2).astype(np.int64)
    # Floating point may miss by one; whole numbers put it right.
    upper -= upper * (upper - 1) // 2 > ranks
    upper += upper * (upper + 1) // 2 <= ranks
    return ranks - upper * (upper - 1) // 2, upper

"""The whole hub as a graph of integers: arrays in, arrays out.

Nodes are numbered 0 … n-1, edges are two parallel int64 arrays ``parents`` and ``children``. Everything here is linear in
edges times depth, or in the number of ancestor-descendant pairs, and has one answer whatever the order of the edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def weak_components(n_nodes: int, parents: Ints, children: Ints) -> Ints:
    """Return the component number of each node, ignoring the direction of edges; shape (n_nodes,)."""
    return _components(n_nodes, parents, children, "weak")


def strong_components(n_nodes: int, parents: Ints, children: Ints) -> Ints:
    """Return the strongly connected component of each node; nodes on a common cycle share a number; shape (n_nodes,)."""
    return _components(n_nodes, parents, children, "strong")


def _components(n_nodes: int, parents: Ints, children: Ints, connection: str) -> Ints:
    if n_nodes == 0:
        return np.zeros(0, dtype=np.int64)
    weights: NDArray[Any] = np.ones(len(parents), dtype=np.int8)
    matrix = csr_array((weights, (parents, children)), shape=(n_nodes, n_nodes))
    _, labels = connected_components(matrix, directed=True, connection=connection)
    return np.asarray(labels, dtype=np.int64)


def edges_to_cut(n_nodes: int, parents: Ints, children: Ints, age_rank: Ints) -> Flags:
    """Mark the edges whose removal leaves no cycle: those inside a cyclic group whose child is not younger than its parent.

    ``age_rank`` orders all nodes without ties, by creation time and id. What stays inside a group runs from older to
    younger, so no cycle is left; edges outside cyclic groups are never touched. Shape of the result: (n_edges,).
    """
    group = strong_components(n_nodes, parents, children)
    is_inside: Flags = group[parents] == group[children]
    is_upward: Flags = age_rank[children] <= age_rank[parents]
    return is_inside & is_upward


@dataclass(frozen=True)
class _Adjacency:
    """Children of each node in one array, found by the node's first position in it."""

    first: Ints
    targets: Ints

    @staticmethod
    def of(n_nodes: int, parents: Ints, children: Ints) -> _Adjacency:
        order = np.argsort(parents, kind="stable")
        return _Adjacency(np.searchsorted(parents[order], np.arange(n_nodes + 1)), children[order])

    def children_of(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Return (position in ``nodes`` of the parent, child), one entry an edge that starts at one of ``nodes``."""
        fan_out = self.first[nodes + 1] - self.first[nodes]
        start = np.repeat(self.first[nodes] - np.cumsum(fan_out) + fan_out, fan_out)
        owner = np.repeat(np.arange(len(nodes)), fan_out)
        return owner, self.targets[start + np.arange(len(owner))]


def depths(n_nodes: int, parents: Ints, children: Ints) -> Ints:
    """Return the longest path from a root to each node, in edges; the edges must hold no cycle; shape (n_nodes,)."""
    below = _Adjacency.of(n_nodes, parents, children)
    open_parents = np.bincount(children, minlength=n_nodes)
    depth = np.zeros(n_nodes, dtype=np.int64)
    frontier, level = np.flatnonzero(open_parents == 0), 0
    while len(frontier):
        level += 1
        met, times = np.unique(below.children_of(frontier)[1], return_counts=True)
        open_parents[met] -= times
        frontier = met[open_parents[met] == 0]
        depth[frontier] = level
    return depth


def inherit_least(parents: Ints, children: Ints, own: Ints, depth: Ints) -> Ints:
    """Return for each node the least ``own`` among the roots above it (itself, if it is one).

    ``depth`` is what `depths` gives for the same edges. Shape of ``own``, ``depth`` and the result: (n_nodes,).
    """
    least = np.where(depth == 0, own, np.iinfo(np.int64).max)
    order = np.argsort(depth[children], kind="stable")
    from_above, to_below = parents[order], children[order]
    for start, stop in _runs(depth[to_below]):
        np.minimum.at(least, to_below[start:stop], least[from_above[start:stop]])
    return least


def count_descendants(n_nodes: int, parents: Ints, children: Ints) -> Ints:
    """Return the number of distinct nodes reachable from each node; the edges must hold no cycle; shape (n_nodes,).

    Pairs (ancestor, descendant) are grown one generation at a time and counted once at the end, however many paths join
    them. Time and memory grow with the number of pairs times the number of different path lengths between them.
    """
    below = _Adjacency.of(n_nodes, parents, children)
    frontier = _distinct(parents * n_nodes + children)
    generations = [frontier]
    while len(frontier):
        ancestor, node = np.divmod(frontier, n_nodes)
        owner, child = below.children_of(node)
        frontier = _distinct(ancestor[owner] * n_nodes + child)
        generations.append(frontier)
    pairs = _distinct(np.concatenate(generations))
    return np.bincount(pairs // max(n_nodes, 1), minlength=n_nodes).astype(np.int64)


def _distinct(values: Ints) -> Ints:
    """Return the distinct values in order: by sorting, which is many times faster here than NumPy's hashing ``unique``."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def _runs(values: Ints) -> list[tuple[int, int]]:
    """Return (start, stop) of each run of equal values in a sorted array."""
    edges = np.flatnonzero(np.diff(values)) + 1
    bounds = [0, *edges.tolist(), len(values)] if len(values) else []
    return list(pairwise(bounds))

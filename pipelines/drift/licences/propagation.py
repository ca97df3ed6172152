"""Licences carried down the edges of the whole hub: arrays in, arrays out.

Nodes are numbered 0 … n-1, licences too. What a node hands on are its own licences and all that reached it: a duty goes on
through models that do not declare it. Of one licence that reaches a node by several ways the shortest is kept, then the parent
with the least number, so the answer does not depend on the order of edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

WITHOUT_LICENSE: Final = 1
"""Bit: a model on the way, after the source, states no licence that can be judged."""
SAYS_OTHERWISE: Final = 2
"""Bit: a model on the way declares another licence than the one it hands on."""
FIRST_FREE_BIT: Final = 4

_FIELDS: Final = ("node", "license", "origin", "distance", "via", "bits", "reach")


@dataclass(frozen=True)
class Carried:
    """What each node hands on, one entry a node and licence, nodes in an order in which parents come first.

    Attributes:
        node, license: the key.
        origin: the node furthest up the kept way that declares the licence.
        distance: edges from the origin; 0 at the origin itself.
        via: entry of the parent it came from, -1 at the origin.
        bits: what was met on the way, edges and models after the origin, this one included where it hands on.
        reach: the furthest-going step of the way, an index of `rulebook.REACHES`.
        start, count: where a node's entries lie; shape (n_nodes,).
    """

    node: Ints
    license: Ints
    origin: Ints
    distance: Ints
    via: Ints
    bits: Ints
    reach: Ints
    start: Ints
    count: Ints


def levels(n_nodes: int, parents: Ints, children: Ints) -> Ints:
    """Return the longest path from a root to each node, in edges; shape (n_nodes,).

    Raises:
        ValueError: the edges hold a cycle.
    """
    level = np.zeros(n_nodes, dtype=np.int64)
    n_open = np.bincount(children, minlength=n_nodes)
    order = np.argsort(parents, kind="stable")
    first = np.searchsorted(parents[order], np.arange(n_nodes + 1))
    ready, n_done, step = np.flatnonzero(n_open == 0), 0, 0
    while len(ready):
        level[ready] = step
        n_done += len(ready)
        below = children[order[ranges(first[ready], first[ready + 1] - first[ready])]]
        np.subtract.at(n_open, below, 1)
        reached = np.sort(below)
        reached = reached[_is_first(reached)]
        ready, step = reached[n_open[reached] == 0], step + 1
    if n_done < n_nodes:
        raise ValueError("the edges hold a cycle: cut it before licences are carried down")
    return level


def ranges(start: Ints, count: Ints) -> Ints:
    """Return start, start + 1, … for each start, count of them, one after the other."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(start - ends + count, count)


@dataclass(frozen=True)
class Ways:
    """The edges that duties come over, one entry an edge, no pair twice: both ends, the bits it brings, how far it goes."""

    parents: Ints
    children: Ints
    bits: Ints
    reach: Ints


def carry(level: Ints, ways: Ways, own_node: Ints, own_license: Ints) -> Carried:
    """Carry licences down.

    Args:
        level: as `levels` returns it.
        ways: the edges, without cycles.
        own_node, own_license: which node declares which licence, no pair twice.
    """
    n_nodes = len(level)
    n_licenses = int(own_license.max(initial=0)) + 1
    own_key = np.sort(own_node * n_licenses + own_license)
    declares = np.zeros(n_nodes, dtype=np.bool_)
    declares[own_node] = True
    kept = _Entries(n_nodes)
    edges_of, owns_of = _ByLevel(level[ways.children]), _ByLevel(level[own_key // n_licenses])
    for step in range(int(level.max(initial=0)) + 1):
        edges = edges_of(step)
        arrived = kept.arriving(ways, edges)
        own = own_key[owns_of(step)]
        new = own[~_is_in(own, np.sort(arrived[0] * n_licenses + arrived[1]))]
        zeros = np.zeros(len(new), dtype=np.int64)
        node = new // n_licenses
        own_rows = np.stack([node, new % n_licenses, node, zeros, zeros - 1, zeros, zeros])
        rows = np.concatenate([arrived, own_rows], axis=1)
        rows = rows[:, np.lexsort((rows[1], rows[0]))]
        is_passing = (rows[2] != rows[0]) & ~_is_in(rows[0] * n_licenses + rows[1], own_key)
        rows[5] |= np.where(is_passing, np.where(declares[rows[0]], SAYS_OTHERWISE, WITHOUT_LICENSE), 0)
        kept.add(rows)
    return kept.finished()


def reached_by(level: Ints, parents: Ints, children: Ints, is_source: Flags) -> Flags:
    """Mark the nodes that have a source above them; shape (n_nodes,)."""
    marked = np.zeros(len(level), dtype=np.bool_)
    edges_of = _ByLevel(level[children])
    for step in range(1, int(level.max(initial=0)) + 1):
        edges = edges_of(step)
        hands_on = is_source[parents[edges]] | marked[parents[edges]]
        marked[children[edges][hands_on]] = True
    return marked


class _Entries:
    """Entries of `Carried` as they grow, level by level."""

    def __init__(self, n_nodes: int) -> None:
        self._rows = np.empty((len(_FIELDS), max(n_nodes, 16)), dtype=np.int64)
        self._n = 0
        self._start = np.zeros(n_nodes, dtype=np.int64)
        self._count = np.zeros(n_nodes, dtype=np.int64)

    def arriving(self, ways: Ways, edges: Ints) -> Ints:
        """Return what comes down these edges, one entry a child and licence: the shortest way, then the least parent."""
        parents = ways.parents[edges]
        count = self._count[parents]
        rows = ranges(self._start[parents], count)
        parent, child = np.repeat(parents, count), np.repeat(ways.children[edges], count)
        _, license_, origin, distance, _, met, furthest = self._rows[:, rows]
        met = met | np.repeat(ways.bits[edges], count)
        furthest = np.maximum(furthest, np.repeat(ways.reach[edges], count))
        order = np.lexsort((parent, distance, license_, child))
        came = np.stack([child, license_, origin, distance + 1, rows, met, furthest])[:, order]
        return np.asarray(came[:, _is_first(came[0]) | _is_first(came[1])])

    def add(self, rows: Ints) -> None:
        n_new = rows.shape[1]
        while self._n + n_new > self._rows.shape[1]:
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)], axis=1)
        self._rows[:, self._n : self._n + n_new] = rows
        first = np.flatnonzero(_is_first(rows[0]))
        self._start[rows[0][first]] = self._n + first
        self._count[rows[0][first]] = np.diff(first, append=n_new)
        self._n += n_new

    def finished(self) -> Carried:
        columns = dict(zip(_FIELDS, self._rows[:, : self._n], strict=True))
        return Carried(**columns, start=self._start, count=self._count)


class _ByLevel:
    """Positions of a level's entries, in their own order."""

    def __init__(self, level: Ints) -> None:
        self._order = np.argsort(level, kind="stable")
        self._level = level[self._order]

    def __call__(self, step: int) -> Ints:
        first, last = np.searchsorted(self._level, [step, step + 1])
        return self._order[first:last]


def _is_first(ordered: Ints) -> Flags:
    """Mark the first of each run of equal values."""
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return is_first


def _is_in(values: Ints, ordered: Ints) -> Flags:
    if len(ordered) == 0:
        return np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.asarray(ordered[at] == values)

"""How many nodes come after each node, counted once each however many ways lead there.

Below a node lie its own subtree, and the whole piece of every merge that can be reached. Subtrees are sums. Which merges
can be reached has to be known as a set, but only where ways branch: at parents of merges, and where two of them meet.
These few nodes hold their set as the bits of one integer, from the youngest up, and give it away when all above have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from pipelines.lineage.descent import Descent, distinct
from pipelines.lineage.forest import Flags, Ints, follow
from pipelines.lineage.graph import weak_components

LIMIT: Final = 2**33
"""Most bits of sets (branching nodes times merges) in one component: 1 GB if all were held at once, some seconds of work.
A hub of three million models stays far below; a million models that are all merges of each other do not."""


@dataclass(frozen=True)
class Descendants:
    """Number of nodes reachable from each node, and where that is the exact one; elsewhere it is a lower bound."""

    count: Ints
    is_exact: Flags


def count_descendants(descent: Descent, limit: int = LIMIT) -> Descendants:
    """Count the distinct nodes reachable from each node; shapes (n_nodes,).

    A component whose merges cross more than ``limit`` allows is not counted exactly above its merges: those nodes get the
    number of their descendants without a merge between. All others are exact. Linear but for the sets.
    """
    sizes = descent.pieces.sum_below(np.ones(descent.n_nodes, dtype=np.int64))
    if not len(descent.merge_parents):
        return Descendants(sizes - 1, np.ones(descent.n_nodes, dtype=np.bool_))
    core = _Core.of(descent)
    beyond, is_exact = core.weigh(sizes, limit)
    count, exact = sizes - 1, np.ones(descent.n_nodes, dtype=np.bool_)
    count[core.above] += beyond[core.stands_for]
    exact[core.above] = is_exact[core.stands_for]
    return Descendants(count, exact)


@dataclass(frozen=True)
class _Core:
    """The nodes whose sets are needed, in order of depth, deepest last, and what lies directly below each of them."""

    above: Ints
    """Nodes with a merge below them."""
    stands_for: Ints
    """The position in the core of the node that reaches the same merges, for each of ``above``."""
    n_nodes: int
    merges: Ints
    """All merges, deepest first."""
    sources: Ints
    targets: Ints
    bits: Ints
    """One entry a way down: from a core node, to a core node (-1: none), through a merge (its position, -1: none)."""

    @staticmethod
    def of(descent: Descent) -> _Core:
        up, nodes = descent.pieces.up, np.arange(descent.n_nodes)
        is_entry = np.zeros(descent.n_nodes, dtype=np.int64)
        is_entry[descent.merge_parents] = 1
        is_above = descent.pieces.sum_below(is_entry) > 0
        single = np.flatnonzero(is_above & (up != nodes))
        is_core = is_above & ((is_entry > 0) | (np.bincount(up[single], minlength=descent.n_nodes) > 1))
        down = nodes.copy()
        is_passed = ~is_core[up[single]]
        down[up[single[is_passed]]] = single[is_passed]
        represents = follow(down)[0]

        core = np.flatnonzero(is_core)
        core = core[np.argsort(descent.depth[core], kind="stable")]
        position = np.full(descent.n_nodes, -1)
        position[core] = np.arange(len(core))
        merges = distinct(descent.merge_children)
        merges = merges[np.argsort(-descent.depth[merges], kind="stable")]
        bit = np.full(descent.n_nodes, -1)
        bit[merges] = np.arange(len(merges))
        inside = single[~is_passed]
        above = np.flatnonzero(is_above)
        return _Core(
            above=above,
            stands_for=position[represents[above]],
            n_nodes=len(core),
            merges=merges,
            sources=position[np.concatenate([up[inside], descent.merge_parents])],
            targets=position[represents[np.concatenate([inside, descent.merge_children])]],
            bits=np.concatenate([np.full(len(inside), -1), bit[descent.merge_children]]),
        )

    def weigh(self, sizes: Ints, limit: int) -> tuple[Ints, Flags]:
        """Return for each core node the nodes in the pieces of all merges it reaches, and whether they were counted."""
        component = self._components()
        of_core, of_merges = component[: self.n_nodes], component[self.n_nodes :]
        is_counted = self._costs(component) <= limit
        rank = _rank_within(of_merges)
        planes = _planes(sizes[self.merges], of_merges, rank, is_counted)
        ranks = np.where(self.bits >= 0, rank[self.bits], -1)
        weights = np.zeros(self.n_nodes, dtype=np.int64)
        for source, reach in _reaches(self.n_nodes, self.sources, self.targets, ranks, is_counted[of_core]):
            weights[source] = sum((reach & mask).bit_count() << plane for plane, mask in planes[int(of_core[source])])
        return weights, is_counted[of_core]

    def _components(self) -> Ints:
        """Return the weak component of the core nodes, then of the merges."""
        below = np.flatnonzero(self.targets >= 0)
        through = np.flatnonzero(self.bits >= 0)
        ends = np.concatenate([self.targets[below], self.n_nodes + self.bits[through]])
        starts = np.concatenate([self.sources[below], self.sources[through]])
        return weak_components(self.n_nodes + len(self.merges), starts, ends)

    def _costs(self, component: Ints) -> Ints:
        """Return the bits of all sets that are held or joined, by component."""
        n = int(component.max()) + 1
        n_joined = np.bincount(component[self.sources[self.targets >= 0]], minlength=n)
        n_core, n_merges = (np.bincount(part, minlength=n) for part in np.split(component, [self.n_nodes]))
        return (n_core + n_joined) * n_merges


def _rank_within(groups: Ints) -> Ints:
    """Return each element's place among those of its group, in the order given."""
    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups)
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - (np.cumsum(sizes) - sizes)[groups[order]]
    return rank


def _planes(sizes: Ints, component: Ints, rank: Ints, is_counted: Flags) -> dict[int, list[tuple[int, int]]]:
    """Return for each counted component, for each binary digit of its pieces' sizes, the set of merges whose size has it.

    With them a set is weighed by counting bits: each shared bit of plane k stands for 2^k nodes.
    """
    planes: dict[int, list[tuple[int, int]]] = {}
    for plane in range(int(sizes.max()).bit_length()):
        chosen = np.flatnonzero(((sizes >> plane) & 1 == 1) & is_counted[component])
        chosen = chosen[np.argsort(component[chosen], kind="stable")]
        for start, stop in _runs(component[chosen]):
            planes.setdefault(int(component[chosen[start]]), []).append((plane, _bit_set(rank[chosen[start:stop]])))
    return planes


def _reaches(n_nodes: int, sources: Ints, targets: Ints, ranks: Ints, is_counted: Flags) -> Iterator[tuple[int, int]]:
    """Yield (core node, its set of merges) from the deepest up; a set is forgotten once all nodes above have taken it over."""
    ways = np.flatnonzero(is_counted[sources])
    ways = ways[np.argsort(-sources[ways], kind="stable")]
    sources, targets, ranks = sources[ways], targets[ways], ranks[ways]
    n_takers = np.bincount(targets[targets >= 0], minlength=n_nodes).tolist()
    held: dict[int, int] = {}
    for start, stop in _runs(sources):
        mine = ranks[start:stop]
        reach = _bit_set(mine[mine >= 0])
        for target in targets[start:stop].tolist():
            if target >= 0:
                reach |= held[target]
                n_takers[target] -= 1
                if n_takers[target] == 0:
                    del held[target]
        source = int(sources[start])
        if n_takers[source]:
            held[source] = reach
        yield source, reach


def _bit_set(places: Ints) -> int:
    """Return the integer with these bits set."""
    if len(places) == 0:
        return 0
    flags = np.zeros(int(places.max()) + 1, dtype=np.uint8)
    flags[places] = 1
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def _runs(values: Ints) -> list[tuple[int, int]]:
    """Return (start, stop) of each run of equal neighbours."""
    if len(values) == 0:
        return []
    inner = (np.flatnonzero(np.diff(values)) + 1).tolist()
    return list(pairwise([0, *inner, len(values)]))

"""How many nodes come after each node, counted once each however many ways lead there.

Below a node lie its own subtree, and the whole piece of every merge that can be reached. Subtrees are sums. Which merges
can be reached has to be known as a set, but only where ways part: at nodes with several ways down to merges, and at merges
with merges below. These few nodes hold their set as the bits of one integer, from the deepest up, and give it away when all
above have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from pipelines.lineage.descent import Descent
from pipelines.lineage.forest import Flags, Ints, follow
from pipelines.lineage.graph import weak_components

LIMIT: Final = 2**35
"""Most bits of sets in one component, joined (some seconds of work) or four times held (1 GB if none could be forgotten).

A hub of three million models stays far below; a million models that are all merges of each other do not."""


@dataclass(frozen=True)
class Descendants:
    """Number or weight of the nodes reachable from each node, and where that is exact; elsewhere it is a lower bound."""

    count: Ints
    is_exact: Flags


def count_descendants(descent: Descent, limit: int = LIMIT) -> Descendants:
    """Count the distinct nodes reachable from each node; shapes (n_nodes,).

    A component whose merges cross more than ``limit`` allows is not counted exactly above its merges: those nodes get the
    number of their descendants without a merge between. All others are exact. Linear but for the sets.
    """
    return sum_descendants(descent, np.ones(descent.n_nodes, dtype=np.int64), limit)


def sum_descendants(descent: Descent, weights: Ints, limit: int = LIMIT) -> Descendants:
    """Add up the weights (not negative, below 2**62 together) of the distinct nodes reachable from each node, itself left out.

    See `count_descendants`, in which each weighs 1.
    """
    sizes = descent.pieces.sum_below(weights)
    exact = np.ones(descent.n_nodes, dtype=np.bool_)
    if not len(descent.merge_parents):
        return Descendants(sizes - weights, exact)
    ways = _Ways.of(descent)
    held, is_counted = _weigh(descent, ways, sizes, limit)
    reached = np.where(ways.is_held, held, np.where(ways.is_merge, sizes, 0))
    beyond = reached[ways.to] - np.where(ways.is_merge, sizes, 0)
    is_through: Flags = ways.is_held[ways.to]
    exact[is_through] = is_counted[ways.to[is_through]]
    return Descendants(sizes - weights + np.where(exact, beyond, 0), exact)


@dataclass(frozen=True)
class _Ways:
    """The ways down to merges. A node with one way reaches what the end of that way reaches; the others are held."""

    is_merge: Flags
    is_held: Flags
    """Nodes whose set is needed: several ways down to merges, or a merge with any."""
    to: Ints
    """For each node the first held node or merge on its only way down; itself, if there is none or it is one."""
    sources: Ints
    targets: Ints
    """The ways out of held nodes: from the node, to a held node or a merge."""

    @staticmethod
    def of(descent: Descent) -> _Ways:
        """Find the ways of a graph with merges."""
        n, up = descent.n_nodes, descent.pieces.up
        is_entry, is_merge = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
        is_entry[descent.merge_parents] = 1
        is_merge[descent.merge_children] = True
        leads = descent.pieces.sum_below(is_entry) > 0
        single = np.flatnonzero(leads & (descent.pieces.distance > 0))
        starts = np.concatenate([up[single], descent.merge_parents])
        ends = np.concatenate([single, descent.merge_children])
        is_held = (np.bincount(starts, minlength=n) + is_merge) > 1
        down, is_passed = np.arange(n), ~is_held[starts]
        passes = is_passed & ~is_merge[starts]
        down[starts[passes]] = ends[passes]
        to = follow(down)[0]
        return _Ways(is_merge, is_held, to, starts[~is_passed], to[ends[~is_passed]])


def _weigh(descent: Descent, ways: _Ways, sizes: Ints, limit: int) -> tuple[Ints, Flags]:
    """Return for each held node the sizes of all pieces in its set, a merge's own included, and whether they were counted."""
    nodes = np.flatnonzero(ways.is_held | ways.is_merge)
    nodes = nodes[np.argsort(-descent.depth[nodes], kind="stable")]
    place = np.full(descent.n_nodes, -1)
    place[nodes] = np.arange(len(nodes))
    sources, targets = place[ways.sources], place[ways.targets]
    is_held, is_merge = ways.is_held[nodes], ways.is_merge[nodes]
    component = weak_components(len(nodes), sources, targets)
    is_counted = (_costs(component, is_held, is_merge, sources, targets) <= limit)[component]
    bits = np.full(len(nodes), -1)
    bits[is_merge] = _rank_within(component[is_merge])
    chosen = is_merge & is_counted
    planes = _planes(sizes[nodes[chosen]], component[chosen], bits[chosen])
    weights = np.zeros(descent.n_nodes, dtype=np.int64)
    wanted = is_counted[sources]
    for node, reach in _sets(bits, is_held, sources[wanted], targets[wanted]):
        weights[nodes[node]] = sum((reach & mask).bit_count() << plane for plane, mask in planes.get(int(component[node]), ()))
    counted = np.zeros(descent.n_nodes, dtype=np.bool_)
    counted[nodes] = is_counted
    return weights, counted


def _costs(component: Ints, is_held: Flags, is_merge: Flags, sources: Ints, targets: Ints) -> Ints:
    """Return the bits of all sets that are joined, or four times those held, by component."""
    n = int(component.max()) + 1
    n_joined = np.bincount(component[sources[is_held[targets]]], minlength=n)
    n_held = np.bincount(component[is_held], minlength=n)
    costs: Ints = np.maximum(n_held + n_joined, 4 * n_held) * np.bincount(component[is_merge], minlength=n)
    return costs


def _rank_within(groups: Ints) -> Ints:
    """Return each element's place among those of its group, in the order given."""
    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups)
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - (np.cumsum(sizes) - sizes)[groups[order]]
    return rank


def _planes(sizes: Ints, component: Ints, bits: Ints) -> dict[int, list[tuple[int, int]]]:
    """Return for each component, for each binary digit of its pieces' sizes, the set of merges whose size has it.

    With them a set is weighed by counting bits: each shared bit of plane k stands for 2^k nodes.
    """
    planes: dict[int, list[tuple[int, int]]] = {}
    order = np.argsort(component, kind="stable")
    sizes, component, bits = sizes[order], component[order], bits[order]
    for plane in range(int(sizes.max(initial=0)).bit_length()):
        has_digit = (sizes >> plane) & 1 == 1
        owners, members = component[has_digit], bits[has_digit].tolist()
        for start, stop in _runs(owners):
            planes.setdefault(int(owners[start]), []).append((plane, _bit_set(members[start:stop])))
    return planes


def _sets(bits: Ints, is_held: Flags, sources: Ints, targets: Ints) -> Iterator[tuple[int, int]]:
    """Yield (held node, its set of merges) in the order of nodes, the deepest first.

    A set is forgotten once all nodes above have taken it over.
    """
    order = np.argsort(sources, kind="stable")
    joined = is_held[targets[order]]
    n_takers = np.bincount(targets[order][joined], minlength=len(bits)).tolist()
    own, ends, is_joined = bits.tolist(), targets[order].tolist(), joined.tolist()
    held: dict[int, int] = {}
    for start, stop in _runs(sources[order]):
        node = int(sources[order[start]])
        reach = _bit_set([own[ends[at]] for at in range(start, stop) if not is_joined[at]] + [own[node]] * (own[node] >= 0))
        for at in range(start, stop):
            if is_joined[at]:
                reach |= held[ends[at]]
                n_takers[ends[at]] -= 1
                if n_takers[ends[at]] == 0:
                    del held[ends[at]]
        if n_takers[node]:
            held[node] = reach
        yield node, reach


def _bit_set(places: list[int]) -> int:
    """Return the integer with these bits set."""
    if len(places) <= 8:  # for few it is faster to shift than to pack
        reach = 0
        for place in places:
            reach |= 1 << place
        return reach
    flags = np.zeros(max(places) + 1, dtype=np.uint8)
    flags[places] = 1
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def _runs(values: Ints) -> list[tuple[int, int]]:
    """Return (start, stop) of each run of equal neighbours."""
    if len(values) == 0:
        return []
    inner = (np.flatnonzero(np.diff(values)) + 1).tolist()
    return list(pairwise([0, *inner, len(values)]))

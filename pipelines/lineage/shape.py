"""The shape of families: how even their branches are, and how far apart their members stand."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from pipelines.lineage.descent import Descent, distinct
from pipelines.lineage.forest import Flags, Forest, Ints

WIENER_LIMIT: Final = 100
"""Most members of a family with loops whose distances are counted; a family without loops may have any size."""

TOO_LARGE: Final = "loops_and_over_100_members"
"""Why a family has no Wiener index."""

_PAIRS_AT_ONCE: Final = 4_000_000
"""Pairs of members whose distances are held at a time."""


def balance(descent: Descent, component: Ints) -> pl.DataFrame:
    """Return how even the trees are: component, n_roots, sackin_index, balance; one row a component.

    ``sackin_index`` is the sum of the leaves' depths (Sackin 1972; Shao & Sokal 1990 for trees of any degree). ``balance``
    is J¹ (Lemant, Le Sueur, Manojlović & Noble 2022, Systematic Biology 71:1210, equation for leaves of weight one): the mean
    over inner nodes, weighted by the leaves below them, of the entropy of how these divide among the children, to the base of
    the number of children. 1: all branches alike (a star); 0: a chain. Null unless the family is one tree: one root, no
    merge.
    """
    forest, n = descent.pieces, int(component.max(initial=-1)) + 1
    is_merge = np.zeros(descent.n_nodes, dtype=np.bool_)
    is_merge[descent.merge_children] = True
    is_root = (forest.distance == 0) & ~is_merge
    is_leaf = np.ones(descent.n_nodes, dtype=np.bool_)
    is_leaf[forest.up[forest.distance > 0]] = False
    is_leaf[descent.merge_parents] = False
    n_roots, n_merges = np.bincount(component[is_root], minlength=n), np.bincount(component[is_merge], minlength=n)
    evenness = _evenness(forest, forest.sum_below(is_leaf.astype(np.int64)), component, n)
    return pl.DataFrame(
        {
            "component": np.arange(n),
            "n_roots": n_roots,
            "sackin_index": _sums(component[is_leaf], descent.depth[is_leaf], n),
            "balance": evenness,
            "is_tree": (n_roots == 1) & (n_merges == 0),
        }
    ).with_columns(balance=pl.when("is_tree").then("balance"))


def _evenness(forest: Forest, n_leaves: Ints, component: Ints, n: int) -> NDArray[np.float64]:
    """Return J¹ of each component, right for those that are one tree."""
    child = np.flatnonzero(forest.distance > 0)
    parent = forest.up[child]
    fan_out = np.bincount(parent, minlength=len(forest.up))
    split = np.flatnonzero(fan_out[parent] > 1)
    share = n_leaves[child[split]] / np.maximum(n_leaves[parent[split]], 1)
    score = -n_leaves[child[split]] * np.log(np.maximum(share, np.finfo(float).tiny)) / np.log(fan_out[parent[split]])
    inner = np.flatnonzero(fan_out > 0)
    weight = np.bincount(component[inner], weights=n_leaves[inner], minlength=n)
    total = np.bincount(component[child[split]], weights=score, minlength=n)
    return np.clip(total / np.maximum(weight, 1), 0, 1)


def _sums(groups: Ints, values: Ints, n: int) -> Ints:
    """Return the exact sum of integers by group; ``bincount`` would go through floating point."""
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, groups, values)
    return total


def distances(parents: Ints, children: Ints, component: Ints) -> pl.DataFrame:
    """Return how far apart members stand: component, wiener_index, wiener_reason, structural_virality; one row a component.

    The Wiener index is the sum of distances over all pairs of members (Wiener 1947); structural virality is their mean (Goel,
    Anderson, Hofman & Watts 2016, Management Science 62:180): 2 - 2/n in a star, growing with the length of chains. Where the
    index is too dear to count, both are null and the reason says so.
    """
    index = wiener_indices(parents, children, component)
    n_members = np.bincount(component, minlength=len(index))
    counted = pl.DataFrame({"component": np.arange(len(index)), "wiener_index": index, "n": n_members})
    is_counted, n_pairs = pl.col("wiener_index") >= 0, pl.col("n") * (pl.col("n") - 1) / 2
    return counted.select(
        "component",
        wiener_index=pl.when(is_counted).then("wiener_index"),
        wiener_reason=pl.when(~is_counted).then(pl.lit(TOO_LARGE)),
        structural_virality=pl.when(is_counted & (pl.col("n") > 1)).then(pl.col("wiener_index") / n_pairs),
    )


def wiener_indices(parents: Ints, children: Ints, component: Ints, limit: int = WIENER_LIMIT) -> Ints:
    """Return the Wiener index of each component: the sum of distances over all pairs of members, -1 where not counted.

    Distances run along edges in either direction. Without loops each edge lies between all pairs of its two sides, so the
    sum is over edges and exact at any size below 3.8 million members, where the path's index leaves 64 bits. Components with
    loops are searched from every member if there are at most ``limit``.
    """
    n, n_nodes = int(component.max(initial=-1)) + 1, len(component)
    low, high = np.divmod(distinct(np.minimum(parents, children) * n_nodes + np.maximum(parents, children)), max(n_nodes, 1))
    n_members = np.bincount(component, minlength=n)
    has_loops = np.bincount(component[low], minlength=n) >= n_members
    is_searched = has_loops & (n_members <= limit)
    index = np.where(has_loops, -1, 0).astype(np.int64)
    on_tree = ~has_loops[component[low]]
    index += _cuts(low[on_tree], high[on_tree], component, n_members)
    loops = is_searched[component[low]]
    for batch in _batches(is_searched, n_members):
        is_mine = loops & (batch[component[low]])
        index[batch] = _searched(low[is_mine], high[is_mine], component, n_members, batch)[batch]
    return index


def _cuts(low: Ints, high: Ints, component: Ints, n_members: Ints) -> Ints:
    """Sum the sizes of both sides of each edge, multiplied, over the edges of components without loops."""
    n_nodes = len(component)
    if not len(low):
        return np.zeros(len(n_members), dtype=np.int64)
    first = np.full(len(n_members), n_nodes)
    np.minimum.at(first, component[low], low)
    starts = first[first < n_nodes]
    rows, columns = np.concatenate([low, np.full(len(starts), n_nodes)]), np.concatenate([high, starts])
    matrix = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(n_nodes + 1, n_nodes + 1))
    _, found_from = breadth_first_order(matrix, n_nodes, directed=False, return_predecessors=True)
    up = np.asarray(found_from[:n_nodes], dtype=np.int64)
    is_child = (up >= 0) & (up < n_nodes)
    below = Forest.of(np.where(is_child, up, np.arange(n_nodes))).sum_below(np.ones(n_nodes, dtype=np.int64))
    child = np.flatnonzero(is_child)
    return _sums(component[child], below[child] * (n_members[component[child]] - below[child]), len(n_members))


def _batches(is_searched: Flags, n_members: Ints) -> list[Flags]:
    """Split the searched components, marked one batch after the other, so that few pairs are held at once."""
    n_pairs = np.where(is_searched, n_members**2, 0)
    batch = np.cumsum(n_pairs) // _PAIRS_AT_ONCE
    return [is_searched & (batch == number) for number in distinct(batch[is_searched])]


def _searched(low: Ints, high: Ints, component: Ints, n_members: Ints, batch: Flags) -> Ints:
    """Sum the distances found by searching from every member of the components of a batch at the same time."""
    members = np.flatnonzero(batch[component])
    members = members[np.argsort(component[members], kind="stable")]
    own = component[members]
    is_first = np.diff(own, prepend=-1) != 0
    place = np.arange(len(members)) - np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    row = np.cumsum(n_members[own]) - n_members[own]  # where a member's distances begin: one cell a member of its component
    at = np.full(len(component), -1)
    at[members] = np.arange(len(members))
    first, neighbour = _neighbours(len(members), at[low], at[high])
    is_seen = np.zeros(int(n_members[own].sum()), dtype=np.bool_)
    claim = np.empty(len(is_seen), dtype=np.int64)
    source, node = np.arange(len(members)), np.arange(len(members))
    total, distance = np.zeros(len(n_members), dtype=np.int64), 0
    while len(source):
        is_seen[row[source] + place[node]] = True
        total += distance * np.bincount(own[source], minlength=len(total))
        fan_out = first[node + 1] - first[node]
        step = np.arange(fan_out.sum()) - np.repeat(np.cumsum(fan_out) - fan_out, fan_out)
        source, node = np.repeat(source, fan_out), neighbour[np.repeat(first[node], fan_out) + step]
        cell = row[source] + place[node]
        claim[cell] = np.arange(len(cell))
        is_new = ~is_seen[cell] & (claim[cell] == np.arange(len(cell)))
        source, node, distance = source[is_new], node[is_new], distance + 1
    return total // 2


def _neighbours(n_nodes: int, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return where each node's neighbours begin, and all neighbours."""
    starts, ends = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.argsort(starts, kind="stable")
    return np.searchsorted(starts[order], np.arange(n_nodes + 1)), ends[order]

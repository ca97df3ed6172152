"""The whole hub as a graph of integers: arrays in, arrays out.

Nodes are numbered 0 … n-1, edges are two parallel int64 arrays ``parents`` and ``children``. Everything here is linear and has
one answer whatever the order of the edges. What needs a graph without cycles stands in `descent`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from pipelines.lineage.forest import Flags, Ints


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

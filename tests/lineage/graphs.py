"""Random and hostile graphs for the tests of lineage, as edge lists and as arrays."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from pipelines.lineage import graph
from pipelines.lineage.forest import Ints

Case = tuple[int, list[tuple[int, int]]]


def arrays(edges: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def digraph(case: Case) -> nx.DiGraph:
    n, edges = case
    built = nx.DiGraph(edges)
    built.add_nodes_from(range(n))
    return built


def acyclic(case: Case) -> Case:
    """What remains after cutting, with node numbers as ages."""
    n, edges = case
    cut = graph.edges_to_cut(n, *arrays(edges), np.arange(n))
    return n, [edge for edge, is_cut in zip(edges, cut, strict=True) if not is_cut]


def _edges(n: int, most: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    node = st.integers(0, n - 1)
    return st.lists(st.tuples(node, node).filter(lambda edge: edge[0] != edge[1]), max_size=most)


def _dense(n: int) -> st.SearchStrategy[Case]:
    """Any edges, in both directions and repeated: cycles, several parents, one giant component."""
    return st.tuples(st.just(n), _edges(n, 3 * n) if n > 1 else st.just([]))


def _tree(n: int) -> st.SearchStrategy[Case]:
    """Everybody but node 0 has one parent of lower number, and a few more edges."""
    ups = st.tuples(*(st.integers(0, max(child - 1, 0)) for child in range(1, n)))
    return st.tuples(
        st.just(n),
        st.builds(lambda up, more: [*zip(up, range(1, n), strict=True), *more], ups, _edges(n, 3) if n > 1 else st.just([])),
    )


def _path(n: int) -> Case:
    return n, [(node, node + 1) for node in range(n - 1)]


def _star(n: int, outward: bool) -> Case:
    return n, [(0, leaf) if outward else (leaf, 0) for leaf in range(1, n)]


def ladder(rungs: int) -> Case:
    """Two rails, each rung's two nodes with both nodes of the rung above as parents: paths double with every rung."""
    rows = [(2 * r + a, 2 * r + 2 + b) for r in range(rungs - 1) for a in (0, 1) for b in (0, 1)]
    return 2 * rungs, rows


def grid(side: int) -> Case:
    """Each node with the one above and the one on the left as parents."""
    right = [(row * side + at, row * side + at + 1) for row in range(side) for at in range(side - 1)]
    down = [(row * side + at, (row + 1) * side + at) for row in range(side - 1) for at in range(side)]
    return side * side, right + down


def _twisted(case: Case, turned: list[bool], again: int, order: np.random.Generator) -> Case:
    """Reverse some edges, repeat some, renumber all nodes."""
    n, edges = case
    names = order.permutation(n).tolist()
    flips = turned + [False] * len(edges)
    named = [(names[b], names[a]) if flip else (names[a], names[b]) for (a, b), flip in zip(edges, flips, strict=False)]
    return n, named + named[:again]


cases: st.SearchStrategy[Case] = st.builds(
    _twisted,
    st.one_of(
        st.integers(1, 24).flatmap(_dense),
        st.integers(1, 40).flatmap(_tree),
        st.integers(1, 60).map(_path),
        st.builds(_star, st.integers(1, 60), st.booleans()),
        st.integers(1, 12).map(ladder),
        st.integers(1, 6).map(grid),
    ),
    st.lists(st.booleans(), max_size=12),
    st.integers(0, 5),
    st.integers(0, 2**32 - 1).map(np.random.default_rng),
)
"""Graphs of many shapes: dense with cycles, trees, paths, stars in both directions, ladders, grids; with reversed and
repeated edges, and nodes in any order."""

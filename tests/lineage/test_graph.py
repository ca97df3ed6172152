"""The array algorithms against networkx, which computes the same slowly."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lineage import graph
from pipelines.lineage.graph import Ints

edge_lists = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] != e[1]), unique=True),
    )
)


def arrays(edges: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def digraph(n: int, edges: list[tuple[int, int]]) -> nx.DiGraph:
    built = nx.DiGraph(edges)
    built.add_nodes_from(range(n))
    return built


def acyclic(n: int, edges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What remains after cutting, with node numbers as ages."""
    parents, children = arrays(edges)
    cut = graph.edges_to_cut(n, parents, children, np.arange(n))
    return [edge for edge, is_cut in zip(edges, cut, strict=True) if not is_cut]


@given(edge_lists)
def test_weak_components_are_those_of_networkx(case: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = case
    labels = graph.weak_components(n, *arrays(edges))
    ours = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}
    assert ours == {frozenset(c) for c in nx.weakly_connected_components(digraph(n, edges))}


@given(edge_lists)
def test_cutting_leaves_no_cycle_and_touches_only_cyclic_groups(case: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = case
    kept = acyclic(n, edges)
    assert nx.is_directed_acyclic_graph(digraph(n, kept))
    group = {node: i for i, c in enumerate(nx.strongly_connected_components(digraph(n, edges))) for node in c}
    assert all(group[a] == group[b] and b <= a for a, b in set(edges) - set(kept))


@given(edge_lists)
def test_depth_is_the_longest_path_from_a_root(case: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = case
    kept = acyclic(n, edges)
    built = digraph(n, kept)
    expected = [0] * n
    for node in nx.topological_sort(built):
        expected[node] = max((expected[p] + 1 for p in built.predecessors(node)), default=0)
    assert graph.depths(n, *arrays(kept)).tolist() == expected


@given(edge_lists)
def test_descendants_are_counted_once_each(case: tuple[int, list[tuple[int, int]]]) -> None:
    n, edges = case
    kept = acyclic(n, edges)
    built = digraph(n, kept)
    assert graph.count_descendants(n, *arrays(kept)).tolist() == [len(nx.descendants(built, node)) for node in range(n)]


@given(edge_lists, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_least_root_is_inherited_whatever_the_order_of_edges(
    case: tuple[int, list[tuple[int, int]]], random: object
) -> None:
    n, edges = case
    kept = acyclic(n, edges)
    built = digraph(n, kept)
    own = np.arange(n)[::-1].copy()
    expected = []
    for node in range(n):
        roots = [r for r in {node, *nx.ancestors(built, node)} if built.in_degree(r) == 0]
        expected.append(min(own[r] for r in roots))
    shuffled = sorted(kept, key=lambda _: random.random())  # type: ignore[attr-defined]  # hypothesis gives a Random
    parents, children = arrays(shuffled)
    assert graph.inherit_least(parents, children, own, graph.depths(n, parents, children)).tolist() == expected


def test_a_graph_without_nodes_is_fine() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert graph.weak_components(0, nothing, nothing).tolist() == []
    assert graph.count_descendants(0, nothing, nothing).tolist() == []

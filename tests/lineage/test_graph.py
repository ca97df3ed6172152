"""The array algorithms against networkx, which computes the same slowly."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lineage import graph, shape
from pipelines.lineage.descendants import count_descendants
from pipelines.lineage.descent import Descent
from tests.lineage.graphs import Case, acyclic, arrays, cases, digraph, grid, ladder

differential = settings(max_examples=200, deadline=None)


def descent(case: Case) -> Descent:
    return Descent.of(case[0], *arrays(case[1]))


@given(cases)
@differential
def test_weak_components_are_those_of_networkx(case: Case) -> None:
    labels = graph.weak_components(case[0], *arrays(case[1]))
    ours = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}
    assert ours == {frozenset(c) for c in nx.weakly_connected_components(digraph(case))}


@given(cases)
@differential
def test_cutting_leaves_no_cycle_and_touches_only_cyclic_groups(case: Case) -> None:
    kept = acyclic(case)
    assert nx.is_directed_acyclic_graph(digraph(kept))
    group = {node: i for i, c in enumerate(nx.strongly_connected_components(digraph(case))) for node in c}
    assert all(group[a] == group[b] and b <= a for a, b in set(case[1]) - set(kept[1]))


@given(cases)
@differential
def test_depth_is_the_longest_path_from_a_root_and_generation_the_shortest(case: Case) -> None:
    case = acyclic(case)
    built = digraph(case)
    longest, shortest = [0] * case[0], [0] * case[0]
    for node in nx.topological_sort(built):
        longest[node] = max((longest[p] + 1 for p in built.predecessors(node)), default=0)
        shortest[node] = min((shortest[p] + 1 for p in built.predecessors(node)), default=0)
    assert descent(case).depth.tolist() == longest
    assert descent(case).generation.tolist() == shortest


@given(cases)
@differential
def test_descendants_are_counted_once_each(case: Case) -> None:
    case = acyclic(case)
    found, built = count_descendants(descent(case)), digraph(case)
    assert found.is_exact.all()
    assert found.count.tolist() == [len(nx.descendants(built, node)) for node in range(case[0])]


@given(cases, st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_beyond_the_limit_a_count_is_a_lower_bound_and_says_so(case: Case, limit: int) -> None:
    case = acyclic(case)
    found, built = count_descendants(descent(case), limit), digraph(case)
    expected = np.array([len(nx.descendants(built, node)) for node in range(case[0])])
    assert (found.count[found.is_exact] == expected[found.is_exact]).all()
    assert (found.count <= expected).all()
    merges = {node for node, degree in built.in_degree() if degree > 1}
    assert all(nx.descendants(built, node) & merges for node in np.flatnonzero(~found.is_exact).tolist())


@given(cases, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_least_root_is_inherited_whatever_the_order_of_edges(case: Case, random: object) -> None:
    n, edges = acyclic(case)
    built = digraph((n, edges))
    own = np.arange(n)[::-1].copy()
    expected = []
    for node in range(n):
        roots = [r for r in {node, *nx.ancestors(built, node)} if built.in_degree(r) == 0]
        expected.append(min(own[r] for r in roots))
    shuffled = sorted(edges, key=lambda _: random.random())  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert descent((n, shuffled)).inherit_least(own).tolist() == expected


@given(cases)
@differential
def test_the_wiener_index_is_that_of_networkx(case: Case) -> None:
    n, edges = case
    component = graph.weak_components(n, *arrays(edges))
    found = shape.wiener_indices(*arrays(edges), component)
    for group in nx.weakly_connected_components(digraph(case)):
        expected = nx.wiener_index(digraph(case).to_undirected().subgraph(group))
        assert found[component[min(group)]] == expected


def test_the_wiener_index_of_many_loops_is_counted_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    rings = [(10 * r + at, 10 * r + (at + 1) % (3 + r)) for r in range(5) for at in range(3 + r)]
    component = graph.weak_components(50, *arrays(rings))
    at_once = shape.wiener_indices(*arrays(rings), component)
    monkeypatch.setattr(shape, "_PAIRS_AT_ONCE", 20)
    assert shape.wiener_indices(*arrays(rings), component).tolist() == at_once.tolist()
    assert sorted(at_once[at_once > 0].tolist()) == [3, 8, 15, 27, 42]


def test_a_large_family_with_a_loop_has_no_wiener_index_and_a_large_tree_has() -> None:
    n = shape.WIENER_LIMIT + 1
    path = [(node, node + 1) for node in range(n - 1)]
    whole = np.zeros(n, dtype=np.int64)
    assert shape.wiener_indices(*arrays(path), whole).tolist() == [(n - 1) * n * (n + 1) // 6]
    assert shape.wiener_indices(*arrays([*path, (0, n - 1)]), whole).tolist() == [-1]


def test_a_chain_of_a_million_is_counted_to_its_end() -> None:
    n = 1_000_000
    order = np.random.default_rng(7).permutation(n)
    chain = Descent.of(n, order[:-1], order[1:])
    assert (chain.depth[order] == np.arange(n)).all()
    assert (chain.generation[order] == np.arange(n)).all()
    assert (count_descendants(chain).count[order] == np.arange(n)[::-1]).all()
    assert (chain.inherit_least(np.arange(n)) == order[0]).all()
    assert shape.wiener_indices(order[:-1], order[1:], np.zeros(n, dtype=np.int64)).tolist() == [(n - 1) * n * (n + 1) // 6]


@pytest.mark.parametrize("is_outward", [True, False])
def test_a_star_of_a_million_is_counted(is_outward: bool) -> None:
    n = 1_000_000
    hub, leaves = np.zeros(n - 1, dtype=np.int64), np.arange(1, n)
    ends = (hub, leaves) if is_outward else (leaves, hub)
    star = Descent.of(n, *ends)
    assert star.depth.sum() == star.generation.sum() == (n - 1 if is_outward else 1)
    found = count_descendants(star)
    assert found.is_exact.all()
    assert found.count.sum() == n - 1
    assert shape.wiener_indices(*ends, np.zeros(n, dtype=np.int64)).tolist() == [(n - 1) ** 2]


def test_half_a_million_children_of_the_same_two_parents_are_counted() -> None:
    n = 500_000
    child = np.arange(2, n)
    merges = Descent.of(n, np.concatenate([np.zeros_like(child), np.ones_like(child)]), np.concatenate([child, child]))
    assert count_descendants(merges).count[:3].tolist() == [n - 2, n - 2, 0]


def test_a_ladder_whose_paths_double_with_every_rung_is_counted() -> None:
    case = ladder(3_000)
    found = count_descendants(descent(case))
    assert found.is_exact.all()
    assert found.count.tolist() == [2 * (2_999 - node // 2) for node in range(case[0])]
    assert descent(case).depth.tolist() == [node // 2 for node in range(case[0])]


def test_a_grid_too_large_to_count_is_told_as_such_and_does_not_hang() -> None:
    case = grid(400)
    found = count_descendants(descent(case))
    assert not found.is_exact[0]
    assert descent(case).depth.max() == descent(case).generation.max() == 798


def test_a_graph_without_nodes_is_fine() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert graph.weak_components(0, nothing, nothing).tolist() == []
    assert count_descendants(Descent.of(0, nothing, nothing)).count.tolist() == []
    assert shape.wiener_indices(nothing, nothing, nothing).tolist() == []

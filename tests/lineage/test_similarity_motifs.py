"""Motif instances are numbered completely and drawn alike; networkx, walking every path, is the oracle."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from pipelines.lineage.similarity.motifs import MOTIFS, Kinship, Motif, Numbered, draw

Edges = list[tuple[int, int]]
Pair = tuple[int, int]

STAR_OF_STARS: Edges = [(0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (2, 6), (6, 7), (6, 8)]


def kinship(edges: Edges) -> tuple[Kinship, nx.DiGraph]:
    graph = nx.DiGraph(sorted(edges))
    nodes = sorted(graph)
    number = {node: i for i, node in enumerate(nodes)}
    ends = np.array([(number[a], number[b]) for a, b in graph.edges], dtype=np.int64).reshape(-1, 2)
    return Kinship.of(len(nodes), ends[:, 0], ends[:, 1]), nx.relabel_nodes(graph, number)


def instances(graph: nx.DiGraph, motif: Motif) -> Counter[Pair]:
    """Every instance's pair by brute force; pairs without a direction as (smaller, larger)."""
    below = {node: sorted(graph.successors(node)) for node in graph}
    paths = {
        "parent_child": [(a, b) for a in graph for b in below[a]],
        "grandparent_grandchild": [(a, c) for a in graph for b in below[a] for c in below[b]],
        "three_generations": [(a, d) for a in graph for b in below[a] for c in below[b] for d in below[c]],
        "random_pair": list(combinations(sorted(graph), 2)),
        "siblings": [pair for a in graph for pair in combinations(below[a], 2)],
        "uncle_nephew": [(u, n) for p in graph for u in below[p] for c in below[p] for n in below[c] if u not in (c, n)],
        "cousins": [
            (min(x, y), max(x, y))
            for p in graph
            for a, b in combinations(below[p], 2)
            for x in below[a]
            for y in below[b]
            if len({a, b, x, y}) == 4
        ],
    }
    return Counter(paths[motif])


def numbered_pairs(numbered: Numbered, motif: Motif) -> Counter[Pair]:
    first, second, is_proper = numbered.pairs_of(np.arange(numbered.total))
    pairs = list(zip(first[is_proper].tolist(), second[is_proper].tolist(), strict=True))
    has_direction = motif not in ("random_pair", "siblings", "cousins")
    return Counter(pairs if has_direction else [(min(pair), max(pair)) for pair in pairs])


# Edges from a smaller to a larger number hold no cycle.
acyclic = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda e: e[0] < e[1]), min_size=1, max_size=22)


@pytest.mark.parametrize("motif", MOTIFS)
@given(edges=acyclic)
@settings(max_examples=100, deadline=None)
def test_every_instance_has_exactly_one_number(motif: Motif, edges: Edges) -> None:
    kin, graph = kinship(edges)
    assert numbered_pairs(MOTIFS[motif](kin), motif) == instances(graph, motif)


@pytest.mark.parametrize("motif", MOTIFS)
def test_every_instance_is_drawn_as_often_as_any_other(motif: Motif) -> None:
    kin, graph = kinship(STAR_OF_STARS)
    expected = instances(graph, motif)
    numbered = MOTIFS[motif](kin)
    # One call draws as many as asked; ask for fewer than there are, many times.
    rng = np.random.default_rng(5)
    size = max(numbered.total // 2, 1)
    drawn: Counter[Pair] = Counter()
    for _ in range(4_000):
        first, second = draw(numbered, size, rng) if numbered.total > 1 else draw(numbered, 1, rng)
        drawn.update((min(p), max(p)) for p in zip(first.tolist(), second.tolist(), strict=True))
    unordered = Counter({(min(p), max(p)): n for p, n in expected.items()})
    assert set(drawn) == set(unordered)
    if len(unordered) > 1:
        shares = np.array([unordered[pair] for pair in unordered], dtype=float)
        counts = np.array([drawn[pair] for pair in unordered], dtype=float)
        assert chisquare(counts, shares / shares.sum() * counts.sum()).pvalue > 0.001


def test_where_there_are_no_more_instances_than_wanted_each_is_taken_once() -> None:
    kin, graph = kinship(STAR_OF_STARS)
    first, second = draw(MOTIFS["parent_child"](kin), 100, np.random.default_rng(1))
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == sorted(graph.edges)


def test_instances_that_name_a_model_twice_are_drawn_anew() -> None:
    # Child 2 of parent 0 is its own nephew: of 0's children 1 and 2, 1 has the child 2.
    kin, _ = kinship([(0, 1), (0, 2), (1, 2), (1, 3), (1, 4), (1, 5)])
    first, second = draw(MOTIFS["uncle_nephew"](kin), 3, np.random.default_rng(2))
    assert len(first) == 3
    assert not (first == second).any()


def test_pairs_of_a_star_of_a_million_children_are_numbered_without_a_slip() -> None:
    n = 1_000_000
    kin = Kinship.of(n + 1, np.zeros(n, dtype=np.int64), np.arange(1, n + 1))
    siblings = MOTIFS["siblings"](kin)
    assert siblings.total == n * (n - 1) // 2
    last = siblings.total - 1
    ranks = np.array([0, 1, 2, 3, n, last - n + 2, last - n + 1, last])
    first, second, _ = siblings.pairs_of(ranks)
    assert (first < second).all()
    assert (first[0], second[0]) == (1, 2)
    assert [(first[5], second[5]), (first[6], second[6])] == [(1, n), (n - 2, n - 1)]
    assert (first[-1], second[-1]) == (n - 1, n)


def test_without_edges_there_is_nothing_to_draw() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    kin = Kinship.of(0, nothing, nothing)
    assert [numbering(kin).total for numbering in MOTIFS.values()] == [0] * len(MOTIFS)
    assert all(len(draw(numbering(kin), 10, np.random.default_rng(0))[0]) == 0 for numbering in MOTIFS.values())

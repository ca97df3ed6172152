"""Mutation rates and moves against a brute-force count over Python sets."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_pairs import pairs

from pipelines.drift.linked import SCOPES
from pipelines.drift.moves import moves_of
from pipelines.drift.mutations import mutation_rates
from pipelines.drift.pairs import nearest_merged

MODELS = [f"m/{number}" for number in range(8)]
RELATIONS = SCOPES["all"]
edges_of_hubs = st.dictionaries(
    st.tuples(st.sampled_from(MODELS), st.sampled_from(MODELS)).filter(lambda ends: ends[0] != ends[1]),
    st.sampled_from(RELATIONS),
    min_size=1,
    max_size=16,
)
declared_by_models = st.dictionaries(st.sampled_from(MODELS), st.sets(st.sampled_from("abcd"), max_size=3))


def jaccard_distance(before: set[str], after: set[str]) -> float:
    return 1 - len(before & after) / len(before | after)


@settings(max_examples=80, deadline=None)
@given(edges=edges_of_hubs, declared=declared_by_models)
def test_rates_and_counts_are_those_of_a_loop_over_sets(
    edges: dict[tuple[str, str], str], declared: dict[str, set[str]]
) -> None:
    told = {model: values for model, values in declared.items() if values}
    found = pairs([(*ends, relation) for ends, relation in edges.items()], told)
    rows = {row["relation_scope"]: row for row in mutation_rates({"license": found}, n_deals=0).to_dicts()}
    for scope, relations in SCOPES.items():
        ends = [(told.get(parent), told.get(child)) for (parent, child), word in edges.items() if word in relations]
        both = [(before, after) for before, after in ends if before and after]
        if not both:
            assert scope not in rows
            continue
        row = rows[scope]
        assert row["mutation_rate"] == pytest.approx(sum(jaccard_distance(*pair) for pair in both) / len(both), abs=1e-6)
        assert row["change_rate"] == pytest.approx(sum(before != after for before, after in both) / len(both), abs=1e-6)
        counts = Counter((bool(before), bool(after)) for before, after in ends)
        assert row["n_declared_pairs"] == counts[True, True]
        assert (row["n_missing_to_present"], row["n_present_to_missing"]) == (counts[False, True], counts[True, False])
        assert row["n_both_missing"] == counts[False, False]


@settings(max_examples=80, deadline=None)
@given(edges=edges_of_hubs, declared=declared_by_models)
def test_moves_counted_twice_are_the_papers(edges: dict[tuple[str, str], str], declared: dict[str, set[str]]) -> None:
    told = {model: values for model, values in declared.items() if values}
    found = pairs([(*ends, relation) for ends, relation in edges.items()], told)
    by_paper: Counter[tuple[str, str]] = Counter()
    once: Counter[tuple[str, str]] = Counter()
    for parent, child in edges:
        before, after = told.get(parent), told.get(child)
        if before and after:
            added = [(old, new) for new in after - before for old in before]
            removed = [(old, new) for old in before - after for new in after]
            by_paper.update(added + removed)
            once.update(set(added + removed))
    twice: Counter[tuple[str, str]] = Counter()
    single: Counter[tuple[str, str]] = Counter()
    for row in moves_of(found).to_dicts():
        move = (found.sets.values[row["from_code"]], found.sets.values[row["to_code"]])
        twice[move] += row["is_added"] + row["is_removed"]
        single[move] += 1
    assert twice == by_paper
    assert single == once


def test_a_merge_is_compared_with_the_parent_it_is_most_alike() -> None:
    edges = [("p/a", "k/m", "merge"), ("p/b", "k/m", "merge"), ("p/none", "k/m", "merge"), ("p/a", "k/f", "finetune")]
    declared = {"p/a": {"mit"}, "p/b": {"apache-2.0"}, "k/m": {"apache-2.0"}, "k/f": {"apache-2.0"}}
    kept = nearest_merged(pairs(edges, declared))
    names = kept.linked.model_ids
    assert [(names[int(p)], names[int(c)]) for p, c in zip(kept.linked.parent, kept.linked.child, strict=True)] == [
        ("p/a", "k/f"),
        ("p/b", "k/m"),
    ]
    assert kept.distance.tolist() == [1.0, 0.0]


def test_a_merge_that_declares_nothing_still_counts_the_parent_that_does() -> None:
    edges = [("p/none", "k/m", "merge"), ("p/b", "k/m", "merge")]
    row = mutation_rates(
        {"license": nearest_merged(pairs([*edges, ("p/b", "k/o", "merge")], {"p/b": {"mit"}, "k/o": {"mit"}}))}, n_deals=0
    ).filter(relation_scope="merge")
    assert row.select("n_declared_pairs", "n_present_to_missing", "n_both_missing").row(0) == (1, 1, 0)

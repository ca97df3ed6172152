"""Duties come down from every ancestor: against brute force on random graphs, and one by one."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from licensed import chain, edge, judged, record, verdict_of

from pipelines.drift.licences.paths import LONGEST
from pipelines.drift.licences.propagation import levels
from pipelines.drift.licences.verdicts import Verdicts

LICENSES = ("mit", "llama2", "cc-by-nc-4.0", "gpl-3.0", "openrail++", "other", None)
RELATIONS = ("finetune", "adapter", "quantized", "merge")


def random_hub(seed: int, n: int = 14) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Models with any licence, and edges from earlier to later ones."""
    rng = Random(seed)
    names = [f"o{rng.randrange(5)}/m{i:02d}" for i in range(n)]
    records = [record(name, *([chosen] if (chosen := rng.choice(LICENSES)) else [])) for name in names]
    pairs = [(a, b) for b in range(n) for a in range(b) if rng.random() < 0.2]
    return records, [edge(names[a], names[b], rng.choice(RELATIONS)) for a, b in pairs]


@pytest.mark.parametrize("seed", range(25))
def test_duties_of_an_edge_are_the_licences_of_all_models_above_it(seed: int) -> None:
    records, edges = random_hub(seed)
    own = {row["model_id"]: {each for each in row["license_ids"] if each != "other"} for row in records}
    graph = nx.DiGraph([(each["parent_id"], each["child_id"]) for each in edges])
    duties = judged(records, edges).duties
    for each in edges:
        above = nx.ancestors(graph, each["parent_id"]) | {each["parent_id"]}
        wanted = set().union(*(own[name] for name in above))
        rows = duties.filter(parent_id=each["parent_id"], child_id=each["child_id"])
        assert set(rows["source_license_id"]) == wanted


@pytest.mark.parametrize("seed", range(25))
def test_a_path_runs_along_edges_from_an_origin_by_the_shortest_way(seed: int) -> None:
    records, edges = random_hub(seed)
    own = {row["model_id"]: set(row["license_ids"]) for row in records}
    graph = nx.DiGraph([(each["parent_id"], each["child_id"]) for each in edges])

    @cache
    def steps(name: str, license_id: str) -> float:
        """Edges from the origin of a licence to a model that hands it on."""
        from_above = [steps(parent, license_id) + 1 for parent in graph.predecessors(name)]
        least = min(from_above, default=float("inf"))
        return 0 if least == float("inf") and license_id in own[name] else least

    for row in judged(records, edges).duties.iter_rows(named=True):
        path, license_id = row["path"], row["source_license_id"]
        assert (path[0], path[-2], path[-1]) == (row["source_id"], row["parent_id"], row["child_id"])
        assert nx.is_path(graph, path)
        assert license_id in own[path[0]]
        assert not any(license_id in own[name] for name in nx.ancestors(graph, path[0]))
        assert len(path) - 1 == row["n_steps"] == steps(row["parent_id"], license_id) + 1


def same(one: Verdicts, other: Verdicts) -> bool:
    return one.verdicts.equals(other.verdicts) and one.duties.equals(other.duties)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(seed: int, order: Any) -> None:
    records, edges = random_hub(seed, n=10)
    if not edges:
        return
    shuffled, turned = records.copy(), edges.copy()
    order.shuffle(shuffled)
    order.shuffle(turned)
    assert same(judged(records, edges), judged(shuffled, turned))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(LICENSES), st.sampled_from(LICENSES))
def test_an_unrelated_edge_changes_nothing(seed: int, above: str | None, below: str | None) -> None:
    records, edges = random_hub(seed, n=10)
    if not edges:
        return
    stranger = [record("a/far", *([above] if above else [])), record("z/off", *([below] if below else []))]
    before = judged(records, edges)
    after = judged([*records, *stranger], [*edges, edge("a/far", "z/off")])
    kept = Verdicts(*(frame.filter(frame["child_id"] != "z/off") for frame in (after.verdicts, after.duties)))
    assert same(before, kept)


def test_a_duty_goes_on_through_models_that_do_not_declare_it() -> None:
    found = chain(("meta/base", "llama2"), ("ann/copy", "apache-2.0"), ("ben/tune", None), ("cat/child", "mit"))
    row = verdict_of(found, "cat/child", "ben/tune")
    assert (row["verdict"], row["rule_id"], row["source_id"]) == ("conflict", "LLAMA-4", "meta/base")
    assert row["path"] == ["meta/base", "ann/copy", "ben/tune", "cat/child"]
    assert {"intermediate_says_otherwise", "intermediate_without_license"} <= set(row["doubts"])
    assert row["upstream_license_ids"] == ["apache-2.0", "llama2"]


def test_a_parent_that_hands_its_own_licence_on_is_no_doubt_and_the_origin_is_told() -> None:
    found = chain(("meta/base", "llama2"), ("ann/copy", "llama2"), ("ben/tune", "apache-2.0"))
    row = verdict_of(found, "ben/tune", "ann/copy")
    assert (row["source_id"], row["n_steps"], row["doubts"]) == ("meta/base", 2, [])
    assert row["confidence"] == 0.9


def test_an_unknown_origin_leaves_a_doubt_on_what_is_known_below_it() -> None:
    found = chain(("lost/base", None), ("ann/copy", "mit"), ("ben/tune", "mit"))
    row = verdict_of(found, "ben/tune", "ann/copy")
    assert (row["verdict"], row["doubts"]) == ("compatible", ["ancestor_without_license"])


def test_a_parent_that_was_never_seen_is_unknown() -> None:
    found = judged([record("ann/child", "mit")], [edge("gone/base", "ann/child")])
    row = verdict_of(found, "ann/child", "gone/base")
    assert (row["verdict"], row["parent_license_state"]) == ("unknown", "not_listed")


def test_a_cut_edge_is_judged_by_the_parent_alone_and_hands_nothing_on() -> None:
    records = [record("r/a", "llama2"), record("r/b", "mit"), record("r/c", "mit")]
    edges = [edge("r/a", "r/b"), edge("r/b", "r/c"), edge("r/c", "r/a", is_cut=True)]
    found = judged(records, edges)
    back = verdict_of(found, "r/a", "r/c")
    assert (back["verdict"], back["path"], back["source_license_id"]) == ("compatible", ["r/c", "r/a"], "mit")
    assert "on_cycle" in back["doubts"]
    assert verdict_of(found, "r/c", "r/b")["verdict"] == "conflict"
    assert not found.duties.filter(child_id="r/b", source_license_id="mit").height


def test_a_cycle_that_was_not_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        levels(3, np.array([0, 1, 2]), np.array([1, 2, 0]))


def test_a_path_reaches_as_far_as_its_furthest_step() -> None:
    records = [record("a/nd", "cc-by-nd-4.0"), record("b/tune", "cc-by-nd-4.0"), record("c/gguf", "cc-by-nd-4.0")]
    found = judged(records, [edge("a/nd", "b/tune"), edge("b/tune", "c/gguf", "quantized")])
    assert verdict_of(found, "c/gguf", "b/tune")["rule_id"] == "ND-3"
    found = judged(records, [edge("a/nd", "b/tune", "quantized"), edge("b/tune", "c/gguf", "quantized")])
    assert verdict_of(found, "c/gguf", "b/tune")["rule_id"] == "ND-1"


def test_a_very_long_path_is_told_by_its_source_and_its_end() -> None:
    n = LONGEST + 40
    found = chain(("m/0", "llama2"), *((f"m/{i}", None) for i in range(1, n)), ("m/end", "mit"))
    row = verdict_of(found, "m/end", f"m/{n - 1}")
    assert (row["n_steps"], len(row["path"])) == (n, LONGEST)
    assert (row["path"][0], row["path"][1], row["path"][-1]) == ("m/0", f"m/{n - LONGEST + 2}", "m/end")


def test_nothing_declared_and_nothing_linked_are_judged_too() -> None:
    found = judged([record("a/a"), record("b/b")], [edge("a/a", "b/b")])
    assert verdict_of(found, "b/b", "a/a")["rule_id"] == "STATE-1"
    assert judged([record("a/a", "mit")], []).verdicts.is_empty()

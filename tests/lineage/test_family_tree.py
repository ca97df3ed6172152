"""The family of one model as a graph that every writer of networkx takes as it is."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_hub_rows import at

from pipelines.lineage import family_tree
from pipelines.lineage.tree import component_of, distances
from warehouse.errors import NotFound, UsageError

FORMS = {"graphml": (nx.write_graphml, nx.read_graphml), "gexf": (nx.write_gexf, nx.read_gexf)}
NONE = pl.DataFrame(schema={"parent_id": pl.String, "child_id": pl.String})

MODELS = pl.DataFrame(
    {
        "model_id": ["o/base", "o/kid", "o/other"],
        "license_id": ["mit", None, "mit"],
        "downloads_30d": [7, None, 1],
        "created_at": [at("2024-01-01"), at("2024-02-01"), None],
        "languages": [["de", "en"], [], None],
        "is_private": [False, None, True],
        "parameters": [1.5, float("nan"), float("inf")],
    }
)
EDGES = pl.DataFrame(
    {
        "parent_id": ["o/base", "o/kid", "gone/parent", "o/kid"],
        "child_id": ["o/kid", "o/grandkid", "o/base", "o/base"],
        "relation": ["finetune", "adapter", None, "finetune"],
        "relation_confidence": [1.0, 0.6, 0.9, 1.0],
        "is_declared": [True, True, False, True],
        "is_cut": [False, False, False, True],
    }
)


def test_nodes_and_edges_carry_typed_attributes_and_absent_values_are_left_out() -> None:
    graph = family_tree("o/base", models=MODELS, edges=EDGES)
    assert graph.nodes["o/base"] == {
        "side": "self",
        "distance": 0,
        "is_listed": True,
        "license_id": "mit",
        "downloads_30d": 7,
        "created_at": "2024-01-01T00:00:00",
        "languages": "de|en",
        "is_private": False,
        "parameters": 1.5,
    }
    assert graph.nodes["o/kid"]["side"] == "descendant"
    assert not {"license_id", "downloads_30d", "is_private", "parameters"} & set(graph.nodes["o/kid"])
    assert graph.nodes["gone/parent"] == {"side": "ancestor", "distance": 1, "is_listed": False}
    assert set(graph.edges) == {("o/base", "o/kid"), ("o/kid", "o/grandkid"), ("gone/parent", "o/base")}
    assert "o/other" not in graph


def test_an_edge_is_unsure_where_the_card_alone_names_it_or_the_rule_is_weak() -> None:
    graph = family_tree("o/base", models=MODELS, edges=EDGES)
    unsure = {pair for pair in graph.edges if graph.edges[pair]["is_unsure"]}
    assert unsure == {("o/kid", "o/grandkid"), ("gone/parent", "o/base")}
    assert "relation" not in graph.edges["gone/parent", "o/base"]


@pytest.mark.parametrize("form", FORMS)
def test_networkx_writes_it_and_reads_the_same_back(tmp_path: Path, form: str) -> None:
    write, read = FORMS[form]
    graph = family_tree("o/base", models=MODELS, edges=EDGES)
    write(graph, tmp_path / "family.xml")
    found = read(tmp_path / "family.xml")
    assert {name: without_label(values) for name, values in found.nodes(data=True)} == dict(graph.nodes(data=True))
    assert {pair: without_label(found.edges[pair]) for pair in found.edges} == {pair: graph.edges[pair] for pair in graph.edges}


def without_label(values: dict[str, Any]) -> dict[str, Any]:
    """GEXF adds a label to nodes and a number to edges."""
    return {name: value for name, value in values.items() if name not in {"label", "id"}}


@pytest.mark.parametrize("form", FORMS)
@given(names=st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=5, unique=True), value=st.text(max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_name_holds_the_files_are_readable(tmp_path: Path, form: str, names: list[str], value: str) -> None:
    ids = list(dict.fromkeys(name.encode("utf-8", "replace").decode() for name in names))
    note = value.encode("utf-8", "replace").decode()
    edges = pl.DataFrame({"parent_id": ids[:-1], "child_id": ids[1:]}, schema=dict(NONE.schema))
    graph = family_tree(ids[0], models=pl.DataFrame({"model_id": ids, "note": note}), edges=edges)
    write, read = FORMS[form]
    write(graph, tmp_path / "hostile.xml")
    ElementTree.parse(tmp_path / "hostile.xml")
    assert len(graph) == len(ids)
    assert set(read(tmp_path / "hostile.xml")) == set(graph)


def test_names_that_fall_together_without_their_control_characters_are_told_apart() -> None:
    ids = ["a\x00", "a\x01", "a\ufffd"]
    edges = pl.DataFrame({"parent_id": ids[:1] * 2, "child_id": ids[1:]})
    graph = family_tree(ids[0], models=pl.DataFrame({"model_id": ids}), edges=edges)
    assert sorted(graph) == ["a\ufffd", "a\ufffd (2)", "a\ufffd (3)"]
    assert graph.number_of_edges() == 2


def test_an_unknown_model_is_not_found_and_a_negative_depth_refused() -> None:
    with pytest.raises(NotFound, match="no such model: o/nobody"):
        family_tree("o/nobody", models=MODELS, edges=EDGES)
    with pytest.raises(UsageError, match="depth of -1"):
        family_tree("o/base", models=MODELS, edges=EDGES, depth=-1)
    assert list(family_tree("o/other", models=MODELS, edges=EDGES)) == ["o/other"]


@pytest.mark.parametrize("seed", range(20))
def test_distances_are_those_of_networkx_with_cycles_and_repeated_pairs(seed: int) -> None:
    chance = random.Random(seed)
    pairs = [(f"m/{chance.randrange(30)}", f"m/{chance.randrange(30)}") for _ in range(chance.randrange(5, 60))]
    graph = nx.DiGraph([*pairs, ("m/0", "m/0")])
    depth = chance.choice([None, 1, 2, 5])
    links = pl.DataFrame(pairs, schema=["parent_id", "child_id"], orient="row")
    found = {name: (side, steps) for name, side, steps in distances("m/0", links, depth).rows()}
    above = nx.single_source_shortest_path_length(graph.reverse(), "m/0", cutoff=depth)
    below = nx.single_source_shortest_path_length(graph, "m/0", cutoff=depth)
    expected = {name: ("ancestor", steps) for name, steps in above.items()}
    expected |= {name: ("descendant", steps) for name, steps in below.items()}
    assert found == expected | {"m/0": ("self", 0)}
    [component] = [each for each in nx.weakly_connected_components(graph) if "m/0" in each]
    assert set(component_of("m/0", links).rows()) == {pair for pair in pairs if pair[0] in component}


def test_a_chain_of_a_hundred_thousand_is_walked() -> None:
    names = [f"m/{number}" for number in range(100_000)]
    links = pl.DataFrame({"parent_id": names[:-1], "child_id": names[1:]})
    assert distances("m/0", links)["distance"].max() == 99_999

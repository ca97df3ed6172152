"""Families as files of graph programs, read back after writing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import polars as pl
import pytest

from pipelines import lineage
from pipelines.query import family_tree, graph_files
from pipelines.query.graph_files import GraphFormat, write_graph
from pipelines.query.tree import tree_dot, tree_json
from pipelines.query.tree_text import tree_text
from warehouse.errors import NotFound, UsageError

READERS = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_family_reads_back_with_its_attributes(published: Path, tmp_path: Path, form: GraphFormat) -> None:
    graph = family_tree(published, "deep/Base-1")
    found = READERS[form](write_graph(graph, form, tmp_path / f"family.{form}"))
    assert set(found) == set(graph)
    assert set(found.edges) == set(graph.edges)
    assert found.nodes["deep/Base-1"]["license_id"] == "apache-2.0"
    assert found.nodes["deep/Base-1"]["downloads_30d"] == 900
    assert found.edges["deep/Base-1", "mila/base-1-chat"]["relation"] == "finetune"


def large(shape: str, n_models: int) -> nx.DiGraph:
    """A star or a chain, as the family of its first model."""
    names = [f"o/{number:05d}" for number in range(n_models)]
    parents = names[:-1] if shape == "chain" else names[:1] * (n_models - 1)
    edges = pl.DataFrame({"parent_id": parents, "child_id": names[1:], "relation": "finetune", "relation_source": "inferred"})
    return lineage.family_tree(names[0], models=pl.DataFrame({"model_id": names, "downloads_30d": 3}), edges=edges)


@pytest.fixture(scope="module", params=["star", "chain"])
def thirty_thousand(request: pytest.FixtureRequest) -> nx.DiGraph:
    return large(request.param, 30_000)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_thirty_thousand_models_are_written(thirty_thousand: nx.DiGraph, tmp_path: Path, form: GraphFormat) -> None:
    """`write_graph` reads back what it wrote."""
    text = write_graph(thirty_thousand, form, tmp_path / f"large.{form}").read_text()
    assert text.count("<node ") == 30_000
    assert text.count("<edge ") == 29_999


def test_thirty_thousand_models_are_no_drawing_of_graphviz(thirty_thousand: nx.DiGraph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="30,000 models are too many for svg") as caught:
        write_graph(thirty_thousand, "svg", tmp_path / "large.svg")
    assert "--depth" in caught.value.hint
    assert "edges.parquet" in caught.value.hint


def test_thirty_thousand_models_are_drawn_as_text_that_somebody_can_open(thirty_thousand: nx.DiGraph) -> None:
    assert len(tree_text(thirty_thousand)) < 100_000
    assert tree_dot(thirty_thousand).count("->") == 29_999
    assert len(json.loads(tree_json(thirty_thousand))["nodes"]) == 30_000


def test_too_large_a_family_is_refused_with_an_alternative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(graph_files.MOST_NODES, "gexf", 2)
    with pytest.raises(UsageError, match="3 models are too many for gexf") as caught:
        write_graph(nx.DiGraph([("a", "b"), ("a", "c")]), "gexf", tmp_path / "x.gexf")
    assert "--depth" in caught.value.hint
    assert not (tmp_path / "x.gexf").exists()


def test_without_graphviz_svg_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_files.shutil, "which", lambda _: None)
    with pytest.raises(NotFound, match="Graphviz is not installed"):
        write_graph(nx.DiGraph([("a", "b")]), "svg", tmp_path / "x.svg")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (dot) is not installed")
def test_graphviz_draws_a_family_with_hostile_names(published: Path, tmp_path: Path) -> None:
    graph = family_tree(published, "deep/Base-1")
    graph.add_edge("deep/Base-1", '"><script>alert(1)</script>\\N', relation="finetune")
    drawing = ElementTree.parse(write_graph(graph, "svg", tmp_path / "family.svg")).getroot()
    assert drawing.tag.endswith("svg")
    assert not [element for element in drawing.iter() if element.tag.endswith("script")]

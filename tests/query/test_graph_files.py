"""Families as files of graph programs, read back after writing."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.query import graph_files
from pipelines.query.family import relatives
from pipelines.query.graph_files import GraphFormat, for_xml, write_graph
from pipelines.query.tree import family_graph
from warehouse.errors import NotFound, UsageError

READERS = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_family_reads_back_with_its_attributes(published: Path, tmp_path: Path, form: GraphFormat) -> None:
    graph = family_graph(*relatives(published, "deep/Base-1"))
    found = READERS[form](write_graph(graph, form, tmp_path / f"family.{form}"))
    assert set(found) == set(graph)
    assert set(found.edges) == set(graph.edges)
    assert found.nodes["deep/Base-1"]["license_id"] == "apache-2.0"
    assert found.nodes["deep/Base-1"]["downloads_30d"] == 900
    assert found.edges["deep/Base-1", "mila/base-1-chat"]["relation"] == "finetune"


@pytest.mark.parametrize("form", ["graphml", "gexf"])
@given(names=st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=5, unique=True), value=st.text(max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_name_holds_the_file_is_readable(tmp_path: Path, form: GraphFormat, names: list[str], value: str) -> None:
    clean = [name.encode("utf-8", "replace").decode() for name in names]
    graph = nx.DiGraph()
    graph.add_nodes_from((name, {"note": value.encode("utf-8", "replace").decode()}) for name in clean)
    nx.add_path(graph, dict.fromkeys(clean))
    path = write_graph(graph, form, tmp_path / f"hostile.{form}")
    ElementTree.parse(path)


def test_names_that_fall_together_are_told_apart() -> None:
    graph = nx.DiGraph([("a\x00", "a\x01")])
    assert sorted(for_xml(graph)) == ["a\ufffd", "a\ufffd (2)"]
    assert for_xml(graph).number_of_edges() == 1


def test_thirty_thousand_models_are_written(tmp_path: Path) -> None:
    graph = nx.DiGraph((f"o/{(node - 1) // 3}", f"o/{node}") for node in range(1, 30_000))
    path = write_graph(graph, "graphml", tmp_path / "large.graphml")
    assert sum(line.count("<node") for line in path.read_text().splitlines()) == 30_000


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
    graph = family_graph(*relatives(published, "deep/Base-1"))
    graph.add_edge("deep/Base-1", '"><script>alert(1)</script>\\N', relation="finetune")
    drawing = ElementTree.parse(write_graph(graph, "svg", tmp_path / "family.svg")).getroot()
    assert drawing.tag.endswith("svg")
    assert not [element for element in drawing.iter() if element.tag.endswith("script")]

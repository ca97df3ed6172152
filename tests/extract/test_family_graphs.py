"""Families as graphs: what the warehouse counts is what networkx and any reader of the formats find."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pandas as pd
import polars as pl
import pytest
from small_hub import publish, small_hub
from small_hub_rows import SEEN, edge, family, model

from pipelines.extract import graphs
from pipelines.extract.writer import ExtractReport, Wanted, write_extracts
from warehouse.errors import NotFound, UsageError

GEXF = "{http://www.gexf.net/1.2draft}"
READERS = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = small_hub()
    strange = "we?rd/näme " + "x" * 120
    rows["models"] += [
        model(strange, family_id=strange, root_id=strange, pipeline_tag="a\x00\x08b", n_children=1),
        model("lone/child", family_id=strange, root_id=strange, n_parents=1),
    ]
    rows["edges"] += [edge(strange, "lone/child"), edge("bare", "lone/child", is_parent_listed=False)]
    rows["families"].append(family(strange, "no_merges", 2, n_edges=1))
    return publish(tmp_path_factory.mktemp("graphs"), rows)


@pytest.fixture(scope="module")
def report(published: Path, tmp_path_factory: pytest.TempPathFactory) -> ExtractReport:
    return write_extracts(published, tmp_path_factory.mktemp("written") / "extracts", now=SEEN)


def test_each_graph_has_the_nodes_and_edges_that_the_warehouse_counts(report: ExtractReport) -> None:
    families = pl.read_parquet(report.folder / "families.parquet").filter(family_scope="no_merges")
    assert {graph.family_id for graph in report.graphs} == set(families["family_id"])
    for row in families.iter_rows(named=True):
        (graph,) = (one for one in report.graphs if one.family_id == row["family_id"])
        for file in graph.files:
            found = READERS[file.name.rpartition(".")[2]](report.folder / file.name)
            assert (len(found), found.number_of_edges()) == (graph.n_nodes, graph.n_edges) == (
                row["n_models"] + row["n_placeholders"], row["n_edges"] - row["n_cut_edges"],
            )  # fmt: skip
            assert nx.is_weakly_connected(found)


def test_placeholders_are_nodes_merges_and_cut_edges_are_none(report: ExtractReport) -> None:
    lost = nx.read_graphml(report.folder / "graphs" / "gone--parent.graphml")
    assert dict(lost.nodes(data="is_listed")) == {"gone/parent": False, "lost/child": True}
    base = nx.read_gexf(report.folder / "graphs" / "deep--Base-1.gexf")
    assert "mix/twins" not in base
    assert base.edges["mila/base-1-chat", "q/base-1-chat-GGUF"]["relation"] == "quantized"
    assert base.nodes["deep/Base-1"]["license_id"] == "apache-2.0"
    assert list(nx.read_gexf(report.folder / "graphs" / "ring--a.gexf").edges) == [("ring/a", "ring/b")]


def test_a_reader_without_networkx_finds_the_same_in_the_gexf(report: ExtractReport) -> None:
    document = ElementTree.parse(report.folder / "graphs" / "deep--Base-1.gexf").getroot()
    assert len(document.findall(f".//{GEXF}node")) == 5
    assert len(document.findall(f".//{GEXF}edge")) == 4
    assert "lastmodifieddate" not in document.find(f"{GEXF}meta").attrib


def test_a_strange_name_is_a_plain_file_name_and_keeps_its_text_inside(report: ExtractReport) -> None:
    (graph,) = (one for one in report.graphs if one.family_id.startswith("we?rd"))
    for file in graph.files:
        stem = file.name.removeprefix("graphs/")
        assert stem.isascii()
        assert len(stem) < 130
        found = READERS[stem.rpartition(".")[2]](report.folder / file.name)
        assert found.nodes[graph.family_id]["pipeline_tag"] == "a\ufffd\ufffdb"


def test_only_so_many_of_the_largest_and_those_asked_for(published: Path, tmp_path: Path) -> None:
    wanted = Wanted(n_largest=1, families=("LOST/child", "lost/child", "gone/parent"))
    report = write_extracts(published, tmp_path / "extracts", now=SEEN, wanted=wanted)
    assert [graph.family_id for graph in report.graphs] == ["deep/Base-1", "gone/parent"]
    none = write_extracts(published, tmp_path / "none", now=SEEN, wanted=Wanted(n_largest=0))
    assert none.graphs == ()
    assert not (none.folder / "graphs").exists()


def test_a_family_beyond_the_size_is_left_out_with_a_reason_and_refused_when_asked_for(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "_MOST", 4)
    report = write_extracts(published, tmp_path / "extracts", now=SEEN)
    assert [family.family_id for family in report.left_out] == ["deep/Base-1"]
    assert "deep/Base-1" not in {graph.family_id for graph in report.graphs}
    (told,) = json.loads((report.folder / "manifest.json").read_text())["graphs_left_out"]
    assert told["reason"] == "the family of deep/Base-1 has 5 models, too many for a graph program (at most 4)"
    with pytest.raises(UsageError, match="5 models, too many") as caught:
        write_extracts(published, tmp_path / "extracts", now=SEEN, wanted=Wanted(families=("odd/base-1-lora",)))
    assert "--depth" in caught.value.hint


@pytest.mark.parametrize(("name", "words"), [("nobody/here", "no such model"), ("solo/=cmd", "no relatives")])
def test_a_model_without_a_family_can_not_be_asked_for(published: Path, tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(NotFound, match=words):
        write_extracts(published, tmp_path / "extracts", now=SEEN, wanted=Wanted(families=(name,)))
    assert not (tmp_path / "extracts").exists()


def test_the_edge_list_of_the_whole_hub_is_a_graph_of_networkx(report: ExtractReport) -> None:
    """`edges.parquet` is the edge Parquet of all families: pandas reads it, networkx takes it."""
    rows = pd.read_parquet(report.folder / "edges.parquet")
    graph = nx.from_pandas_edgelist(rows, "parent_id", "child_id", ["relation"], create_using=nx.DiGraph)
    assert graph.number_of_edges() == len(rows) == 11
    uncut = rows[~rows["is_cut"]]
    assert nx.is_directed_acyclic_graph(nx.from_pandas_edgelist(uncut, "parent_id", "child_id", create_using=nx.DiGraph))

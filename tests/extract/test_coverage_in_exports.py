"""Freshness and coverage stand in every export: manifest, data package, Croissant, graphs, dashboard, answers on terminals."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import networkx as nx
import pytest
from small_hub import publish, small_hub
from small_hub_rows import SEEN

from pipelines.dashboard import write_dashboard
from pipelines.extract.writer import ExtractReport, write_extracts
from pipelines.query.coverage import Coverage, read_coverage


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("home") / "published", small_hub())


@pytest.fixture(scope="module")
def report(published: Path, tmp_path_factory: pytest.TempPathFactory) -> ExtractReport:
    return write_extracts(published, tmp_path_factory.mktemp("out") / "extracts", now=SEEN)


@pytest.fixture(scope="module")
def coverage(published: Path) -> Coverage:
    with duckdb.connect(str(published.resolve()), read_only=True) as connection:
        return read_coverage(connection)


def test_it_is_counted_over_the_models_that_are_there(published: Path, coverage: Coverage) -> None:
    rows = [row for row in small_hub()["models"] if row.get("removed_at") is None]
    cards = {row["model_id"] for row in small_hub()["cards"] if row["is_current"]}
    n_carded = sum(row["model_id"] in cards for row in rows)
    assert coverage.n_models == len(rows)
    assert coverage.card_share == n_carded / len(rows)
    assert coverage.parent_share == sum((row.get("n_parents") or 0) > 0 for row in rows) / len(rows)
    assert coverage.license_share == sum(row.get("license_id") is not None for row in rows) / len(rows)
    assert coverage.newest_observation_at == max(row["last_seen_at"] for row in rows)


def test_the_descriptions_of_extracts_tell_it(report: ExtractReport, coverage: Coverage) -> None:
    manifest, package, croissant = (
        json.loads((report.folder / name).read_text()) for name in ("manifest.json", "datapackage.json", "croissant.json")
    )
    for document in (manifest, package):
        assert {name: document[name] for name in coverage.facts} == coverage.facts
    for document in (package, croissant):
        assert coverage.sentence in document["description"]


def test_graph_files_tell_it(report: ExtractReport, coverage: Coverage) -> None:
    paths = [report.folder / file.name for graph in report.graphs for file in graph.files]
    assert paths
    for path in paths:
        if path.suffix == ".graphml":
            assert nx.read_graphml(path).graph["description"] == coverage.sentence
        else:
            found = ElementTree.parse(path).getroot().find("{*}meta/{*}description")
            assert found is not None
            assert found.text == coverage.sentence


def test_every_page_of_the_dashboard_tells_it(published: Path, coverage: Coverage, tmp_path: Path) -> None:
    site = write_dashboard(published, tmp_path / "dashboard", now=SEEN)
    pages = list(site.folder.rglob("*.html"))
    assert len(pages) == site.n_pages
    assert [page.name for page in pages if coverage.sentence not in page.read_text(encoding="utf-8")] == []


def test_an_answer_on_a_terminal_has_it_below_and_a_pipe_stays_clean(published: Path, coverage: Coverage) -> None:
    environment = {**os.environ, "HUBTREE_HOME": str(published.parent.parent), "COLUMNS": "300"}
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "sql", "select 1 as one"]
    master, terminal = pty.openpty()
    with subprocess.Popen(command, env=environment, stdout=terminal, stderr=subprocess.PIPE, text=True) as shown:
        os.close(terminal)
        os.read(master, 65_536)
        assert shown.stderr is not None
        assert coverage.sentence in shown.stderr.read()
    os.close(master)
    piped = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert (piped.stdout, piped.stderr) == ("one\n1\n", "")

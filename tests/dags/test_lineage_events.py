"""Lineage events of a whole night and its extracts: read back, held to the specification, and compared with the files."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from uuid import UUID

import duckdb
import pytest
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState

from ops.airflow_home import airflow_environment
from ops.one_shot import TaskLines, run_dag
from pipelines import steps
from pipelines.events.transport import LinesConfig, LinesTransport
from warehouse.contract import TABLES
from warehouse.errors import HubRefused
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

Events = list[dict[str, Any]]


@pytest.fixture
def events(airflow: None) -> Callable[[], Events]:
    """Read the events written since the test began; the file is that of the home Airflow was set up with."""
    path = Path(json.loads(os.environ["AIRFLOW__OPENLINEAGE__TRANSPORT"])["path"])
    before = path.stat().st_size if path.exists() else 0

    def read() -> Events:
        with path.open("rb") as file:
            file.seek(before)
            return [json.loads(line) for line in file]

    return read


def test_a_night_tells_what_each_task_read_and_wrote(
    dags: Mapping[str, Any], hub: str, hubtree_home: Layout, events: Callable[[], Events], token: str
) -> None:
    conf = {"hub": hub, "limit": 60, "cards": "none", "parents": 0}
    assert run_dag(dags["nightly_ingest"], TaskLines(io.StringIO()), conf)
    assert run_dag(dags["dashboard_extracts"], TaskLines(io.StringIO()), {})
    told = events()
    assert token not in json.dumps(told)
    ended = {name_of(event): event for event in told if event["eventType"] == "COMPLETE"}
    tasks = {f"{dag.dag_id}.{task}" for dag in (dags["nightly_ingest"], dags["dashboard_extracts"]) for task in dag.task_ids}
    assert {name for name in ended if "." in name} == tasks
    assert {name_of(event) for event in told if event["eventType"] == "START"} >= tasks
    for event in told:
        assert_valid(event)

    assert names(ended["nightly_ingest.crawl"]["inputs"]) == {(hub, "models")}
    listed = output(ended["nightly_ingest.crawl"], hubtree_home.landing / "listing")
    assert listed["outputFacets"]["outputStatistics"]["rowCount"] == 60
    staged = output(ended["nightly_ingest.start_build"], hubtree_home.build / "stage" / "latest")
    assert staged["facets"]["version"]["datasetVersion"].startswith("nightly-")
    assert ("file", str(hubtree_home.landing / "listing")) in names(ended["nightly_ingest.start_build"]["inputs"])
    edges = output(ended["nightly_ingest.resolve_lineage"], hubtree_home.build / "main" / "edges")
    assert ("file", edges["name"]) in names(ended["nightly_ingest.analyse"]["inputs"])

    with duckdb.connect(str(hubtree_home.database.resolve()), read_only=True) as connection:
        rows = {name: connection.table(name).count("*").fetchall()[0][0] for name in TABLES}
    published = {
        Path(found["name"]).name: found["outputFacets"]["outputStatistics"]["rowCount"]
        for found in ended["nightly_ingest.publish"]["outputs"]
    }
    assert published == rows
    models = output(ended["nightly_ingest.publish"], hubtree_home.database / "models")
    assert [field["name"] for field in models["facets"]["schema"]["fields"]] == list(TABLES["models"].column_names)
    assert all(field["description"] for field in models["facets"]["schema"]["fields"])
    assert names(ended["dashboard_extracts.write_extracts"]["inputs"]) == names(ended["nightly_ingest.publish"]["outputs"])
    extract = output(ended["dashboard_extracts.write_extracts"], hubtree_home.extracts / "models.parquet")
    assert extract["outputFacets"]["outputStatistics"]["rowCount"] == rows["models"]


def test_a_failed_task_tells_its_error_without_the_token(
    dags: Mapping[str, Any], hubtree_home: Layout, events: Callable[[], Events], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise HubRefused(f"no entry with {token}")

    monkeypatch.setattr(steps, "crawl", refused)
    assert not run_dag(dags["nightly_ingest"], TaskLines(io.StringIO()), {})
    told = [event for event in events() if name_of(event) == "nightly_ingest.crawl"]
    assert [event["eventType"] for event in told] == ["START", "FAIL"]
    assert told[0]["run"]["runId"] == told[1]["run"]["runId"]
    assert "no entry with ***" in told[1]["run"]["facets"]["errorMessage"]["message"]
    assert told[1]["outputs"] == []
    assert token not in json.dumps(told)
    for event in told:
        assert_valid(event)


def test_lines_stay_whole_when_tasks_end_at_the_same_moment(tmp_path: Path) -> None:
    path = tmp_path / "lineage" / "events.jsonl"
    transport = LinesTransport(LinesConfig.from_dict({"path": str(path)}))
    job = Job("hubtree", "x" * 300_000)
    event = RunEvent(eventTime="2026-01-01T00:00:00Z", run=Run(str(UUID(int=1))), job=job, eventType=RunState.START)
    threads = [threading.Thread(target=transport.emit, args=(event,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(json.loads(line)["job"]["name"]) for line in path.read_text().splitlines()] == [300_000] * 8


def test_who_sends_events_elsewhere_is_not_overruled(tmp_path: Path) -> None:
    there = {"AIRFLOW__OPENLINEAGE__TRANSPORT": '{"type": "console"}', "AIRFLOW__OPENLINEAGE__NAMESPACE": "mine"}
    environment = airflow_environment(Layout(tmp_path), "x.db", there)
    assert {name: environment[name] for name in there} == there
    here = airflow_environment(Layout(tmp_path), "x.db", {})["AIRFLOW__OPENLINEAGE__TRANSPORT"]
    assert json.loads(here)["path"] == str(Layout(tmp_path).lineage)


def name_of(event: Mapping[str, Any]) -> str:
    return str(event["job"]["name"])


def names(datasets: Events) -> set[tuple[str, str]]:
    return {(found["namespace"], found["name"]) for found in datasets}


def output(event: Mapping[str, Any], name: Path) -> dict[str, Any]:
    (found,) = [found for found in event["outputs"] if found["name"] == str(name)]
    return found


def assert_valid(event: dict[str, Any]) -> None:
    """Hold an event to the specification 2-0-2: what it requires, and what OpenLineage's own classes take."""
    assert event["schemaURL"].startswith("https://openlineage.io/spec/2-0-2/OpenLineage.json")
    assert urlparse(event["producer"]).scheme == "https"
    assert datetime.fromisoformat(event["eventTime"]).tzinfo is not None
    UUID(event["run"]["runId"])
    facets = [event["run"]["facets"], event["job"]["facets"]]
    facets += [found["facets"] for found in (*event["inputs"], *event["outputs"])]
    for facet in (facet for found in facets for facet in found.values()):
        assert {"_producer", "_schemaURL"} <= facet.keys()
    RunEvent(
        eventTime=event["eventTime"],
        producer=event["producer"],
        run=Run(event["run"]["runId"]),
        job=Job(event["job"]["namespace"], event["job"]["name"]),
        eventType=RunState[event["eventType"]],
        inputs=[InputDataset(found["namespace"], found["name"]) for found in event["inputs"]],
        outputs=[OutputDataset(found["namespace"], found["name"]) for found in event["outputs"]],
    )

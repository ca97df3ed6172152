"""Losses that land set off a build: both DAGs run to their end, twice, and readers have the losses."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ops.one_shot import TaskLines, run_dag
from pipelines.bulk.observations import choosing, releases
from pipelines.bulk.observations.releases import Release, ReleaseFile
from warehouse.landing.files import Provenance, land
from warehouse.landing.records import landing_frame
from warehouse.paths import Layout

CONTENT = b"Model Size,Training FLOP,loss\n100000000,1.2e18,3.0\n200000000,4.8e18,2.75\n"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with one invented release, whose file lies in the folder of recorded data."""
    (tmp_path / "data" / "scaling").mkdir(parents=True)
    (tmp_path / "data" / "scaling" / "points.csv").write_bytes(CONTENT)
    monkeypatch.setenv("HUBTREE_REAL_DATA", str(tmp_path / "data"))
    file = ReleaseFile("points.csv", "scaling/points.csv", hashlib.sha256(CONTENT).hexdigest(), ("losses",))
    known = {"chinchilla": Release("chinchilla", "a/b", "c0", datetime(2025, 1, 1), "MIT", "Acme 2025", (file,))}
    for module in (releases, choosing):
        monkeypatch.setattr(module, "releases", lambda: known)


def run(dag: Any, conf: Mapping[str, Any]) -> TaskLines:
    lines = TaskLines(io.StringIO())
    assert run_dag(dag, lines, conf), lines.failure
    return lines


@pytest.mark.usefixtures("registry")
def test_a_release_lands_and_is_published_and_again_changes_nothing(dags: Mapping[str, Any], hubtree_home: Layout) -> None:
    night = datetime(2026, 11, 1)
    child = {"_id": "b" * 24, "id": "bob/child", "tags": ["base_model:finetune:ann/base"]}
    listed = landing_frame([{"_id": "a" * 24, "id": "ann/base", "tags": []}, child], night)
    land(hubtree_home.landing, "listing", listed, Provenance(run_id="crawl-x", sequence=0, observed_at=night))
    for times in range(2):
        landed = run(dags["import_losses"], {"release": "chinchilla"})
        assert landed.results["import_release"]["n_rows"] == 2
        assert landed.results["import_release"]["is_already_landed"] is bool(times)
        built = run(dags["scaling_laws"], {})
        assert list(built.results) == [task.task_id for task in dags["scaling_laws"].topological_sort()]
        with duckdb.connect(str(hubtree_home.database.resolve()), read_only=True) as connection:
            assert connection.execute("select loss, series from losses order by loss").fetchall() == [
                (2.75, "chinchilla"),
                (3.0, "chinchilla"),
            ]

from __future__ import annotations

import urllib.error
from pathlib import Path

import duckdb
import pytest
from local_airflow import LocalAirflow

from ops.airflow_home import password_file
from ops.embedded_hub import is_free

pytestmark = pytest.mark.slow


def test_up_trigger_down(airflow_here: LocalAirflow, hub: str, repeating_hub: str, token: str) -> None:
    home = airflow_here.home
    told = airflow_here.script("up")
    assert f"http://127.0.0.1:{airflow_here.port}" in told
    assert str(password_file(home)) in told
    assert "was up already" in airflow_here.script("up")

    with pytest.raises(urllib.error.HTTPError):
        airflow_here.call("/api/v2/dags")
    airflow_here.log_in()
    states = {dag["dag_id"]: dag["is_paused"] for dag in airflow_here.call("/api/v2/dags")["dags"]}
    assert states == dict.fromkeys(("nightly_ingest", "dashboard_extracts", "import_losses", "scaling_laws"), False)
    assert airflow_here.call("/api/v2/dags/nightly_ingest/dagRuns")["dag_runs"] == []

    assert {pool["name"]: pool["slots"] for pool in airflow_here.call("/api/v2/pools")["pools"]}["hub_rate_budget"] == 1

    airflow_here.trigger({"hub": repeating_hub}, logical_date="2026-01-01T02:00:00Z")
    assert airflow_here.finished_run("nightly_ingest").startswith("failed {'crawl': 'failed, try 1'")
    assert len(airflow_here.alerts("failure")) == 1
    (late,) = airflow_here.alerts("lateness")
    assert late.startswith("hubtree: nightly_ingest is late: not finished by 2026-01-01 08:00 UTC")
    airflow_here.trigger({"hub": hub, "mode": "full"})
    assert airflow_here.finished_run("nightly_ingest") == "success"
    assert airflow_here.finished_run("dashboard_extracts") == "success"
    with duckdb.connect(str(home.database.resolve()), read_only=True) as connection:
        assert connection.execute("select count(*) > 100 from models").fetchall() == [(True,)]

    assert airflow_here.processes() != []
    assert "Airflow is down" in airflow_here.script("down")
    assert airflow_here.processes() == []
    assert is_free(airflow_here.port)
    assert "not up" in airflow_here.script("down")

    assert _files_with(home.home, token) == []
    assert _files_with(home.home, airflow_here.password) == [password_file(home)]
    assert password_file(home).stat().st_mode & 0o077 == 0


def _files_with(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]

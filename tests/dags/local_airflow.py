"""The Airflow that `make up` starts, as its user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.airflow_home import ROOT, USER, password_file
from ops.embedded_hub import any_free_port
from warehouse.paths import Layout

RUN_SECONDS = 600
"""A run of eight scheduled tasks takes about 15 s on two idle cores; this is only where the test gives up."""


class LocalAirflow:
    """What `make up` started, seen as its user does: through the scripts and the API."""

    def __init__(self, home: Layout, **settings: str) -> None:
        self.home = home
        self._settings = settings
        self.port = any_free_port()
        self._token = ""

    def script(self, name: str) -> str:
        """Run `make up` or `make down` as make does."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
        environment = clean | {"HUBTREE_HOME": str(self.home.home), "HUBTREE_AIRFLOW_PORT": str(self.port)} | self._settings
        done = subprocess.run(
            [sys.executable, "-m", f"ops.{name}"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def call(self, path: str, body: object = None) -> Any:
        """Ask the API, as the local user."""
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)

    @property
    def password(self) -> str:
        """The password in the file that `make up` names."""
        return str(json.loads(password_file(self.home).read_text())[USER])

    def log_in(self) -> None:
        """Use that password."""
        self._token = self.call("/auth/token", {"username": USER, "password": self.password})["access_token"]

    def trigger(self, conf: object, *, logical_date: str | None = None) -> None:
        """Start `nightly_ingest` as the trigger form does."""
        self.call("/api/v2/dags/nightly_ingest/dagRuns", {"logical_date": logical_date, "conf": conf})

    def finished_run(self, dag_id: str) -> str:
        """Wait for the newest run of a DAG to end; return its state, or what its tasks are at if that is not success."""
        deadline = time.monotonic() + RUN_SECONDS
        state, runs = "", []
        while state not in ("success", "failed") and time.monotonic() < deadline:
            time.sleep(0.5)
            runs = self.call(f"/api/v2/dags/{dag_id}/dagRuns?order_by=-run_after")["dag_runs"]
            state = runs[0]["state"] if runs else "no run"
        return state if state == "success" else f"{state} {self._task_states(dag_id, runs)}"

    def _task_states(self, dag_id: str, runs: list[Any]) -> dict[str, str]:
        if not runs:
            return {}
        path = f"/api/v2/dags/{dag_id}/dagRuns/{urllib.parse.quote(runs[0]['dag_run_id'])}/taskInstances"
        return {task["task_id"]: f"{task['state']}, try {task['try_number']}" for task in self.call(path)["task_instances"]}

    def alerts(self, kind: str) -> list[str]:
        """Wait for alerts of a kind; return their lines."""
        deadline = time.monotonic() + RUN_SECONDS
        found: list[str] = []
        while not found and time.monotonic() < deadline:
            time.sleep(0.5)
            alerts = [json.loads(path.read_text()) for path in self.home.home.glob("alerts/*.json")]
            found = [alert["text"] for alert in alerts if alert["kind"] == kind]
        return found

    def processes(self) -> list[str]:
        """Command lines of all processes that live in this home, whoever their parents are."""
        marker = f"AIRFLOW_HOME={self.home.airflow}\0".encode()
        return [command for environment, command in _processes() if marker in environment]


def _processes() -> Iterator[tuple[bytes, str]]:
    if not Path("/proc/self/environ").exists():
        pytest.skip("this system does not show the environment of processes in /proc")
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                yield (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue

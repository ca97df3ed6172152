from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from ops.airflow_home import ROOT
from ops.embedded_hub import any_free_port
from ops.processes import Process
from warehouse.paths import Layout

pytestmark = pytest.mark.slow


def test_two_runs_publish_report_and_fetch_only_once(hubtree_home: Layout, token: str) -> None:
    _keep_a_free_port(hubtree_home)
    first = _make_run(hubtree_home)
    assert first.returncode == 0, first.stdout
    assert "nightly_ingest" in first.stdout
    assert "publish          success" in first.stdout
    assert "write_extracts   success" in first.stdout
    assert "five largest families" in first.stdout
    assert str(hubtree_home.database) in first.stdout
    assert "had not changed" not in first.stdout

    second = _make_run(hubtree_home)
    assert second.returncode == 0, second.stdout
    assert "and 0 cards; the rest of the" in second.stdout
    assert _files_with(hubtree_home.home, token) == []
    assert _hub_of(hubtree_home) is None


def test_a_failing_task_ends_the_run_with_its_error_and_its_exit_code(hubtree_home: Layout) -> None:
    _keep_a_free_port(hubtree_home)
    hubtree_home.landing.write_text("a file where the folder should be")
    run = _make_run(hubtree_home)
    assert run.returncode != 0
    assert "nightly_ingest failed in crawl:" in run.stdout
    assert str(hubtree_home.landing) in run.stdout
    assert "five largest families" not in run.stdout


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_process_behind(hubtree_home: Layout, interrupt: signal.Signals) -> None:
    _keep_a_free_port(hubtree_home)
    with _started_run(hubtree_home) as run:
        run.send_signal(interrupt)
        hub = _hub_of(hubtree_home)
        assert run.wait(60) == 130
    assert hub is not None
    assert not hub.is_running
    assert _hub_of(hubtree_home) is None


@pytest.mark.whole
def test_the_hub_of_a_killed_run_is_ended_by_the_next(hubtree_home: Layout) -> None:
    _keep_a_free_port(hubtree_home)
    with _started_run(hubtree_home) as run:
        run.kill()
    left_over = _hub_of(hubtree_home)
    assert left_over is not None
    assert left_over.is_running
    assert "publish          success" in _make_run(hubtree_home).stdout
    assert not left_over.is_running


def test_a_second_run_in_the_same_home_is_turned_away(hubtree_home: Layout) -> None:
    _keep_a_free_port(hubtree_home)
    with _started_run(hubtree_home) as first:
        second = _make_run(hubtree_home)
        hub = _hub_of(hubtree_home)
        assert hub is not None
        assert hub.is_running
        first.terminate()
    assert second.returncode == 5
    assert "another make run is at work" in second.stdout


def test_a_taken_port_is_named(hubtree_home: Layout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        _keep_port(hubtree_home, port)
        run = _make_run(hubtree_home)
    assert run.returncode == 3
    assert f"port {port}" in run.stdout
    assert "hint:" in run.stdout


def test_a_size_that_is_no_number_is_refused(hubtree_home: Layout) -> None:
    run = _make_run(hubtree_home, {"HUBTREE_MODELS": "many"})
    assert run.returncode == 2
    assert "HUBTREE_MODELS" in run.stdout


def _make_run(home: Layout, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ops.run"]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=_environment(home) | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def _started_run(home: Layout) -> Iterator[subprocess.Popen[str]]:
    """A run whose DAG has begun."""
    command = [sys.executable, "-m", "ops.run"]
    with subprocess.Popen(command, cwd=ROOT, env=_environment(home), stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert any(line.startswith("nightly_ingest") for line in run.stdout)
        yield run
        run.stdout.read()


def _environment(home: Layout) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return clean | {"HUBTREE_HOME": str(home.home), "HUBTREE_MODELS": "200"}


def _hub_of(home: Layout) -> Process | None:
    record = home.home / "local-hub" / "process.json"
    return Process(**json.loads(record.read_text())) if record.exists() else None


def _keep_a_free_port(home: Layout) -> None:
    _keep_port(home, any_free_port())


def _keep_port(home: Layout, port: int) -> None:
    (home.home / "local-hub").mkdir(parents=True)
    (home.home / "local-hub" / "port").write_text(str(port))


def _files_with(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]

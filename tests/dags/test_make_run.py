from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ops.airflow_home import ROOT
from ops.embedded_hub import any_free_port
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
    assert not (hubtree_home.home / "local-hub" / "process.json").exists()


def test_a_failing_task_ends_the_run_with_its_error_and_its_exit_code(hubtree_home: Layout) -> None:
    _keep_a_free_port(hubtree_home)
    hubtree_home.landing.write_text("a file where the folder should be")
    run = _make_run(hubtree_home)
    assert run.returncode != 0
    assert "nightly_ingest failed in crawl:" in run.stdout
    assert str(hubtree_home.landing) in run.stdout
    assert "five largest families" not in run.stdout


def test_a_taken_port_is_named(hubtree_home: Layout) -> None:
    import socket

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
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return subprocess.run(
        [sys.executable, "-m", "ops.run"],
        cwd=ROOT,
        env=clean | {"HUBTREE_HOME": str(home.home), "HUBTREE_MODELS": "200"} | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )


def _keep_a_free_port(home: Layout) -> None:
    _keep_port(home, any_free_port())


def _keep_port(home: Layout, port: int) -> None:
    (home.home / "local-hub").mkdir(parents=True)
    (home.home / "local-hub" / "port").write_text(str(port))


def _files_with(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]

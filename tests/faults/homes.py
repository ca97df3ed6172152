"""What a home holds: published tables, promises about files, and the processes that strike at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl

from pipelines.extract.verifying import verify_extracts
from pipelines.extract.writer import MANIFEST
from pipelines.settings import Settings
from warehouse.contract import TABLES
from warehouse.files import sha256_of
from warehouse.landing.files import landing_files, verify
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

DRIVER = Path(__file__).with_name("killing.py")

SECOND_NIGHT = timedelta(days=30)
"""How long after the first night, which is crawled now, the home ``one_night`` saw its second."""

TOLD_BY_THE_RUN = {"runs", "run_steps", "check_results"}
"""Tables whose rows name the run that made them; all others are a function of what was landed."""


def settings_of(home: Path) -> Settings:
    return Settings.from_environment({"HUBTREE_HOME": str(home), "HUBTREE_THREADS": "1"})


def struck(endpoint: str, template: Path, folder: Path, step: str, n_points: int) -> dict[Path, int]:
    """Strike the step at ``n_points`` of its lines, each time in a copy of the template: home -> line."""
    folder.mkdir()
    words = [sys.executable, str(DRIVER), endpoint, str(template), str(folder), step, str(n_points)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    told = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=500, check=False)
    assert told.returncode == 0, told.stderr
    ends = {int(line): end for line, end in json.loads(told.stdout)["ends"].items()}
    assert set(ends.values()) == {-9}, "every process was struck before its end"
    return {folder / f"killed-{line:06d}": line for line in ends}


def published_tables(layout: Layout) -> Mapping[str, pl.DataFrame]:
    """Read every table of the published file whole."""
    with duckdb.connect(str(layout.database.resolve()), read_only=True) as connection:
        return {name: connection.sql(f"from {name} order by all").pl() for name in TABLES}


def assert_same(found: Mapping[str, pl.DataFrame], expected: Mapping[str, pl.DataFrame], where: str) -> None:
    """Compare what must not depend on how often a run was stopped."""
    for name in TABLES:
        if name not in TOLD_BY_THE_RUN:
            assert found[name].equals(expected[name]), f"{where}: {name}"
    for name in TOLD_BY_THE_RUN:
        rows = found[name].select(TABLES[name].key)
        assert rows.is_unique().all(), f"{where}: {name} holds a row twice"
    verbs = [Counter(tables["runs"]["verb"]) for tables in (found, expected)]
    assert verbs[0] - Counter(build=verbs[0]["build"]) == verbs[1] - Counter(build=verbs[1]["build"]), where


def assert_tidy(layout: Layout, where: str) -> None:
    """Nothing half-written is left, every landing file holds what its name promises, and the manifest fits its file."""
    assert not [str(path) for path in layout.home.rglob("*.tmp")], where
    assert not list(layout.published.glob("*.wal")), where
    for kind in KINDS:
        for file in landing_files(layout.landing, kind):
            verify(file)
    manifest = json.loads((layout.published / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sha256"] == sha256_of(layout.database), where
    builds = list(layout.published.glob("hub-*.duckdb"))
    assert 1 <= len(builds) <= 2, where


def extracted(home: Path) -> dict[str, object]:
    """What the manifest says of every extract but those that name the run, after its files were compared with it."""
    folder = Layout(home).extracts
    assert verify_extracts(folder) > 0
    manifest = json.loads((folder / MANIFEST).read_bytes())
    tables = {extract["name"]: extract["files"] for extract in manifest["extracts"]}
    return {name: files for name, files in tables.items() if name not in TOLD_BY_THE_RUN}

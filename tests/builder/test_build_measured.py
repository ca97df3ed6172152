"""What the steps of a build took: measured by what lies on disk, kept in the landing zone, told in the published file."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import steps
from pipelines.builder import publishing
from pipelines.measuring import Meter
from pipelines.settings import Settings
from tests.builder.landed import land_cards, land_records, record, settings_of
from warehouse import publisher
from warehouse.errors import ContractViolation
from warehouse.landing.files import landing_files
from warehouse.landing.rows import scan_rows
from warehouse.paths import Layout

STEPS = ["start_build", "parse_cards", "resolve_lineage", "analyse", "assemble", "check"]
MB = 1_000_000


@pytest.fixture
def settings(home: Layout, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with two models and a card, whose builds are not checked: that takes most of their time."""
    monkeypatch.setattr("pipelines.checks.is_available", lambda: False)
    land_records(home, record("o/a"), record("o/b", tags=["base_model:o/a"]))
    land_cards(home, {"model_id": "o/b", "sha": "1", "content": b"# b", "card_sha": "c", "n_bytes": 3})
    return settings_of(home)


def run_steps(home: Layout, build_id: str) -> pl.DataFrame:
    file = publisher.published_file(home)
    assert file is not None
    return publisher.rows_of(file, "run_steps").filter(run_id=build_id)


def test_each_step_tells_what_it_read_wrote_and_took(home: Layout, settings: Settings) -> None:
    n_landed = sum(path.stat().st_size for path in home.landing.rglob("*.parquet"))
    build_id = steps.build(settings)["build_id"]
    took = run_steps(home, build_id)
    assert took["run_step"].to_list() == STEPS
    by_step = {row["run_step"]: row for row in took.to_dicts()}
    assert by_step["start_build"]["n_bytes_read"] == n_landed
    assert all(row["n_bytes_written"] > 0 for row in by_step.values())
    assert by_step["assemble"]["n_bytes_written"] > by_step["assemble"]["n_bytes_read"] > 0
    assert all(10 * MB < row["peak_memory_bytes"] < 100_000 * MB for row in by_step.values())
    assert all(row["started_at"] <= row["finished_at"] for row in by_step.values())
    assert took["started_at"].is_sorted()


def test_the_next_build_knows_them_and_tells_them_once(home: Layout, settings: Settings) -> None:
    first, second = (steps.build(settings)["build_id"] for _ in range(2))
    assert run_steps(home, first)["run_step"].to_list() == run_steps(home, second)["run_step"].to_list() == STEPS
    assert [file.run_id for file in landing_files(home.landing, "steps")] == [first, second]


def test_steps_of_a_build_stopped_before_its_record_are_landed_by_the_next(
    home: Layout, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(publishing, "land_run", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            steps.build(settings)
    file = publisher.published_file(home)
    assert file is not None
    expected = publisher.rows_of(file, "run_steps")
    assert expected["run_step"].to_list() == STEPS
    steps.build(settings)
    assert run_steps(home, expected["run_id"][0]).equals(expected)


def test_a_refused_build_tells_its_steps_too(home: Layout, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: pl.DataFrame) -> None:
        raise ContractViolation("refused")

    with monkeypatch.context() as refused:
        refused.setattr("pipelines.checks.gate", refuse)
        with pytest.raises(ContractViolation):
            steps.build(settings)
    landed = scan_rows(landing_files(home.landing, "steps"), "steps").collect()
    assert landed["run_step"].to_list() == STEPS


def test_a_file_of_an_older_hubtree_has_no_steps(home: Layout, settings: Settings, tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    duckdb.connect(str(old)).close()
    assert publisher.rows_of(old, "run_steps").is_empty()


def test_a_peak_of_memory_before_the_step_is_not_the_steps() -> None:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("this system does not let the mark be set back")
    large = Meter()
    filled = b"x" * (300 * MB)
    seen = large.peak_memory_bytes
    del filled
    assert Meter().peak_memory_bytes < seen - 200 * MB


def test_processor_seconds_count_work_and_no_waiting() -> None:
    meter = Meter()
    time.sleep(0.3)
    assert meter.cpu_seconds < 0.25
    before = meter.cpu_seconds
    sum(range(3_000_000))
    assert meter.cpu_seconds > before

"""After the swap: the build's own run is landed once whatever happens, and what was written can be checked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from pipelines import steps
from pipelines.builder import publishing
from pipelines.doctor import examine
from pipelines.extract.verifying import verify_extracts
from pipelines.settings import Settings
from tests.builder.landed import NIGHT, land_records, record, settings_of
from warehouse import publisher
from warehouse.errors import CorruptFile
from warehouse.landing.files import landing_files
from warehouse.paths import Layout


@pytest.fixture
def settings(home: Layout, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with one record, whose builds are not checked: that takes most of their time."""
    monkeypatch.setattr("pipelines.checks.is_available", lambda: False)
    land_records(home, record("o/a"))
    return settings_of(home)


def builds(home: Layout) -> list[str]:
    file = publisher.published_file(home)
    assert file is not None
    return publisher.rows_of(file, "runs").filter(verb="build")["run_id"].to_list()


def test_a_build_stopped_between_the_swap_and_its_record_is_known_to_the_next(
    home: Layout, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(publishing, "land_run", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            steps.build(settings)
    [lost] = builds(home)
    assert landing_files(home.landing, "runs") == []
    next_id = steps.build(settings)["build_id"]
    assert builds(home) == [lost, next_id]
    assert [file.run_id for file in landing_files(home.landing, "runs")] == [lost, next_id]


def test_a_record_landed_late_has_the_bytes_of_one_landed_in_time(home: Layout, settings: Settings) -> None:
    steps.build(settings)
    [file] = landing_files(home.landing, "runs")
    content = file.path.read_bytes()
    assert publishing.land_missing_runs(home) == 0
    os.remove(file.path)
    assert publishing.land_missing_runs(home) == 1
    assert file.path.read_bytes() == content


def test_an_unreadable_published_file_does_not_stop_the_build_that_replaces_it(home: Layout, settings: Settings) -> None:
    steps.build(settings)
    file = publisher.published_file(home)
    assert file is not None
    file.chmod(0o644)
    file.write_bytes(b"no database")
    assert publishing.land_missing_runs(home) == 0
    steps.build(settings)
    assert len(builds(home)) == 2


def finding(settings: Settings, subject: str, *, deep: bool = False) -> str:
    found = examine(settings, now=NIGHT, deep=deep)
    return next(each.state for each in found if each.subject == subject)


def test_the_manifest_names_the_file_whatever_the_build_is_called(home: Layout, settings: Settings) -> None:
    for step in (steps.start_build, steps.parse_cards, steps.resolve_lineage, steps.analyse, steps.assemble, steps.check):
        step(settings, build_id="nightly-20261101T020000")
    steps.publish(settings, build_id="nightly-20261101T020000")
    file = publisher.published_file(home)
    assert file is not None
    assert json.loads((home.published / "manifest.json").read_text())["file"] == file.name
    assert finding(settings, "published file") == "ok"


def test_extracts_are_compared_with_their_manifest(home: Layout, settings: Settings) -> None:
    steps.build(settings)
    assert verify_extracts(home.extracts) == 0
    steps.write_extracts(settings)
    told = json.loads((home.extracts / "manifest.json").read_text())
    assert verify_extracts(home.extracts) == sum(len(extract["files"]) for extract in told["extracts"])
    assert finding(settings, "extracts", deep=True) == "ok"
    path: Path = home.extracts / "models.parquet"
    frame = pl.read_parquet(path).with_columns(likes=pl.lit(7, dtype=pl.Int64))
    path.chmod(0o644)
    frame.write_parquet(path)
    with pytest.raises(CorruptFile, match=r"models\.parquet is not the file"):
        verify_extracts(home.extracts)
    assert finding(settings, "extracts", deep=True) == "fault"
    path.unlink()
    with pytest.raises(CorruptFile):
        verify_extracts(home.extracts)

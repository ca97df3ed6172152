"""What builds leave to one another: dead ones' folders go, living and young ones stay, publishing never goes back."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from homes import SECOND_NIGHT, assert_same, published_tables, settings_of

from pipelines import steps
from pipelines.builder.folder import ABANDONED_AFTER
from pipelines.clock import now
from warehouse.errors import ContractViolation, Locked
from warehouse.paths import Layout


@pytest.fixture
def home(one_night: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(one_night, tmp_path / "home", symlinks=True))


def test_the_folder_of_a_build_killed_days_ago_is_removed_and_a_young_one_is_not(home: Path) -> None:
    settings, layout = settings_of(home), Layout(home)
    for name in ("build-old", "build-young"):
        steps.start_build(settings, build_id=name)
    days_ago = (now() - ABANDONED_AFTER - timedelta(minutes=1)).replace(tzinfo=UTC).timestamp()
    os.utime(layout.build_dir("build-old"), (days_ago, days_ago))
    steps.start_build(settings, build_id="build-new")
    assert sorted(path.name for path in layout.build.iterdir()) == ["build-new", "build-young"]


def test_two_builds_at_once_do_not_disturb_each_other(home: Path) -> None:
    settings = settings_of(home)
    for step in (
        steps.start_build,
        steps.parse_cards,
        steps.resolve_lineage,
        steps.analyse,
        steps.assemble,
        steps.check,
        steps.publish,
    ):
        for build_id in ("build-a", "build-b"):
            step(settings, build_id=build_id)
        if step is steps.check:
            first = dict(published_tables(Layout(home)))
    second = published_tables(Layout(home))
    assert second["models"].height == first["models"].height + 5
    steps.build(settings)
    assert_same(published_tables(Layout(home)), {**second, "runs": published_tables(Layout(home))["runs"]}, "after both")


def test_a_build_of_less_than_is_published_is_refused_unless_allowed(home: Path) -> None:
    settings = settings_of(home)
    for step in (steps.start_build, steps.parse_cards, steps.resolve_lineage, steps.analyse, steps.assemble, steps.check):
        step(settings, build_id="build-early")
    later = home / "later.json"
    later.write_text('[{"id": "late/one"}]', encoding="utf-8")
    steps.import_file(settings, later, kind="listing", observed_at=now() + 2 * SECOND_NIGHT)
    steps.build(settings)
    with pytest.raises(ContractViolation, match="the published file knows landing files of") as caught:
        steps.publish(settings, build_id="build-early")
    assert "--allow-older" in caught.value.hint
    steps.publish(settings, build_id="build-early", allow_older=True)
    assert "late/one" not in published_tables(Layout(home))["models"]["model_id"]


def test_a_build_of_an_earlier_day_is_placed_beside_the_newest(home: Path) -> None:
    settings, layout = settings_of(home), Layout(home)
    steps.build(settings)
    tomorrow = (now() + timedelta(days=1)).date()
    newest = layout.database.resolve()
    summary = steps.build(settings, as_of=tomorrow)
    assert layout.database.resolve() == newest
    assert Path(summary["publish"]["file"]).name == f"hub-as-of-{tomorrow}.duckdb"


def test_who_finds_another_publishing_is_told_to_wait(home: Path) -> None:
    import fcntl

    settings = settings_of(home)
    for step in (steps.start_build, steps.parse_cards, steps.resolve_lineage, steps.analyse, steps.assemble, steps.check):
        step(settings, build_id="build-a")
    with (Layout(home).published / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Locked, match="another process is publishing") as caught:
            steps.publish(settings, build_id="build-a")
    assert (caught.value.exit_code, bool(caught.value.hint)) == (5, True)
    steps.publish(settings, build_id="build-a")

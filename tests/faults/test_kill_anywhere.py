"""SIGKILL at lines spread over crawl, build and publish: nothing is lost, nothing doubled, readers never see a half.

The kills at random moments of a crawl are in the crawler's own tests; these strike at chosen lines of the code that writes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from homes import assert_same, assert_tidy, published_tables, settings_of, struck
from killing import READY_BUILD, crawl

from pipelines import steps
from pipelines.builder.folder import TOLD
from pipelines.local_hub.serving import RunningHub
from warehouse.landing.files import landing_files, verify
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

N_POINTS = 36
"""Lines to strike at in a crawl, which is quick; elsewhere that many in `make faults`."""

N_BUILDS, N_PUBLISHINGS = 6, 12
"""The same in `make test`: each costs a build, or most of one."""


def test_a_crawl_struck_anywhere_goes_on_and_lands_every_model_once(hub: RunningHub, tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.mkdir()
    homes = struck(hub.endpoint, template, tmp_path / "runs", "crawl", N_POINTS)
    expected = landed(Layout(tmp_path / "runs" / "left-alone"))
    n_with_rows = 0
    for home, line in homes.items():
        layout = Layout(home)
        before = landing_files(layout.landing, "listing")
        n_with_rows += bool(before)
        for file in before:
            verify(file)
        crawl(hub.endpoint, layout.landing)
        assert landed(layout).equals(expected), line
        files = landing_files(layout.landing, "listing")
        newest = [file.sequence for file in files if file.run_id == files[-1].run_id]
        assert newest == list(range(len(newest))), line
        assert not list(layout.landing.rglob("*.tmp")), line
    assert n_with_rows > N_POINTS / 2


def landed(layout: Layout) -> pl.DataFrame:
    """What the newest listing run landed, without when."""
    files = landing_files(layout.landing, "listing")
    pages = [pl.read_parquet(file.path, hive_partitioning=False) for file in files if file.run_id == files[-1].run_id]
    return pl.concat(pages).drop("observed_at").sort("hub_object_id", "model_id", "raw")


@pytest.mark.timeout(1500)
def test_a_build_struck_anywhere_leaves_the_old_file_and_the_next_one_is_the_same(
    small_night: Path, every_fault: bool, tmp_path: Path
) -> None:
    homes = struck("", small_night, tmp_path / "runs", "build", N_POINTS if every_fault else N_BUILDS)
    old, new = published_tables(Layout(small_night)), published_tables(Layout(tmp_path / "runs" / "left-alone"))
    assert old["models"].height + 5 == new["models"].height
    for home, line in homes.items():
        layout = Layout(home)
        assert_is_one_of(published_tables(layout), old, new, f"line {line}")
        steps.build(settings_of(home))
        assert_same(published_tables(layout), new, f"line {line}")
        assert_tidy(layout, f"line {line}")


def assert_is_one_of(
    found: dict[str, pl.DataFrame], old: dict[str, pl.DataFrame], new: dict[str, pl.DataFrame], where: str
) -> None:
    """The published file is wholly the old or wholly the new one."""
    is_new = found["models"].height == new["models"].height
    assert_same(found, new if is_new else old, where)


@pytest.fixture
def ready(small_night: Path, tmp_path: Path) -> Path:
    """A home with a build that only waits to be published."""
    home = Path(shutil.copytree(small_night, tmp_path / "ready", symlinks=True))
    settings = settings_of(home)
    steps.start_build(settings, build_id=READY_BUILD)
    for step in (steps.parse_cards, steps.resolve_lineage, steps.analyse, steps.assemble, steps.check):
        step(settings, build_id=READY_BUILD)
    return home


def test_publishing_struck_anywhere_can_be_repeated(small_night: Path, ready: Path, every_fault: bool, tmp_path: Path) -> None:
    n_points = N_POINTS if every_fault else N_PUBLISHINGS
    homes = struck("", ready, tmp_path / "runs", "publish", n_points)
    old, new = published_tables(Layout(small_night)), published_tables(Layout(tmp_path / "runs" / "left-alone"))
    n_published = 0
    for home, line in homes.items():
        layout, settings = Layout(home), settings_of(home)
        assert_is_one_of(published_tables(layout), old, new, f"line {line}")
        n_published += not (layout.build_dir(READY_BUILD) / TOLD).is_file()  # it had come to its end but for the tidying
        steps.publish(settings, build_id=READY_BUILD)
        assert_same(published_tables(layout), new, f"line {line}")
        assert published_tables(layout)["runs"].filter(pl.col("run_id") == READY_BUILD).height == 1
        steps.start_build(settings, build_id="build-next")
        assert_tidy(layout, f"line {line}")
    assert n_published < n_points / 2

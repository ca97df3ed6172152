"""Compaction changes no table: a build reads the same bytes out of state files as out of the files they fold."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.builder.landed import built
from tests.compaction.many_nights import FIRST_NIGHT, land_nights
from warehouse.landing.files import unfolded_files
from warehouse.landing.folding import compact
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

N_NIGHTS = 60
AFTER = date(2026, 11, 20)
A_DAY = (FIRST_NIGHT + timedelta(days=23)).date()
"""Within a folded month, so that a part of a state file is read."""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    home = Layout(tmp_path_factory.mktemp("nights") / "home")
    land_nights(home, N_NIGHTS, n_models=200)
    return home


def bytes_of_build(home: Layout, build_id: str, as_of: date | None = None) -> dict[str, str]:
    """Digests of every table of a build, those between the steps too."""
    built(home, build_id, as_of=as_of)
    folder = home.build_dir(build_id)
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*.parquet")}


def test_every_table_has_the_same_bytes_before_and_after(nights: Layout, tmp_path: Path) -> None:
    before = bytes_of_build(nights, "build-before")
    tables = {name: pl.read_parquet(nights.build_dir("build-before") / "main" / f"{name}.parquet") for name in HISTORY}
    assert all(table.height for table in tables.values())
    assert tables["models"]["first_seen_at"].n_unique() > 20
    assert tables["models"]["removed_at"].count() > 0
    home = Layout(Path(shutil.copytree(nights.home, tmp_path / "home")))
    kept = compact(home.landing, before=AFTER)
    assert kept.n_folded > 300
    assert kept.n_states < 20
    assert bytes_of_build(home, "build-kept") == before
    removed = compact(home.landing, before=AFTER, remove=True)
    assert removed.n_removed == kept.n_folded
    assert sum(len(list(unfolded_files(home.landing, kind))) for kind in KINDS) < 10
    assert bytes_of_build(home, "build-removed") == before


HISTORY = ("models", "trait_changes", "conservation", "quarantine", "parent_lookups", "runs", "daily_metrics")


def test_an_earlier_day_within_a_folded_month_is_built_as_it_was(nights: Layout, tmp_path: Path) -> None:
    before = bytes_of_build(nights, "build-day-before", A_DAY)
    home = Layout(Path(shutil.copytree(nights.home, tmp_path / "home")))
    compact(home.landing, before=AFTER, remove=True)
    assert bytes_of_build(home, "build-day-after", A_DAY) == before

"""The same recorded rows, imported as a file and crawled page by page from a hub that serves them, give the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import steps
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.sources import recorded
from pipelines.settings import Settings

pytestmark = [pytest.mark.real, pytest.mark.slow]

N_PAGES = 20
"""Of the 760 recorded ones, the most downloaded models first; the benchmark takes all."""

TABLES = {
    "models": "first_seen_at last_seen_at",
    "parent_claims": "observed_at",
    "edges": "",
    "families": "",
    "quarantine": "observed_at landing_file row_number",
}
"""What is compared, and which columns may differ: when it was seen, and from which file it came."""


@pytest.fixture(scope="module")
def listing(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first pages of the recorded listing as a file of its own."""
    whole = real_data / "hub" / "listing_2024-07.parquet"
    if not whole.is_file():
        pytest.skip(f"{whole} is not here")
    path = tmp_path_factory.mktemp("listing") / "pages.parquet"
    pl.scan_parquet(whole).filter(pl.col("page") < pl.col("page").min() + N_PAGES).sink_parquet(path)
    return path


@pytest.fixture(scope="module")
def imported(listing: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pl.DataFrame]:
    settings = settings_of(tmp_path_factory.mktemp("imported"))
    steps.import_file(settings, listing, kind="listing", observed_at=datetime(2024, 7, 11))
    return built(settings)


@pytest.fixture(scope="module")
def crawled(listing: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pl.DataFrame]:
    settings = settings_of(tmp_path_factory.mktemp("crawled"))
    with pytest.MonkeyPatch.context() as patch, running_hub(recorded(listing=listing)) as hub:
        patch.delenv("HF_TOKEN", raising=False)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        summary = steps.crawl(settings, mode="full", hub=hub.endpoint)
    assert summary["n_pages"] >= N_PAGES
    return built(settings)


def settings_of(home: Path) -> Settings:
    return Settings.from_environment({"HUBTREE_HOME": str(home), "HUBTREE_THREADS": "2"})


def built(settings: Settings) -> Mapping[str, pl.DataFrame]:
    """Build, and read the compared tables from the published file in the order of all their columns."""
    steps.build(settings)
    with duckdb.connect(str(steps.database(settings)), read_only=True) as connection:
        return {
            name: connection.sql(f"from {name} order by all").pl().drop(left_out.split()) for name, left_out in TABLES.items()
        }


def test_the_slice_is_worth_comparing(imported: Mapping[str, pl.DataFrame]) -> None:
    assert imported["models"].height == N_PAGES * 1000
    assert imported["parent_claims"].height > 1000
    assert imported["families"].height > 100


@pytest.mark.parametrize("table", TABLES)
def test_crawled_page_by_page_it_is_the_same_table(
    imported: Mapping[str, pl.DataFrame], crawled: Mapping[str, pl.DataFrame], table: str
) -> None:
    first, second = imported[table], crawled[table]
    assert first.columns == second.columns
    assert first.height == second.height
    differing = [name for name in first.columns if not first[name].equals(second[name])]
    assert not differing, first.filter(first[differing[0]].ne_missing(second[differing[0]])).head(3).to_dicts()

"""The build is a pure function of the landing zone: same files, same bytes; every planted claim resolves as planted."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.local_hub.planted import PlantedHub, plant
from tests.builder.landed import NIGHT, built
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import CARDS, RECORDS
from warehouse.paths import Layout


@pytest.fixture(scope="module")
def hub() -> PlantedHub:
    return plant(600, seed=11)


def land_hub(home: Layout, hub: PlantedHub) -> None:
    """Land a planted hub as three pages and one batch of cards."""
    for sequence, page in enumerate(hub.records.iter_slices(250)):
        at = NIGHT + timedelta(seconds=sequence)
        rows = page.with_columns(pl.lit(at, dtype=pl.Datetime("us")).alias("observed_at")).select(RECORDS.keys())
        land(home.landing, "listing", rows, Provenance(run_id="crawl-a", sequence=sequence, observed_at=at))
    visits = hub.cards.with_columns(
        visit_status=pl.lit("full"), is_truncated=pl.lit(False), observed_at=pl.lit(NIGHT, dtype=pl.Datetime("us"))
    )
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in CARDS.items() if name not in visits.columns]
    rows = visits.with_columns(missing).select(CARDS.keys())
    land(home.landing, "cards", rows, Provenance(run_id="cards-a", sequence=0, observed_at=NIGHT))


def digests(folder: Path) -> dict[str, str]:
    files = [*folder.rglob("*.parquet")]
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_same_landing_gives_the_same_bytes_with_one_thread_and_with_two(home: Layout, hub: PlantedHub) -> None:
    land_hub(home, hub)
    built(home, "build-a", threads=1)
    built(home, "build-b", threads=2)
    first, second = digests(home.build_dir("build-a")), digests(home.build_dir("build-b"))
    assert first == second
    assert len(first) > 15


def test_conservation_holds_on_a_hub_with_every_defect(home: Layout, hub: PlantedHub) -> None:
    land_hub(home, hub)
    counts = built(home)["conservation"]
    total = pl.col("n_kept") + pl.col("n_superseded") + pl.col("n_quarantined")
    assert counts.filter(pl.col("n_landed") != total).height == 0
    assert counts["n_landed"].sum() == hub.records.height + hub.cards.height
    assert counts["n_quarantined"].sum() > 0


def test_every_planted_claim_comes_down_to_what_was_planted(home: Layout, hub: PlantedHub) -> None:
    land_hub(home, hub)
    claims = built(home)["parent_claims"]
    # A rename that only the hub's redirect proves can't be known from landed pages alone.
    expected = hub.truth["claims_expected"].filter(~pl.col("needs_hub_answer"))
    found = expected.join(claims, on=["child_id", "parent_ref"], how="left", suffix="_found")
    wrong = found.filter(pl.col("resolution_found").is_null() | (pl.col("resolution") != pl.col("resolution_found")))
    assert wrong.height == 0, wrong.to_dicts()[:5]


def test_the_planted_families_are_found(home: Layout, hub: PlantedHub) -> None:
    land_hub(home, hub)
    tables = built(home)
    asks_hub = hub.truth["claims_expected"].filter("needs_hub_answer")["child_id"]
    planted = hub.truth["edges"].filter(pl.col("is_parent_listed") & ~pl.col("child_id").is_in(asks_hub.implode()))
    found = tables["edges"].filter("is_parent_listed")
    assert set(found.select("parent_id", "child_id").rows()) == set(planted.select("parent_id", "child_id").rows())

"""With every fault knob on, a crawl ends with the same rows as without, and never comes too early."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from crawl_nights import NIGHT_1, landed

from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.planted import PlantedHub
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from warehouse.errors import ContractViolation, HubUnavailable

Client = Callable[..., HubClient]
MOVING = ("downloads_30d", "likes", "trending_score", "last_modified", "observed_at")


def fresh(planted_hub: PlantedHub) -> HubStore:
    return HubStore(planted_hub.records, planted_hub.cards, planted_hub.renames)


def still_rows(landing: Path) -> pl.DataFrame:
    """The listing without what moving rows change, in the order of the models."""
    rows = landed(landing, "listing").drop(MOVING)
    return rows.sort("hub_object_id", "model_id", "raw")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.whole)])
def test_a_listing_with_every_fault_has_the_same_rows(
    planted_hub: PlantedHub, tmp_path: Path, client: Client, seed: int
) -> None:
    request = ListingRequest("full", page_size=10)
    with running_hub(fresh(planted_hub)) as hub:
        crawl_listing(client(hub.endpoint), tmp_path / "good", request, started_at=NIGHT_1)
    plan = FaultPlan.everything(seed)
    with running_hub(fresh(planted_hub), faults=plan) as hub:
        report = crawl_listing(client(hub.endpoint), tmp_path / "bad", request, started_at=NIGHT_1)
        assert hub.log.early_requests() == []
        assert len(hub.log.fault_counts()) >= 4
    assert report.n_repeated == 0
    assert report.seconds_waited > 0
    assert still_rows(tmp_path / "bad").equals(still_rows(tmp_path / "good"))


@pytest.mark.slow
def test_cards_with_every_fault_have_the_same_text(planted_hub: PlantedHub, tmp_path: Path, client: Client) -> None:
    columns = ["model_id", "sha", "visit_status", "card_sha", "content"]
    with running_hub(fresh(planted_hub)) as hub:
        crawl_listing(client(hub.endpoint), tmp_path, ListingRequest("full"), started_at=NIGHT_1)
        wanted = changed_cards(tmp_path, "changed")[:200]
        fetch_cards(client(hub.endpoint), tmp_path / "good", wanted, started_at=NIGHT_1)
    with running_hub(fresh(planted_hub), faults=FaultPlan.everything(5)) as hub:
        fetch_cards(client(hub.endpoint), tmp_path / "bad", wanted, started_at=NIGHT_1)
        assert hub.log.early_requests() == []
        assert hub.log.counted_files() == []
        assert len(hub.log.fault_counts()) >= 7
    assert landed(tmp_path / "bad", "cards").select(columns).equals(landed(tmp_path / "good", "cards").select(columns))


@pytest.mark.parametrize("knob", ["cursor_loop_every", "foreign_next_every"])
def test_faults_that_nobody_survives_stop_the_run_with_what_was_landed(
    planted_hub: PlantedHub, landing: Path, client: Client, knob: str
) -> None:
    plan = FaultPlan(**{knob: 3})
    with running_hub(fresh(planted_hub), faults=plan) as hub, pytest.raises(ContractViolation):
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full", page_size=20), started_at=NIGHT_1)
    assert len(landed(landing, "listing")) == 40


def test_a_hub_that_is_down_and_comes_back_is_gone_on_with(planted_hub: PlantedHub, landing: Path, client: Client) -> None:
    request = ListingRequest("full", page_size=50)
    with running_hub(fresh(planted_hub), faults=FaultPlan(is_down=True)) as hub:
        with pytest.raises(HubUnavailable):
            crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1)
        hub.swap_faults(FaultPlan())
        assert crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1).n_rows == len(hub.store)

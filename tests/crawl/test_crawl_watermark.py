"""The second night fetches what changed, and nothing that changed is missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
from crawl_nights import NIGHT_1, landed
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.watermark import instant_of, is_full_due, newer_than
from pipelines.local_hub.planted import PlantedHub
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore

Client = Callable[..., HubClient]
NIGHT_2 = NIGHT_1 + timedelta(days=1)
INCREMENT = ListingRequest("incremental", page_size=50)


def with_commits(planted_hub: PlantedHub, names: list[str], at: datetime) -> HubStore:
    """The hub after a commit to some models."""
    is_named = pl.col("model_id").is_in(names)
    records = planted_hub.records.with_columns(
        pl.when(is_named).then(pl.lit(f"{at.isoformat()}.000Z")).otherwise("last_modified").alias("last_modified"),
        pl.when(is_named).then(pl.lit("f" * 40)).otherwise("sha").alias("sha"),
    )
    return HubStore(records, planted_hub.cards, planted_hub.renames)


def test_the_first_incremental_run_lists_everything(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        report = crawl_listing(client(hub.endpoint), landing, INCREMENT, started_at=NIGHT_1)
    assert (report.mode, report.is_complete_listing, report.n_rows) == ("full", True, len(store))


def test_the_second_night_fetches_only_what_changed(
    planted_hub: PlantedHub, store: HubStore, landing: Path, client: Client
) -> None:
    named = store.records["model_id"].drop_nulls().unique().sort()[:100:25].to_list()
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, INCREMENT, started_at=NIGHT_1)
        fetch_cards(client(hub.endpoint), landing, changed_cards(landing, "changed"), started_at=NIGHT_1)
        hub.swap_store(with_commits(planted_hub, named, NIGHT_1 + timedelta(hours=9)))
        hub.log.clear()
        report = crawl_listing(client(hub.endpoint), landing, INCREMENT, started_at=NIGHT_2)
        assert len(hub.log) <= 2
        wanted = changed_cards(landing, "changed")
        fetch_cards(client(hub.endpoint), landing, wanted, started_at=NIGHT_2)
        assert sum(entry.bucket == "resolvers" for entry in hub.log.entries) == len(wanted)
        third = crawl_listing(client(hub.endpoint), landing, INCREMENT, started_at=NIGHT_2 + timedelta(hours=1))
    assert (report.mode, report.is_complete_listing) == ("incremental", False)
    assert {card.model_id for card in wanted} == set(named)
    assert set(named) <= set(landed(landing, "listing").filter(pl.col("observed_at") >= NIGHT_2)["model_id"])
    assert report.n_rows < len(store) / 4
    assert changed_cards(landing, "changed") == []
    assert third.n_rows <= report.n_rows


def test_what_changed_while_a_slow_full_walk_went_on_is_caught_by_the_next_one(
    planted_hub: PlantedHub, store: HubStore, landing: Path, client: Client
) -> None:
    """A model seen early changed after that; another, seen late, carries a later date. The run's start is what counts."""
    early, late = store.records.drop_nulls("model_id").sort("created_at")["model_id"].gather([0, -1]).to_list()
    with running_hub(with_commits(planted_hub, [late], NIGHT_1 + timedelta(hours=5))) as hub:
        crawl_listing(client(hub.endpoint), landing, INCREMENT, started_at=NIGHT_1)
        hub.swap_store(with_commits(planted_hub, [early], NIGHT_1 + timedelta(hours=2)))
        crawl_listing(client(hub.endpoint), landing, INCREMENT, started_at=NIGHT_2)
    assert early in landed(landing, "listing").filter(pl.col("observed_at") >= NIGHT_2)["model_id"]


def test_runs_that_saw_only_a_part_give_no_watermark(store: HubStore, landing: Path, client: Client) -> None:
    partial = [
        ListingRequest("full", limit=20),
        ListingRequest("full", author="somebody"),
        ListingRequest("full", since=NIGHT_1 - timedelta(days=30)),
        ListingRequest("incremental", since=NIGHT_1 - timedelta(days=30)),
    ]
    with running_hub(store) as hub:
        for request in partial:
            crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1)
        report = crawl_listing(client(hub.endpoint), landing, INCREMENT, started_at=NIGHT_2)
    assert report.mode == "full"


def test_a_watermark_of_one_hub_says_nothing_about_another(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as one, running_hub(store) as other:
        crawl_listing(client(one.endpoint), landing, INCREMENT, started_at=NIGHT_1)
        assert crawl_listing(client(other.endpoint), landing, INCREMENT, started_at=NIGHT_2).mode == "full"


def test_a_selection_continues_its_own_runs(store: HubStore, landing: Path, client: Client) -> None:
    request = ListingRequest("incremental", filters=("region:us",))
    with running_hub(store) as hub:
        modes = [crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1).mode for _ in range(2)]
    assert modes == ["full", "incremental"]


def test_given_since_goes_back_to_it(store: HubStore, landing: Path, client: Client) -> None:
    modified = store.records["last_modified"].drop_nulls().sort()
    since = datetime.fromisoformat(modified[-60][:19])
    request = ListingRequest("incremental", since=since, page_size=20)
    with running_hub(store) as hub:
        report = crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1)
    wanted = store.records.filter(pl.col("last_modified").str.head(19) >= since.isoformat())["model_id"].drop_nulls()
    assert set(wanted) <= set(landed(landing, "listing")["model_id"])
    assert 60 <= report.n_rows < len(store) / 2


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_reading_an_instant_never_fails(text: str) -> None:
    instant = instant_of(text)
    assert instant is None or instant.tzinfo is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), max_size=30), st.integers(0, 50))
def test_a_page_is_cut_behind_its_last_new_enough_row(ages: list[int], limit: int) -> None:
    records = [{"lastModified": f"{(NIGHT_1 - timedelta(minutes=age)).isoformat()}Z", "age": age} for age in sorted(ages)]
    kept, is_last = newer_than([*records], "lastModified", NIGHT_1 - timedelta(minutes=limit))
    assert [record["age"] for record in kept] == [age for age in sorted(ages) if age <= limit]
    assert is_last == any(age > limit for age in ages)


def test_auto_walks_the_whole_hub_once_a_week_and_what_changed_in_between(
    store: HubStore, landing: Path, client: Client
) -> None:
    modes = []
    with running_hub(store) as hub:
        for night in range(15):
            at = NIGHT_1 + timedelta(days=night, minutes=night % 3)
            report = crawl_listing(client(hub.endpoint), landing, ListingRequest("auto"), started_at=at)
            modes.append(report.mode)
            assert report.is_complete_listing == (report.mode == "full")
    assert [night for night, mode in enumerate(modes) if mode == "full"] == [0, 7, 14]


def test_auto_is_incremental_for_a_part_of_the_hub(store: HubStore, landing: Path, client: Client) -> None:
    later = NIGHT_1 + timedelta(days=30)
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("auto"), started_at=NIGHT_1)
        assert (
            crawl_listing(client(hub.endpoint), landing, ListingRequest("auto", limit=5), started_at=later).mode
            == "incremental"
        )
        assert crawl_listing(client(hub.endpoint), landing, ListingRequest("auto"), started_at=later).mode == "full"


def test_a_complete_walk_of_another_hub_counts_nothing_for_auto(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("auto"), started_at=NIGHT_1)
    assert is_full_due(landing, "http://127.0.0.1:1", NIGHT_1)
    assert not is_full_due(landing, hub.endpoint, NIGHT_2)

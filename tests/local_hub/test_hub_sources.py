"""Hubs from recorded files and from a landing zone: what is served is what was recorded or landed last."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from invented_hub import CARD, OBSERVED_AT, record

from pipelines.local_hub.query import Fields, ListingQuery
from pipelines.local_hub.sources import landed, planted, recorded
from pipelines.local_hub.store import HubStore
from warehouse.errors import NotFound, UsageError
from warehouse.landing.files import Provenance, land
from warehouse.landing.records import landing_frame, wire_record
from warehouse.landing.schema import CARDS
from warehouse.paths import Layout


def all_ids(store: HubStore) -> list[str]:
    found, query = [], ListingQuery(sort="createdAt", ascending=True)
    while True:
        page = store.page(query)
        found += [row["id"] for row in page.records if isinstance(row, dict)]
        if page.next_cursor is None:
            return found
        query = ListingQuery(sort="createdAt", ascending=True, cursor=page.next_cursor)


def land_records(home: Layout, records: list[Any], day: int, kind: str = "listing") -> None:
    observed_at = OBSERVED_AT + timedelta(days=day)
    land(home.landing, kind, landing_frame(records, observed_at), Provenance(f"run-{kind}-{day}", 0, observed_at))


def land_visits(home: Layout, visits: list[dict[str, Any]], day: int) -> None:
    observed_at: datetime = OBSERVED_AT + timedelta(days=day)
    rows = [{**dict.fromkeys(CARDS), **visit, "observed_at": observed_at} for visit in visits]
    land(home.landing, "cards", pl.DataFrame(rows, schema=dict(CARDS)), Provenance(f"run-cards-{day}", 0, observed_at))


def test_a_landing_zone_is_served_as_each_model_was_seen_last(home: Layout) -> None:
    land_records(home, [record(1, likes=1), record(2)], day=0)
    land_records(home, [record(1, likes=9), {"odd": True}], day=2)
    land_records(home, [record(1, likes=5), record(3)], day=1, kind="details")
    store = landed(home.landing)
    likes = {row["model_id"]: row["likes"] for row in store.records.iter_rows(named=True)}
    assert likes == {"maker1/model-1": 9, "maker2/model-2": 2, "maker0/model-3": 3, None: None}


def test_a_model_that_was_renamed_is_served_once_under_its_newest_name(home: Layout) -> None:
    land_records(home, [record(1, id="old/name")], day=0)
    land_records(home, [record(1, id="new/name")], day=1)
    assert all_ids(landed(home.landing)) == ["new/name"]


def test_a_name_taken_over_leads_to_the_model_that_bears_it_now(home: Layout) -> None:
    land_records(home, [record(1, id="one/name")], day=0)
    land_records(home, [record(2, id="one/name")], day=1)
    found = landed(home.landing).find("one/name")
    assert found is not None
    assert found["hub_object_id"] == record(2)["_id"]


def test_landed_cards_and_renames_are_served(home: Layout) -> None:
    land_records(home, [record(1), record(2, id="new/name")], day=0)
    full = {"model_id": "maker1/model-1", "visit_status": "full", "content": CARD}
    land_visits(
        home,
        [{**full, "content": b"older"}, {"model_id": "old/name", "visit_status": "renamed", "renamed_to": "new/name"}],
        day=0,
    )
    land_visits(home, [full, {"model_id": "new/name", "visit_status": "no_card"}], day=1)
    land_visits(home, [{"model_id": "maker1/model-1", "visit_status": "not_modified"}], day=2)
    land_visits(home, [{**full, "model_id": "maker2/model-2"}], day=3)
    land_visits(home, [{"model_id": "maker2/model-2", "visit_status": "no_card"}], day=4)
    store = landed(home.landing)
    card = store.card("maker1/model-1")
    assert card is not None
    assert card.content == CARD
    assert store.card("new/name") is store.card("maker2/model-2") is None
    assert store.renamed_to("old/name") == "new/name"


def test_an_empty_landing_zone_says_what_to_do_first(home: Layout) -> None:
    with pytest.raises(NotFound, match="no listing") as missing:
        landed(home.landing)
    assert "crawl" in missing.value.hint


def test_serving_no_file_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="no recorded file"):
        recorded()


def write_lines(path: Path, records: list[Any]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE) for item in records))
    return path


def test_a_model_in_listing_and_details_is_served_with_its_detail(tmp_path: Path) -> None:
    listing = write_lines(tmp_path / "listing.jsonl", [record(n, cardData=..., likes=1) for n in range(4)])
    details = write_lines(tmp_path / "details.jsonl", [record(2, likes=7)])
    store = recorded(listing=listing, details=details)
    likes = {row["id"]: row["likes"] for row in store.page(ListingQuery()).records if isinstance(row, dict)}
    assert likes == {record(n)["id"]: 7 if n == 2 else 1 for n in range(4)}


def test_records_without_an_object_id_get_a_stable_one_that_begins_with_their_creation(tmp_path: Path) -> None:
    dated = record(1, _id=..., createdAt="2024-01-01T00:00:00.000Z")
    listing = write_lines(tmp_path / "listing.jsonl", [dated, {"modelId": "Old/Model"}, record(3)])
    first, second = (
        {row["id"]: row["_id"] for row in recorded(listing=listing).page(ListingQuery()).records if isinstance(row, dict)}
        for _ in range(2)
    )
    assert first == second
    assert int(first["maker1/model-1"][:8], 16) == 1_704_067_200
    assert all(len(object_id) == 24 for object_id in first.values())
    assert first["maker0/model-3"] == record(3)["_id"]


def test_a_planted_hub_is_served_whole_with_its_cards() -> None:
    store = planted(300, seed=4)
    page = store.page(ListingQuery(fields=Fields(full=True)))
    assert len(page.records) == len(store) >= 300
    assert page.next_cursor is None
    assert any(store.card(name) for name in store.records["model_id"].drop_nulls())


def real_file(real_data: Path, name: str) -> Path:
    path = real_data / "hub" / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path


@pytest.mark.real
def test_recorded_details_are_served_as_they_were_recorded(real_data: Path) -> None:
    path = real_file(real_data, "detail_2024-07.parquet")
    store = recorded(details=path)
    for text in pl.scan_parquet(path).select("raw_json").head(200).collect()["raw_json"]:
        original = orjson.loads(text)
        row = store.find(original["id"])
        assert row is not None
        served = wire_record(row)
        assert {**served, "modelId": original["id"]} == original if isinstance(served, dict) else served is None


@pytest.mark.real
def test_cards_recorded_before_object_ids_are_served_with_one(real_data: Path) -> None:
    store = recorded(cards=real_file(real_data, "cards_2022-02.parquet"))
    assert len(store) == 14_835
    assert store.records["hub_object_id"].n_unique() == 14_835
    assert store.card("bert-base-uncased") is not None


@pytest.mark.real
@pytest.mark.slow
def test_the_recorded_listing_is_walked_to_its_end_without_a_repeat(real_data: Path) -> None:
    listed = all_ids(recorded(listing=real_file(real_data, "listing_2024-07.parquet")))
    assert len(listed) == len(set(listed)) == 760_000

"""Pages by keyset: every row once, in order, ties by `_id`, whatever the records hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_hub import record, store_of

from pipelines.local_hub.query import MAX_LIMIT, SORT_COLUMNS, STILL_SORTS, Cursor, Fields, ListingQuery, Selection
from pipelines.local_hub.store import HubStore


def pages(store: HubStore, **query: Any) -> list[list[Any]]:
    """All pages of a listing; the cursor goes through its text form, as on the wire."""
    found, cursor = [], None
    for _ in range(200):
        page = store.page(ListingQuery(cursor=cursor, **query))
        found.append(page.records)
        if page.next_cursor is None:
            return found
        cursor = Cursor.decode(page.next_cursor.encode())
    raise AssertionError("the listing does not end")


def rows(store: HubStore, **query: Any) -> list[Any]:
    return [row for page in pages(store, **query) for row in page]


def ids(store: HubStore, **query: Any) -> list[str]:
    return [row["id"] for row in rows(store, **query)]


few_values = st.one_of(st.none(), st.integers(0, 3))
odd_records = st.lists(st.tuples(few_values, few_values, st.booleans()), max_size=30)


@settings(max_examples=60, deadline=None)
@given(odd=odd_records, sort=st.sampled_from(sorted(SORT_COLUMNS)), ascending=st.booleans(), limit=st.integers(1, 7))
def test_every_row_stands_on_one_page_in_every_order(odd: list[Any], sort: str, ascending: bool, limit: int) -> None:
    records = [
        record(
            n,
            downloads=downloads,
            likes=likes,
            createdAt=f"2024-01-0{1 + (likes or 0)}T00:00:00.000Z",
            _id=f"{n % 7}" if has_id else ...,
        )
        for n, (downloads, likes, has_id) in enumerate(odd)
    ]
    found = pages(store_of(records), sort=sort, ascending=ascending, limit=limit)
    assert sorted(row["id"] for page in found for row in page) == sorted(item["id"] for item in records)
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("ascending", [True, False])
def test_rows_of_the_same_second_stand_in_the_order_of_their_object_id(ascending: bool) -> None:
    listed = rows(store_of([record(n) for n in range(40)]), sort="createdAt", ascending=ascending, limit=4)
    by_key = sorted(listed, key=lambda row: row["_id"])
    by_key.sort(key=lambda row: row["createdAt"], reverse=not ascending)
    assert listed == by_key


@pytest.mark.parametrize("ascending", [True, False])
def test_rows_without_a_sort_value_come_last(ascending: bool) -> None:
    store = store_of([record(0, downloads=...), record(1, downloads=5), record(2, downloads=9), record(3, downloads=None)])
    listed = ids(store, sort="downloads", ascending=ascending, limit=1)
    assert listed[2:] == ["maker0/model-0", "maker0/model-3"]
    assert listed[:2] == (["maker1/model-1", "maker2/model-2"] if ascending else ["maker2/model-2", "maker1/model-1"])


def test_a_malformed_record_is_served_as_it_is_among_its_neighbours() -> None:
    broken = {"_id": record(1)["_id"], "id": 7, "createdAt": record(3)["createdAt"], "odd": [1]}
    listed = rows(store_of([record(0), broken, record(6)]), sort="createdAt", ascending=True, limit=2)
    assert [row["id"] for row in listed] == ["maker0/model-0", 7, "maker0/model-6"]
    assert listed[1] == broken


def test_records_that_are_no_objects_are_served_too() -> None:
    assert sorted(map(str, rows(store_of([3, "text", None, record(0)]), limit=1)[1:])) == ["3", "None", "text"]


def test_a_page_never_holds_more_than_the_hubs_limit() -> None:
    store = store_of([record(n) for n in range(MAX_LIMIT + 1)])
    assert [len(page) for page in pages(store, limit=ListingQuery.parse({"limit": ["5000"]}).limit)] == [MAX_LIMIT, 1]


def test_the_short_row_holds_the_fields_of_a_listing_and_no_more() -> None:
    [row] = rows(store_of([record(0)]))
    assert set(row) == {"_id", "id", "modelId", "likes", "private", "downloads", "tags", "pipeline_tag", "createdAt"}
    assert row["modelId"] == row["id"]


def test_full_card_data_and_config_add_their_fields() -> None:
    store = store_of([record(0, siblings=[{"rfilename": "README.md"}], config={"architectures": ["X"]})])
    [full] = rows(store, fields=Fields(full=True))
    [with_card] = rows(store, fields=Fields(card_data=True, config=True))
    assert {"author", "sha", "lastModified", "siblings"} <= set(full)
    assert "cardData" not in full
    assert with_card["cardData"] == record(0)["cardData"]
    assert with_card["config"] == {"architectures": ["X"]}


def test_expand_gives_the_named_fields_and_the_two_ids() -> None:
    store = store_of([record(0), record(1, likes="many", cardData=None)])
    first, second = rows(store, fields=Fields(expand=("cardData", "widgetData", "likes")), sort="id", ascending=True)
    assert set(first) == {"_id", "id", "cardData", "widgetData", "likes"}
    assert second["likes"] == "many"
    assert second["cardData"] is None


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(tags=("gguf",)), {1, 3}),
        (Selection(tags=("gguf", "license:mit")), set()),
        (Selection(author="maker1"), {1, 4}),
        (Selection(author="maker"), set()),
        (Selection(search="model-4"), {4}),
        (Selection(pipeline_tag="fill-mask"), {2}),
        (Selection(gated=True), {3}),
        (Selection(gated=False), {0, 1, 2, 4, 5}),
    ],
)
def test_a_selection_lists_the_models_that_meet_all_of_it(selection: Selection, expected: set[int]) -> None:
    records = [record(n) for n in range(6)]
    records[2]["pipeline_tag"], records[3]["gated"] = "fill-mask", "auto"
    records[5]["tags"] = []
    assert set(ids(store_of(records), selection=selection, limit=1)) == {records[n]["id"] for n in expected}


def test_a_selection_by_a_column_that_holds_nothing_finds_nothing() -> None:
    store = store_of([{"id": "a/b", "_id": "1"}])
    assert ids(store, selection=Selection(tags=("gguf",))) == []
    assert ids(store, selection=Selection(gated=False)) == ["a/b"]


@pytest.mark.parametrize("sort", sorted(SORT_COLUMNS))
def test_a_row_moves_in_every_order_but_those_that_stand_still(sort: str) -> None:
    store = store_of([record(n) for n in range(30)])
    before = ids(store, sort=sort)
    store.move_rows(25, seed=1)
    assert (ids(store, sort=sort) == before) == (sort in STILL_SORTS)


def test_rows_that_move_while_they_are_paged_never_disturb_the_walk_by_creation() -> None:
    store = store_of([record(n) for n in range(30)])
    listed, cursor = [], None
    for seed in range(15):
        page = store.page(ListingQuery(sort="createdAt", ascending=True, limit=2, cursor=cursor))
        listed += [row["id"] for row in page.records]
        cursor = page.next_cursor
        store.move_rows(10, seed=seed)
    assert cursor is None
    assert listed == [record(n)["id"] for n in range(30)]


def test_the_same_seed_moves_the_same_rows_the_same_way() -> None:
    one, other = (store_of([record(n) for n in range(30)]) for _ in range(2))
    one.move_rows(5, seed=3)
    other.move_rows(5, seed=3)
    assert one.records.equals(other.records)
    assert not one.records.equals(store_of([record(n) for n in range(30)]).records)


def test_an_empty_hub_has_one_empty_page() -> None:
    assert pages(store_of([])) == [[]]

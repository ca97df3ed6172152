"""The query string of a listing, and what the hub says to one it can't read."""

from __future__ import annotations

import base64

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_hub import record, store_of

from pipelines.local_hub.query import DEFAULT_SORT, DETAIL_ONLY, EXPANDABLE, MAX_LIMIT, BadRequest, Cursor, ListingQuery


def test_without_parameters_a_page_is_full_and_sorted_by_trend() -> None:
    query = ListingQuery.parse({})
    assert (query.sort, query.ascending, query.limit, query.cursor) == (DEFAULT_SORT, False, MAX_LIMIT, None)


def test_an_unknown_expand_is_refused_with_a_list_of_the_valid_ones() -> None:
    with pytest.raises(BadRequest) as refused:
        ListingQuery.parse({"expand": ["likes", "secrets"]})
    assert all(name in str(refused.value) for name in EXPANDABLE)


def test_a_listing_can_refuse_what_only_details_have() -> None:
    with pytest.raises(BadRequest) as refused:
        ListingQuery.parse({"expand": ["baseModels"]}, refused=DETAIL_ONLY)
    valid = str(refused.value).split("expected one of ")[1].split(", ")
    assert set(valid) == set(EXPANDABLE) - DETAIL_ONLY


@pytest.mark.parametrize("text", ["true", "True", "1"])
def test_booleans_of_old_and_new_clients_are_read(text: str) -> None:
    assert ListingQuery.parse({"full": [text]}).fields.full


@pytest.mark.parametrize("text", ["0", "-1", "x", "1e3", "²", "", "9" * 5000])
def test_a_limit_that_is_no_positive_number_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="limit"):
        ListingQuery.parse({"limit": [text]})


@pytest.mark.parametrize(("name", "value"), [("sort", "beauty"), ("direction", "2"), ("cursor", "%%%"), ("cursor", "AAAA")])
def test_an_unreadable_order_or_place_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadRequest):
        ListingQuery.parse({name: [value]})


def test_a_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(BadRequest, match="another sort"):
        ListingQuery.parse({"sort": ["likes"], "cursor": [Cursor("downloads", 3, "65", 1).encode()]})


@pytest.mark.parametrize("cursor", [Cursor("likes", 3, "65", 1), Cursor("id", "ä/b", None, 0, 2), Cursor("createdAt")])
def test_a_cursor_survives_its_text_form(cursor: Cursor) -> None:
    assert Cursor.decode(cursor.encode()) == cursor


STORE = store_of([record(n) for n in range(5)])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=3), st.lists, max_leaves=6
)
odd_cursors = st.lists(json_values, max_size=6).map(
    lambda parts: base64.urlsafe_b64encode(orjson.dumps(["likes", *parts])).decode()
)


@settings(max_examples=200, deadline=None)
@given(cursor=odd_cursors | st.text(max_size=20), limit=st.text(max_size=5), sort=st.sampled_from(["likes", "id", "createdAt"]))
def test_any_query_is_answered_or_refused(cursor: str, limit: str, sort: str) -> None:
    try:
        page = STORE.page(ListingQuery.parse({"cursor": [cursor], "limit": [limit or "3"], "sort": [sort]}))
    except BadRequest:
        return
    assert len(page.records) <= 5

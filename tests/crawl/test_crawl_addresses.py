"""The addresses a crawl can ask for: the listing and README.md of one hub, nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.crawl.addresses import (
    card_url,
    checked_endpoint,
    checked_next,
    is_model_id,
    renamed_to,
    with_limit,
    without_limit,
    without_query,
)
from pipelines.crawl.fields import EXPAND, accepted_fields
from warehouse.errors import ContractViolation, UsageError

HUB = "https://hub.example"


@pytest.mark.parametrize(
    "endpoint", ["", "hub.example", "ftp://hub.example", "https://", "https://hub.example:port", "https://h?x=1", "http://["]
)
def test_what_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(UsageError):
        checked_endpoint(endpoint)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        checked_endpoint("https://me:secret@hub.example")
    assert "secret" not in str(caught.value) + caught.value.hint


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_a_next_link_leads_to_the_listing_of_the_hub_or_is_refused(link: str) -> None:
    try:
        url = checked_next(HUB, f"{HUB}/api/models?limit=1", link)
    except ContractViolation:
        return
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "hub.example", "/api/models")


@pytest.mark.parametrize(
    "link",
    [
        "https://other.example/api/models?cursor=x",
        "http://hub.example/api/models?cursor=x",
        "https://hub.example:444/api/models",
        "https://me@hub.example/api/models",
        "https://hub.example.other.example/api/models",
        "/a/b/resolve/main/config.json",
        "//[",
        "/api/models?cursor=" + "a" * 70_000,
    ],
)
def test_links_elsewhere_are_refused(link: str) -> None:
    with pytest.raises(ContractViolation):
        checked_next(HUB, f"{HUB}/api/models", link)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_redirect_says_only_a_card_is_asked_for(model_id: str, location: str) -> None:
    target = renamed_to(HUB, card_url(HUB, "a/b"), location)
    for name in [name for name in (model_id, target) if name and is_model_id(name)]:
        url = urlsplit(card_url(HUB, name))
        assert url.netloc == "hub.example"
        assert url.path.endswith("/resolve/main/README.md")
        assert not url.query


def test_a_redirect_names_the_new_model() -> None:
    asked = card_url(HUB, "a/b")
    assert renamed_to(HUB, asked, "/c/d/resolve/main/README.md") == "c/d"
    assert renamed_to(HUB, asked, "/bert/resolve/abc123/README.md") == "bert"
    assert renamed_to(HUB, asked, "https://other.example/c/d/resolve/main/README.md") is None
    assert renamed_to(HUB, asked, "/c/d/resolve/main/config.json") is None
    assert renamed_to(f"{HUB}/mirror", asked, "/mirror/c/d/resolve/main/README.md") == "c/d"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 1000), st.integers(1, 1000))
def test_the_page_size_is_replaced_and_the_rest_of_the_link_stays(one: int, two: int) -> None:
    url = f"{HUB}/api/models?cursor=a%3D%3D&expand=tags&expand=sha&limit={one}"
    assert with_limit(url, two).endswith(f"limit={two}")
    assert without_limit(with_limit(url, two)) == without_limit(url)
    assert "cursor=a%3D%3D&expand=tags&expand=sha" in with_limit(url, two)


def test_what_is_logged_of_an_address_holds_neither_query_nor_user() -> None:
    assert without_query("https://me:secret@hub.example:8080/a/b?token=x") == "https://hub.example:8080/a/b"


@pytest.mark.parametrize(
    ("complaint", "dropped"),
    [
        (f'Invalid value "sha" for "expand": expected one of {", ".join(name for name in EXPAND if name != "sha")}', {"sha"}),
        ("✖ Invalid option: expected one of " + "|".join(f'"{n}"' for n in EXPAND[3:]) + " → at expand[0]", set(EXPAND[:3])),
        ('"baseModels" and "usedStorage" are not allowed here', {"baseModels", "usedStorage"}),
        ("Invalid cursor", set()),
        ("Invalid limit: must be a number", set()),
        ("", set()),
    ],
)
def test_the_fields_left_are_read_from_what_the_hub_says(complaint: str, dropped: set[str]) -> None:
    assert accepted_fields(EXPAND, complaint) == tuple(name for name in EXPAND if name not in dropped)


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_reading_a_complaint_keeps_the_order_and_adds_nothing(complaint: str) -> None:
    left = accepted_fields(EXPAND, complaint)
    assert [name for name in EXPAND if name in left] == list(left)

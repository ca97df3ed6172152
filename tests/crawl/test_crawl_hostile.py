"""Hubs that are broken or hostile: the run stops with a clear word, and what was landed before stays whole."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, error, page, scripted_hub

from pipelines.crawl import pages, safety
from pipelines.crawl.client import GaveUp, HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from warehouse.errors import ContractViolation, HubRefused, HubUnavailable

Client = Callable[..., HubClient]
FULL = ListingRequest("full")


def test_a_missing_hub_is_told_soon_with_a_hint_at_the_address(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: page()) as gone:
        endpoint = gone.endpoint
    with pytest.raises(HubUnavailable, match="3 tries") as caught:
        crawl_listing(client(endpoint), landing, FULL, started_at=NIGHT_1)
    assert "HF_ENDPOINT" in caught.value.hint
    assert caught.value.exit_code == 3
    assert landed(landing, "runs").is_empty()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_statuses_that_pass_are_asked_again(landing: Path, client: Client, status: int) -> None:
    with scripted_hub(lambda n, path: error(status, "later") if n < 3 else page("a/b")) as hub:
        report = crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert (report.n_rows, len(hub.asked)) == (1, 4)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 451])
def test_statuses_that_stay_are_not_asked_again(landing: Path, client: Client, status: int) -> None:
    with scripted_hub(lambda n, path: error(status, "no")) as hub, pytest.raises(HubRefused):
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert len(hub.asked) == 1


def test_a_hub_that_never_recovers_is_given_up_after_so_many_tries(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: error(500, "broken")) as hub, pytest.raises(GaveUp, match="5 tries: status 500: broken"):
        crawl_listing(client(hub.endpoint, tries=5), landing, FULL, started_at=NIGHT_1)
    assert len(hub.asked) == 5


@pytest.mark.parametrize(
    "body", [b"<!doctype html><title>soon</title>", b'[{"id": "a/b"}, {"id"', b'{"error": "odd"}', b"", b"[" * 100_000]
)
def test_what_is_no_page_is_asked_for_again_and_then_the_run_stops(landing: Path, client: Client, body: bytes) -> None:
    with scripted_hub(lambda n, path: page("a/b", link="/api/models?cursor=2") if n == 0 else Reply(body=body)) as hub:
        with pytest.raises(HubUnavailable):
            crawl_listing(client(hub.endpoint, tries=3), landing, FULL, started_at=NIGHT_1)
        assert len(hub.asked) == 4
    assert landed(landing, "listing")["model_id"].to_list() == ["a/b"]
    assert landed(landing, "runs").is_empty()


def test_a_body_shorter_than_promised_is_never_parsed(landing: Path, client: Client) -> None:
    whole = page("a/b").body
    with scripted_hub(lambda n, path: Reply(body=whole, length=len(whole) + 9) if n == 0 else page("a/c")) as hub:
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert landed(landing, "listing")["model_id"].to_list() == ["a/c"]


def test_one_malformed_record_does_not_cost_the_page(landing: Path, client: Client) -> None:
    body = b'[{"id": "a/b", "tags": 7}, 5, null, {"id": "a/c", "likes": NaN, "sha": "\\ud800"}, {"id": "\xff"}, {"id": "a/d"}'
    body += b', {"id": "a/e", "likes": ' + b"9" * 5_000 + b"}]"  # more digits than Python turns into a number
    with scripted_hub(lambda n, path: Reply(body=body)) as hub:
        report = crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert report.n_rows == 7
    assert {"a/b", "a/c", "a/d", "a/e"} <= set(landed(landing, "listing")["model_id"])


def test_a_next_link_to_another_host_stops_the_run(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: page("b/b")) as elsewhere:
        foreign = f"{elsewhere.endpoint}/api/models?cursor=2"
        with (
            scripted_hub(lambda n, path: page("a/b", link=foreign)) as hub,
            pytest.raises(ContractViolation, match="elsewhere"),
        ):
            crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
        assert elsewhere.asked == []


@pytest.mark.parametrize("link", ["/a/b/resolve/main/config.json", "//127.0.0.1:1/api/models", "ftp://127.0.0.1/api/models"])
def test_a_next_link_to_what_is_no_listing_is_not_followed(landing: Path, client: Client, link: str) -> None:
    with scripted_hub(lambda n, path: page("a/b", link=link)) as hub, pytest.raises(ContractViolation):
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert len(hub.asked) == 1


@pytest.mark.parametrize("length", [1, 2, 5])
def test_next_links_in_a_circle_stop_the_run(landing: Path, client: Client, length: int) -> None:
    def script(n: int, path: str) -> Reply:
        return page(f"a/{n}", link=f"/api/models?cursor={(n + 1) % length}&limit={n + 1}")

    with scripted_hub(script) as hub, pytest.raises(ContractViolation, match="was read before"):
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    names = landed(landing, "listing")
    assert names.is_empty() or names["model_id"].is_unique().all()


def test_empty_pages_with_a_next_link_are_followed_but_not_for_ever(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: page(link=f"/api/models?cursor={n}") if n < 5 else page("a/b")) as hub:
        assert crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1).n_rows == 1
    with (
        scripted_hub(lambda n, path: page(link=f"/api/models?cursor={n}")) as hub,
        pytest.raises(ContractViolation, match="empty"),
    ):
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert len(hub.asked) < 50


def test_a_redirected_listing_is_refused_and_nobody_else_gets_the_token(
    landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "Q" * 30)
    with scripted_hub(lambda n, path: page()) as thief:
        away = Reply(307, b"", {"Location": f"{thief.endpoint}/api/models"})
        with scripted_hub(lambda n, path: away) as hub, pytest.raises(HubRefused, match="redirects"):
            crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
        assert thief.asked == []
    assert hub.asked[0].headers["authorization"] == "Bearer hf_" + "Q" * 30


def test_a_wrong_token_stops_at_once_and_is_never_left_out(
    landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "W" * 30)
    told = {"X-Error-Message": "Invalid credentials in Authorization header"}
    with scripted_hub(lambda n, path: Reply(401, b"{}", told)) as hub, pytest.raises(HubRefused, match="HF_TOKEN") as caught:
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert caught.value.exit_code == 3
    assert [("authorization" in asked.headers) for asked in hub.asked] == [True]


def test_a_wait_of_days_ends_the_run_and_the_pages_keep_their_cursor(landing: Path, client: Client) -> None:
    later = error(429, "come back", Retry_After="999999")
    with scripted_hub(lambda n, path: page("a/b", link="/api/models?cursor=2") if n == 0 else later) as hub:
        with pytest.raises(HubUnavailable, match="999999 s") as caught:
            crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
        assert len(hub.asked) == 2
    assert caught.value.exit_code == 3
    assert landed(landing, "listing")["model_id"].to_list() == ["a/b"]


@pytest.mark.parametrize("wish", ["-5", "abc", "", "Mon, 99 Zzz 2026", "inf"])
def test_a_wish_that_makes_no_sense_is_as_none(landing: Path, client: Client, wish: str) -> None:
    with scripted_hub(lambda n, path: error(429, "later", Retry_After=wish) if n == 0 else page("a/b")) as hub:
        assert crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1).n_rows == 1


def test_an_oversized_page_ends_the_run(landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HubClient.get, "__kwdefaults__", {**HubClient.get.__kwdefaults__, "max_bytes": 1000})
    with (
        scripted_hub(lambda n, path: Reply(body=b"[" + b" " * 5000 + b"]")) as hub,
        pytest.raises(ContractViolation, match="larger"),
    ):
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)


def test_a_compressed_bomb_is_read_no_further_than_the_cap(landing: Path, client: Client) -> None:
    bomb = Reply(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    with scripted_hub(lambda n, path: bomb) as hub:
        answer = client(hub.endpoint).get(
            f"{hub.endpoint}/api/models", lambda answer: answer, bucket="api", max_bytes=3_000_000
        )
    assert answer.is_truncated
    assert len(answer.content) == 3_000_000


def test_too_many_records_in_one_page_end_the_run(landing: Path, client: Client) -> None:
    body = b"[" + b",".join([b"1"] * (pages.MAX_ITEMS + 1)) + b"]"
    with scripted_hub(lambda n, path: Reply(body=body)) as hub, pytest.raises(ContractViolation, match="records"):
        crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)


def test_a_drip_does_not_stretch_the_time_for_a_request(landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    monkeypatch.setattr(safety.time, "monotonic", lambda: float(next(ticks) * 100))
    with scripted_hub(lambda n, path: page("a/b")) as hub, pytest.raises(GaveUp, match="Overdue"):
        client(hub.endpoint, tries=2, request_seconds=1.0).get(f"{hub.endpoint}/x", lambda answer: answer, bucket="api")


def test_pages_that_time_out_are_asked_for_in_halves_and_grow_again(landing: Path, client: Client) -> None:
    def script(n: int, path: str) -> Reply:
        limit = int(path.rsplit("limit=", 1)[1])
        if n < 4 and limit > 300:
            return error(504, "too wide")
        return page(f"a/{n}", link=f"/api/models?cursor={n}") if n < 14 else page("a/z")

    with scripted_hub(script) as hub:
        report = crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    limits = [int(asked.path.rsplit("limit=", 1)[1]) for asked in hub.asked]
    assert limits[:3] == [1000, 500, 250]
    assert limits[-1] == 1000
    assert report.n_rows == 13


def test_a_hub_without_ascending_order_is_walked_the_other_way(
    landing: Path, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def script(n: int, path: str) -> Reply:
        return error(400, 'Unrecognized parameter "direction"') if "direction" in path else page("a/b")

    with scripted_hub(script) as hub:
        report = crawl_listing(client(hub.endpoint), landing, FULL, started_at=NIGHT_1)
    assert report.n_rows == 1
    assert report.refused_fields == ()
    assert "crawl.descending" in caplog.text

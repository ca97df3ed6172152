"""A listing run on a good hub: every record lands once, with where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from crawl_nights import NIGHT_1, landed

from pipelines.crawl.client import HubClient
from pipelines.crawl.fields import EXPAND
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.local_hub.query import DETAIL_ONLY
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from warehouse.landing.files import landing_files, provenance_of
from warehouse.landing.schema import RECORDS

Client = Callable[..., HubClient]


def test_a_full_walk_lands_every_record_once_in_the_order_of_creation(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        report = crawl_listing(client(hub.endpoint), landing, ListingRequest("full", page_size=60), started_at=NIGHT_1)
    rows = landed(landing, "listing")
    assert (report.n_rows, report.n_repeated, report.is_complete_listing) == (len(store), 0, True)
    assert rows.schema == pl.Schema(RECORDS)
    known = rows.filter(pl.col("model_id").is_not_null())
    expected = store.records.filter(pl.col("model_id").is_not_null())
    assert sorted(known["model_id"]) == sorted(expected["model_id"])
    assert rows["raw"].count() == store.records["raw"].count() > 0
    created = rows["created_at"].drop_nulls().str.head(19)
    assert created.filter(created.str.starts_with("20")).is_sorted()


def test_each_page_tells_its_request_headers_time_and_next_cursor(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        report = crawl_listing(client(hub.endpoint), landing, ListingRequest("full", page_size=60), started_at=NIGHT_1)
        endpoint = hub.endpoint
    pages = [provenance_of(file) for file in landing_files(landing, "listing")]
    assert [page.sequence for page in pages] == list(range(report.n_pages))
    assert {page.run_id for page in pages} == {report.run_id}
    assert {page.hub for page in pages} == {endpoint}
    asked = [parse_qs(urlsplit(page.request).query).get("cursor") for page in pages]
    named = [parse_qs(urlsplit(page.next_cursor).query).get("cursor") for page in pages]
    assert asked == [None, *named[:-1]]
    assert named[-1] is None
    assert all({"date", "ratelimit", "x-request-id"} <= page.headers.keys() for page in pages)
    assert all(NIGHT_1 <= page.observed_at < NIGHT_1 + timedelta(minutes=5) for page in pages)


def test_a_finished_run_lands_a_record_of_itself(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        report = crawl_listing(client(hub.endpoint), landing, ListingRequest("full", page_size=60), started_at=NIGHT_1)
        n_asked = len(hub.log)
    [run] = landed(landing, "runs").to_dicts()
    assert (run["run_id"], run["verb"], run["mode"], run["status"]) == (report.run_id, "crawl", "full", "full")
    assert (run["n_rows"], run["n_files"], run["n_requests"]) == (len(store), report.n_pages, n_asked)
    assert run["is_complete_listing"] is True
    assert run["started_at"] == NIGHT_1


@pytest.mark.parametrize("limit", [1, 59, 60, 61, 200])
def test_a_limit_lands_so_many_rows_and_is_not_a_complete_listing(
    store: HubStore, landing: Path, client: Client, limit: int
) -> None:
    with running_hub(store) as hub:
        report = crawl_listing(client(hub.endpoint), landing, ListingRequest("full", limit, page_size=60), started_at=NIGHT_1)
    assert len(landed(landing, "listing")) == report.n_rows == limit
    assert landed(landing, "runs")["status"].to_list() == ["partial"]
    assert report.is_complete_listing is False


def test_author_and_filters_select_and_are_no_complete_listing(store: HubStore, landing: Path, client: Client) -> None:
    author = store.records["model_id"].drop_nulls().str.split("/").list.first().mode()[0]
    request = ListingRequest("full", author=author, filters=("region:us",))
    with running_hub(store) as hub:
        report = crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1)
    mine = pl.col("model_id").str.starts_with(f"{author}/") & pl.col("tags").list.contains("region:us")
    assert report.n_rows == len(store.records.filter(mine))
    assert report.is_complete_listing is False


def test_full_with_since_goes_back_to_that_instant_and_no_further(store: HubStore, landing: Path, client: Client) -> None:
    created = store.records["created_at"].drop_nulls().sort()
    since = datetime.fromisoformat(created[-30][:19])
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full", since=since, page_size=10), started_at=NIGHT_1)
        n_asked = len(hub.log)
    listed = landed(landing, "listing")["created_at"].drop_nulls()
    wanted = store.records["created_at"].drop_nulls()
    assert set(wanted.filter(wanted.str.head(19) >= since.isoformat())) <= set(listed)
    assert listed.min()[:19] >= since.isoformat()
    assert n_asked < 8


def test_every_field_of_interest_is_asked_for(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        asked = parse_qs(urlsplit(hub.log.entries[0].target).query)
    assert asked["expand"] == list(EXPAND)
    assert (asked["sort"], asked["direction"], asked["limit"]) == (["createdAt"], ["1"], ["1000"])


def test_fields_that_the_hub_refuses_are_left_out_and_told(
    store: HubStore, landing: Path, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with running_hub(store, refused_expand=DETAIL_ONLY) as hub:
        report = crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        statuses = [entry.status for entry in hub.log.entries]
    assert set(report.refused_fields) == set(DETAIL_ONLY)
    assert statuses.count(400) == 1
    assert report.n_rows == len(store)
    assert landed(landing, "listing")["base_models"].null_count() == report.n_rows
    assert "crawl.fields_refused fields=baseModels" in caplog.text


def test_no_counted_file_is_ever_asked_for(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        assert hub.log.counted_files() == []
        assert {urlsplit(entry.target).path for entry in hub.log.entries} == {"/api/models"}


def test_the_client_says_who_it_is(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        agent = hub.log.entries[0].user_agent
    assert agent.startswith("hubtree/")
    assert agent.endswith("(tests at example.org)")


def test_a_path_in_the_endpoint_is_kept(landing: Path, client: Client) -> None:
    from crawl_scripted_hub import page, scripted_hub

    with scripted_hub(lambda n, path: page("a/b", link="/mirror/api/models?cursor=x") if n == 0 else page("a/c")) as hub:
        report = crawl_listing(client(f"{hub.endpoint}/mirror/"), landing, ListingRequest("full"), started_at=NIGHT_1)
    assert [urlsplit(asked.path).path for asked in hub.asked] == ["/mirror/api/models"] * 2
    assert report.n_rows == 2

"""A crawl that was cut off goes on where it stopped: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, error, page, scripted_hub

from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.runs import begin_run
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from pipelines.progress import SilentProgress
from warehouse.landing.files import landing_files

Client = Callable[..., HubClient]


class Interrupted(SilentProgress):
    """Ctrl-C after so many pages or cards."""

    def __init__(self, after: int) -> None:
        self.left = after

    def page(self, n_rows: int, budget_left: int | None) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def cut_off(hub: HubClient, landing: Path, request: ListingRequest, after: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        crawl_listing(hub, landing, request, started_at=NIGHT_1, progress=Interrupted(after))


@pytest.mark.parametrize("after", [1, 3, 6])
def test_an_interrupted_run_goes_on_at_its_page_under_its_old_name(
    store: HubStore, landing: Path, client: Client, after: int
) -> None:
    request = ListingRequest("full", page_size=50)
    with running_hub(store) as hub:
        cut_off(client(hub.endpoint), landing, request, after)
        assert landed(landing, "runs").is_empty()
        first = {file.run_id for file in landing_files(landing, "listing")}
        hub.log.clear()
        report = crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1 + timedelta(hours=2))
        asked = len(hub.log)
    assert report.is_resumed
    assert first == {report.run_id}
    assert (report.n_rows, report.n_repeated) == (len(store), 0)
    assert len(landed(landing, "listing")) == len(store)
    assert [file.sequence for file in landing_files(landing, "listing")] == list(range(report.n_pages))
    assert asked == report.n_pages - after
    assert report.is_complete_listing
    assert landed(landing, "runs")["started_at"].to_list() == [NIGHT_1]


def test_a_run_killed_between_its_last_page_and_its_record_only_writes_the_record(
    store: HubStore, landing: Path, client: Client
) -> None:
    request = ListingRequest("full", limit=120, page_size=50)
    with running_hub(store) as hub:
        cut_off(client(hub.endpoint), landing, request, after=3)
        hub.log.clear()
        report = crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1)
        assert len(hub.log) == 0
    assert (report.n_rows, len(landed(landing, "listing")), len(landed(landing, "runs"))) == (120, 120, 1)


def test_a_limit_counts_the_rows_landed_before_the_cut(store: HubStore, landing: Path, client: Client) -> None:
    request = ListingRequest("full", limit=130, page_size=50)
    with running_hub(store) as hub:
        cut_off(client(hub.endpoint), landing, request, after=1)
        crawl_listing(client(hub.endpoint), landing, request, started_at=NIGHT_1)
    assert len(landed(landing, "listing")) == 130


def test_another_request_another_hub_and_a_late_morning_start_anew(store: HubStore, landing: Path, client: Client) -> None:
    request = ListingRequest("full", page_size=50)
    with running_hub(store) as hub, running_hub(store) as other:
        cut_off(client(hub.endpoint), landing, request, after=2)
        assert not crawl_listing(client(other.endpoint), landing, request, started_at=NIGHT_1).is_resumed
        filtered = ListingRequest("full", author="nobody")
        assert not crawl_listing(client(hub.endpoint), landing, filtered, started_at=NIGHT_1).is_resumed
        late = NIGHT_1 + timedelta(days=1, minutes=1)
        assert not crawl_listing(client(hub.endpoint), landing, request, started_at=late).is_resumed


def test_an_old_cursor_that_the_hub_refuses_means_a_new_run(landing: Path, client: Client) -> None:
    def forgetful(n: int, path: str) -> Reply:
        cursor = parse_qs(urlsplit(path).query).get("cursor", [""])[0]
        if cursor == "old" and n > 1:
            return error(400, "Invalid cursor")
        return page("a/b", link="/api/models?cursor=old") if not cursor and n == 0 else page("a/b", "a/c")

    with scripted_hub(forgetful) as hub:
        cut_off(client(hub.endpoint), landing, ListingRequest("full"), after=1)
        hub.asked.extend(hub.asked[:1])
        report = crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
    assert (report.is_resumed, report.n_rows, report.n_pages) == (False, 2, 1)
    runs = [file.run_id for file in landing_files(landing, "listing")]
    assert len(set(runs)) == 2
    assert landed(landing, "runs")["run_id"].to_list() == [report.run_id]
    again = begin_run(landing, "crawl", "listing", hub=hub.endpoint, request=ListingRequest("full").text, started_at=NIGHT_1)
    assert not again.is_resumed


def test_two_runs_begun_in_the_same_second_have_two_names(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        reports = [crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1) for _ in range(3)]
    assert len({report.run_id for report in reports}) == 3
    assert len(landed(landing, "runs")) == 3


def test_what_a_killed_write_left_behind_is_removed(store: HubStore, landing: Path, client: Client) -> None:
    leftover = landing / "kind=listing" / "observed_date=2026-12-01" / ".crawl-x-000000-0.parquet.99999999.tmp"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"half")
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
    assert not leftover.exists()

"""Rows that move between pages, nights that arrive late, clocks that jump."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count, permutations
from pathlib import Path

import orjson
import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, scripted_hub
from landed import NIGHT, built, land_cards, land_records, land_run, record, row

from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from warehouse.paths import Layout

Client = Callable[..., HubClient]
OVERLAPPING = ((0, 1, 2, 3), (3, 4, 5), (4, 5, 6), (6,))


def overlapping_page(n: int, path: str) -> Reply:
    """A page of models of which the page before held some, because rows moved meanwhile."""
    records = [record(f"moved/m{number}", likes=n) for number in OVERLAPPING[n]]
    link = {} if n == len(OVERLAPPING) - 1 else {"Link": f'</api/models?cursor={n + 1}>; rel="next"'}
    return Reply(body=orjson.dumps(records), headers=link)


def test_rows_that_moved_between_pages_are_counted_and_built_once(patient: Client, home: Layout) -> None:
    with scripted_hub(overlapping_page) as hub:
        report = crawl_listing(patient(hub.endpoint), home.landing, ListingRequest("full"), started_at=NIGHT_1)
    assert (report.n_rows, report.n_repeated) == (11, 4)
    tables = built(home)
    assert tables["models"]["model_id"].to_list() == [f"moved/m{number}" for number in range(7)]
    assert row(tables["models"], model_id="moved/m5")["likes"] == 2, "the later page is the newer observation"
    told = row(tables["conservation"], landing_kind="listing")
    assert (told["n_landed"], told["n_kept"], told["n_superseded"], told["n_quarantined"]) == (11, 7, 4, 0)


def test_a_clock_that_jumps_does_not_reach_a_run(patient: Client, landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Daylight saving, a correction by an hour, a battery that died: the run's time is its start and what passed since."""
    jumps = count()
    monkeypatch.setattr(time, "time", lambda: 1e9 - 3600.0 * next(jumps))
    monkeypatch.setattr("pipelines.clock.now", lambda: pytest.fail("a run asks for the time"))
    with scripted_hub(overlapping_page) as hub:
        crawl_listing(patient(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
    seen = landed(landing, "listing")["observed_at"].to_list()
    assert seen == sorted(seen)
    assert NIGHT_1 <= seen[0] <= seen[-1] < NIGHT_1 + timedelta(minutes=10)


def land_night(home: Layout, night: int) -> None:
    """Land one of three nights: a model changes its licence, one comes, one goes, a card comes late."""
    at = NIGHT + timedelta(days=night)
    stays = record("stays/one", tags=[f"license:{('mit', 'apache-2.0', 'mit')[night]}"], likes=night, sha=f"{night:040x}")
    others = [record("goes/one")] if night == 0 else [record("comes/one", tags=["base_model:stays/one"])]
    land_records(home, stays, *others, at=at)
    land_cards(home, {"model_id": "stays/one", "card_sha": f"{night:040x}", "content": f"# Night {night}".encode()}, at=at)
    land_run(home, at)


def test_the_order_in_which_nights_arrive_changes_nothing(tmp_path: Path) -> None:
    orders = list(permutations(range(3)))
    found = []
    for order in (orders[0], orders[-1]):
        home = Layout(tmp_path / "-".join(map(str, order)))
        for night in order:
            land_night(home, night)
        found.append(built(home))
    for tables in found[1:]:
        assert tables.keys() == found[0].keys()
        for name, table in tables.items():
            assert table.equals(found[0][name]), name
    models = found[0]["models"]
    assert row(models, model_id="goes/one")["removed_at"] is not None
    assert row(models, model_id="comes/one")["first_seen_at"] == NIGHT + timedelta(days=1)

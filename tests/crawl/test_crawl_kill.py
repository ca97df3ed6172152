"""Kill loop: SIGKILL at a random moment after rows began to land, over and over, until the run is through."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from crawl_nights import NIGHT_1, landed

from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.local_hub.planted import PlantedHub
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from warehouse.landing.files import landing_files, verify

DRIVER = Path(__file__).with_name("crawl_driver.py")
KILLS = 16
"""Of each kind; together more than the thirty that are asked for."""


def run_and_kill(endpoint: str, landing: Path, kind: str, delay: float) -> None:
    """Start the driver, and kill it ``delay`` seconds after its first file has landed, unless it is through by then."""
    before = len(landing_files(landing, kind))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen([sys.executable, str(DRIVER), endpoint, str(landing), kind], env=environment)
    deadline = time.monotonic() + 60
    while process.poll() is None and len(landing_files(landing, kind)) == before and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(delay)
    process.kill()
    assert process.wait() in {0, -signal.SIGKILL}


def kill_until_through(
    endpoint: str, folders: Path, kind: str, prepare: Callable[[Path], None], n_wanted: int = KILLS
) -> list[Path]:
    """Run landing zones to their end, killing all the while, until there were enough kills; one that comes late is none."""
    chance = random.Random(20261201)
    n_kills = 0
    zones: list[Path] = []
    while n_kills < n_wanted:
        zone = folders / f"zone{len(zones)}"
        prepare(zone)
        n_finished = len(landing_files(zone, "runs"))
        while len(landing_files(zone, "runs")) == n_finished:
            run_and_kill(endpoint, zone, kind, chance.uniform(0, 0.08))
            n_kills += len(landing_files(zone, "runs")) == n_finished
        zones.append(zone)
    return zones


def assert_whole(landing: Path, kind: str) -> None:
    files = landing_files(landing, kind)
    assert len({file.run_id for file in files}) == 1
    assert sorted(file.sequence for file in files) == list(range(len(files)))
    for file in files:
        verify(file)
    assert not [path for path in landing.rglob("*.tmp") if path.is_file()]


@pytest.mark.slow
def test_a_listing_killed_at_any_moment_loses_and_doubles_nothing(store: HubStore, tmp_path: Path) -> None:
    columns = ["hub_object_id", "model_id"]
    expected = store.records.select(columns).sort(columns)
    with running_hub(store) as hub:
        zones = kill_until_through(hub.endpoint, tmp_path, "listing", lambda zone: None)
    for zone in zones:
        assert_whole(zone, "listing")
        assert landed(zone, "listing").select(columns).sort(columns).equals(expected)
        assert len(landed(zone, "runs")) == 1


@pytest.mark.slow
def test_cards_killed_at_any_moment_are_visited_and_landed_once(
    planted_hub: PlantedHub, store: HubStore, tmp_path: Path, client: Callable[..., HubClient]
) -> None:
    with running_hub(store) as hub:
        endpoint = hub.endpoint

        def list_models(zone: Path) -> None:
            crawl_listing(client(endpoint), zone, ListingRequest("full"), started_at=NIGHT_1)

        zones = kill_until_through(endpoint, tmp_path, "cards", list_models)
    for zone in zones:
        assert_whole(zone, "cards")
        visits, listed = landed(zone, "cards"), landed(zone, "listing").drop_nulls("model_id")
        key = pl.coalesce("hub_object_id", "model_id")
        assert visits.select(key.n_unique()).item() == len(visits) == listed.select(key.n_unique()).item()
        assert landed(zone, "runs")["verb"].sort().to_list() == ["cards", "crawl"]


@pytest.mark.slow
def test_questions_after_parents_killed_at_any_moment_are_answered_once(
    store: HubStore, tmp_path: Path, client: Callable[..., HubClient]
) -> None:
    with running_hub(store) as hub:
        endpoint = hub.endpoint

        def list_models(zone: Path) -> None:
            crawl_listing(client(endpoint), zone, ListingRequest("full"), started_at=NIGHT_1)

        zones = kill_until_through(endpoint, tmp_path, "lookups", list_models, n_wanted=6)
    for zone in zones:
        assert_whole(zone, "lookups")
        answers, found = landed(zone, "lookups"), landed(zone, "details")
        assert answers["asked_id"].n_unique() == len(answers) > 250
        assert set(answers["found_id"].drop_nulls()) == set(found["model_id"]), "what is told as found has landed"
        assert landed(zone, "runs")["verb"].sort().to_list() == ["crawl", "parents"]

"""A landing zone holds one world."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.worlds import is_on_this_machine, refuse_mixing
from warehouse.errors import UsageError
from warehouse.landing.files import Provenance, land
from warehouse.landing.records import landing_frame
from warehouse.paths import Layout

NIGHT = datetime(2026, 11, 1)


def land_page(home: Layout, hub: str, run: str = "crawl-a") -> None:
    rows = landing_frame([{"_id": "1", "id": "o/a"}], NIGHT)
    land(home.landing, "listing", rows, Provenance(run_id=run, sequence=0, observed_at=NIGHT, hub=hub))


def test_a_home_of_planted_models_refuses_the_real_hub(home: Layout) -> None:
    land_page(home, "http://127.0.0.1:8917")
    with pytest.raises(UsageError, match="another world") as caught:
        crawl_listing(HubClient("https://hub.example"), home.landing, ListingRequest("full"), started_at=NIGHT)
    assert "HUBTREE_HOME" in caught.value.hint


def test_a_home_of_real_models_refuses_a_hub_in_a_box(home: Layout) -> None:
    land_page(home, "https://hub.example")
    with pytest.raises(UsageError, match="another world"):
        refuse_mixing(home.landing, "http://localhost:1")


def test_another_port_of_this_machine_and_a_mirror_are_the_same_world(home: Layout) -> None:
    land_page(home, "http://127.0.0.1:8917")
    refuse_mixing(home.landing, "http://[::1]:9")
    assert not is_on_this_machine("https://127.example.org")


def test_imports_bind_a_home_to_no_world(home: Layout) -> None:
    land_page(home, "https://hub.example", run="import-listing-0")
    refuse_mixing(home.landing, "http://127.0.0.1:1")
    land_page(home, "https://hub.example", run="crawl-20240101T000000-full")
    with pytest.raises(UsageError):
        refuse_mixing(home.landing, "http://127.0.0.1:1")

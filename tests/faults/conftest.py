"""Homes that the fault tests begin with, and what they must look like in the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from homes import SECOND_NIGHT, settings_of

from pipelines import checks, steps
from pipelines.clock import now
from pipelines.local_hub.planted import plant
from pipelines.local_hub.serving import RunningHub, running_hub
from pipelines.local_hub.store import HubStore

N_MODELS = 600


@pytest.fixture(scope="module", autouse=True)
def quiet_surroundings() -> Iterator[None]:
    """Nobody's token, no proxy, and builds without Great Expectations: its start alone takes longer than a build."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HF_TOKEN", raising=False)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        patch.setattr(checks, "is_available", lambda: False)
        yield


@pytest.fixture(scope="session")
def planted_store() -> HubStore:
    hub = plant(N_MODELS, seed=23)
    return HubStore(hub.records, hub.cards, hub.renames)


@pytest.fixture(scope="module")
def hub(planted_store: HubStore) -> Iterator[RunningHub]:
    with running_hub(planted_store) as running:
        yield running


@pytest.fixture(scope="module")
def one_night(hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whole planted hub and its cards landed, built and published once, and a second night landed since."""
    home = tmp_path_factory.mktemp("one-night") / "home"
    land_two_nights(home, hub)
    return home


def land_two_nights(home: Path, hub: RunningHub) -> None:
    """Land, build and publish a first night, and land five models more on a second one."""
    settings = settings_of(home)
    steps.crawl(settings, mode="full", hub=hub.endpoint)
    steps.fetch_cards(settings, policy="changed", hub=hub.endpoint)
    steps.build(settings)
    news = [{"id": f"night/two-{number}", "tags": ["base_model:night/two-0"], "likes": number} for number in range(5)]
    dump = home.with_name("news.json")
    dump.write_bytes(orjson.dumps(news))
    steps.import_file(settings, dump, kind="listing", observed_at=now() + SECOND_NIGHT)


N_SMALL = 55
"""Models of the hub that is crawled and built again and again: some of every planted kind."""


@pytest.fixture(scope="session")
def every_fault(request: pytest.FixtureRequest) -> bool:
    """Whether all failures are injected, or a bounded, fixed selection."""
    return bool(request.config.getoption("--every-fault"))


@pytest.fixture(scope="session")
def small_store() -> HubStore:
    hub = plant(200, seed=23)
    return HubStore(hub.records.gather_every(hub.records.height // N_SMALL), hub.cards, hub.renames)


@pytest.fixture(scope="module")
def small_hub_running(small_store: HubStore) -> Iterator[RunningHub]:
    with running_hub(small_store) as running:
        yield running


@pytest.fixture(scope="module")
def small_night(small_hub_running: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``one_night``, of a hub so small that it can be built again and again."""
    home = tmp_path_factory.mktemp("small-night") / "home"
    land_two_nights(home, small_hub_running)
    return home

"""What the crawler's tests share: planted hubs, impatient clients, and an environment without tokens and proxies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.crawl.client import HubClient, Limits
from pipelines.crawl.retry import RetryPolicy
from pipelines.local_hub.planted import PlantedHub, plant
from pipelines.local_hub.store import HubStore


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests speak to the loopback only, and as nobody unless they say so."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture(scope="session")
def planted_hub() -> PlantedHub:
    return plant(250, seed=7)


@pytest.fixture
def store(planted_hub: PlantedHub) -> HubStore:
    """A fresh store: serving it with moving rows changes it."""
    return HubStore(planted_hub.records, planted_hub.cards, planted_hub.renames)


@pytest.fixture
def client() -> Callable[..., HubClient]:
    """Makes clients that retry at once; keywords are those of `Limits`."""

    def make(endpoint: str, *, tries: int = 8, offline: bool = False, **limits: float) -> HubClient:
        policy = RetryPolicy(tries=tries, base_seconds=0.002, cap_seconds=0.02)
        return HubClient(endpoint, offline=offline, contact="tests at example.org", limits=Limits(retries=policy, **limits))

    return make


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"

"""A served hub with one model of each kind that a crawler has to cope with."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from invented_hub import CARD, Get, record, store_of

from pipelines.local_hub.serving import RunningHub, running_hub
from pipelines.local_hub.store import HubStore


@pytest.fixture
def store() -> HubStore:
    """Twenty plain models and one of each kind that a crawler has to cope with."""
    special = [
        record(20, id="maker0/gated", gated="manual"),
        record(21, id="maker0/disabled", disabled=True),
        record(22, id="legacy-name", author=...),
        record(23, id="maker0/new-name"),
        record(24, id="maker0/taken-over"),
    ]
    renames = {
        "maker0/old-name": "maker0/middle-name",
        "maker0/middle-name": "maker0/new-name",
        "maker0/old-gated": "maker0/gated",
        "maker0/taken-over": "maker0/model-0",
        "maker0/into-nothing": "maker0/never-was",
    }
    cards = {"maker1/model-1": CARD, "maker0/new-name": CARD, "maker0/gated": CARD, "legacy-name": b"plain text"}
    return store_of([record(n) for n in range(20)] + special, cards, renames)


@pytest.fixture
def hub(store: HubStore) -> Iterator[RunningHub]:
    """The store, served without faults."""
    with running_hub(store) as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    """A plain client that follows nothing and retries nothing."""
    with httpx2.Client(timeout=20) as plain:
        yield plain


@pytest.fixture
def get(hub: RunningHub, client: httpx2.Client) -> Get:
    """Ask the hub for a path."""
    return lambda path, **headers: client.get(hub.endpoint + path, headers={k.replace("_", "-"): v for k, v in headers.items()})

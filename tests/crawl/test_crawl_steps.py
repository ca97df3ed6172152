"""What a crawl, a card run and a run of questions took, as they tell it themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, scripted_hub

from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.parents import ask_parents
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.visits import CardRequest
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from warehouse.landing.files import landing_files

Client = Callable[..., HubClient]
CARD = b"# A small model\n" * 100


def test_a_listing_tells_bytes_time_and_memory(landing: Path, client: Client, store: HubStore) -> None:
    with running_hub(store) as hub:
        asking = client(hub.endpoint)
        report = crawl_listing(asking, landing, ListingRequest("full"), started_at=NIGHT_1)
    [step] = landed(landing, "steps").to_dicts()
    assert (step["run_id"], step["run_step"], step["started_at"]) == (report.run_id, "crawl", NIGHT_1)
    assert step["n_bytes_read"] == asking.n_bytes_received > 10_000
    assert step["n_bytes_written"] == sum(file.path.stat().st_size for file in landing_files(landing, "listing"))
    assert step["finished_at"] > NIGHT_1
    assert step["peak_memory_bytes"] > 10_000_000


def test_bytes_are_those_of_bodies_unpacked(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: Reply(body=CARD)) as hub:
        fetch_cards(client(hub.endpoint), landing, [CardRequest("0" * 24, "a/b", "1" * 40)], started_at=NIGHT_1)
    assert landed(landing, "steps").select("run_step", "n_bytes_read").rows() == [("cards", len(CARD))]


def test_a_run_of_no_question_is_a_step_of_no_bytes(landing: Path, client: Client) -> None:
    ask_parents(client("http://127.0.0.1:9"), landing, [], started_at=NIGHT_1, limit=10)
    assert landed(landing, "steps").select("run_step", "n_bytes_read", "n_bytes_written").rows() == [("parents", 0, 0)]


def test_a_run_that_died_before_its_record_tells_its_steps_again_under_the_next_number(
    landing: Path, client: Client, store: HubStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crawl() -> None:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)

    with running_hub(store) as hub:
        with monkeypatch.context() as dying:
            dying.setattr("pipelines.crawl.runs.land", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                crawl()
        crawl()
    assert [file.sequence for file in landing_files(landing, "steps")] == [0, 1]
    assert landed(landing, "steps")["run_id"].n_unique() == len(landed(landing, "runs")) == 1

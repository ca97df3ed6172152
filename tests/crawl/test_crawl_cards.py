"""Card visits: one request each, told apart by what the hub says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, error, scripted_hub

from pipelines.crawl import cards
from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.visits import CardRequest
from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from pipelines.progress import SilentProgress
from warehouse.errors import HubRefused, HubUnavailable
from warehouse.landing.blobs import git_blob_id
from warehouse.landing.files import landing_files

Client = Callable[..., HubClient]
NIGHT_2 = NIGHT_1 + timedelta(days=1)
CARD = b"---\nlicense: mit\n---\n# A small model\n"


def card(content: bytes = CARD, **headers: str) -> Reply:
    return Reply(body=content, headers={"ETag": f'"{git_blob_id(content)}"', **headers})


def visit_one(endpoint: str, landing: Path, client: Client, **wanted: str) -> dict[str, object]:
    request = CardRequest(**{"hub_object_id": "0" * 24, "model_id": "a/b", "sha": "1" * 40, **wanted})
    fetch_cards(client(endpoint), landing, [request], started_at=NIGHT_1)
    [row] = landed(landing, "cards").to_dicts()
    return row


def test_a_card_is_landed_with_its_text_and_blob_id(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: card()) as hub:
        row = visit_one(hub.endpoint, landing, client)
    assert [urlsplit(asked.path).path for asked in hub.asked] == ["/a/b/resolve/main/README.md"]
    assert (row["visit_status"], row["http_status"], row["content"], row["is_truncated"]) == ("full", 200, CARD, False)
    assert row["card_sha"] == hashlib.sha1(b"blob %d\0" % len(CARD) + CARD).hexdigest()
    assert (row["n_bytes"], row["sha"]) == (len(CARD), "1" * 40)


def test_a_known_card_is_asked_for_by_its_etag_and_not_sent_again(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: Reply(304, b"", {"ETag": '"abc"'})) as hub:
        row = visit_one(hub.endpoint, landing, client, etag='"abc"')
    assert hub.asked[0].headers["if-none-match"] == '"abc"'
    assert (row["visit_status"], row["etag"], row["content"]) == ("not_modified", '"abc"', None)


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (error(404, "Entry not found", X_Error_Code="EntryNotFound"), "no_card"),
        (error(404, "Invalid rev id", X_Error_Code="RevisionNotFound"), "no_card"),
        (error(404, "Entry not found"), "no_card"),
        (error(404, "Repository not found", X_Error_Code="RepoNotFound"), "not_found"),
        (error(401, "Invalid username or password."), "not_found"),
        (error(401, "Access restricted", X_Error_Code="GatedRepo"), "gated"),
        (error(403, "Access restricted", X_Error_Code="GatedRepo"), "gated"),
        (error(403, "Access to this resource is disabled."), "not_found"),
        (error(451, "Unavailable for legal reasons"), "not_found"),
        (error(405, "challenge"), "failed"),
        (error(500, "broken"), "failed"),
        (Reply(302, b"", {"Location": "https://elsewhere.invalid/README.md"}), "failed"),
        (Reply(307, b"", {"Location": "/a/c/resolve/main/config.json"}), "failed"),
        (Reply(307, b"", {"Location": "/a/b/resolve/main/README.md"}), "failed"),
    ],
)
def test_a_refusal_is_a_visit_with_a_status_and_a_reason(landing: Path, client: Client, reply: Reply, status: str) -> None:
    with scripted_hub(lambda n, path: reply) as hub:
        row = visit_one(hub.endpoint, landing, client)
    assert row["visit_status"] == status
    assert row["error"]
    assert row["content"] is None
    assert all(asked.path.endswith("/README.md") for asked in hub.asked)


def test_a_renamed_model_is_followed_once_and_both_names_are_kept(landing: Path, client: Client) -> None:
    away = Reply(307, b"", {"Location": "/new/name/resolve/main/README.md"})
    with scripted_hub(lambda n, path: away if path.startswith("/a/b/") else card()) as hub:
        row = visit_one(hub.endpoint, landing, client)
    assert len(hub.asked) == 2
    assert (row["visit_status"], row["model_id"], row["renamed_to"], row["content"]) == ("renamed", "a/b", "new/name", CARD)


def test_a_rename_to_a_gated_model_is_gated(landing: Path, client: Client) -> None:
    away = Reply(307, b"", {"Location": "/new/name/resolve/main/README.md"})
    gated = error(401, "Access restricted", X_Error_Code="GatedRepo")
    with scripted_hub(lambda n, path: away if path.startswith("/a/b/") else gated) as hub:
        row = visit_one(hub.endpoint, landing, client)
    assert (row["visit_status"], row["renamed_to"]) == ("gated", "new/name")


def test_a_card_beyond_the_cap_is_landed_as_its_beginning(landing: Path, client: Client) -> None:
    long = card(CARD * 100)
    with scripted_hub(lambda n, path: long) as hub:
        request = CardRequest("0" * 24, "a/b", "1" * 40)
        fetch_cards(client(hub.endpoint), landing, [request], started_at=NIGHT_1, max_bytes=50)
    [row] = landed(landing, "cards").to_dicts()
    assert (row["is_truncated"], row["content"], row["n_bytes"]) == (True, (CARD * 2)[:50], len(CARD) * 100)
    assert row["card_sha"] == git_blob_id(CARD * 100)


@pytest.mark.parametrize(
    "bad", [Reply(body=CARD[:9], headers={"ETag": f'"{git_blob_id(CARD)}"'}), Reply(body=b"<html>Soon</html>")]
)
def test_a_card_that_was_cut_or_replaced_on_its_way_is_asked_for_again(landing: Path, client: Client, bad: Reply) -> None:
    with scripted_hub(lambda n, path: bad if n == 0 else card()) as hub:
        row = visit_one(hub.endpoint, landing, client)
    assert (row["content"], len(hub.asked)) == (CARD, 2)


@pytest.mark.parametrize("name", ["../x", "a/b/c", "a b", "", "a/..", "a/b?x=/config.json"])
def test_what_is_no_model_id_is_never_asked_for(landing: Path, client: Client, name: str) -> None:
    with scripted_hub(lambda n, path: card()) as hub:
        row = visit_one(hub.endpoint, landing, client, model_id=name)
    assert hub.asked == []
    assert row["visit_status"] == "failed"


def test_a_hub_that_is_gone_stops_the_run_and_what_was_fetched_stays(landing: Path, client: Client) -> None:
    wanted = [CardRequest(f"{n:024x}", f"a/{n}", "1" * 40) for n in range(60)]
    with scripted_hub(lambda n, path: card() if n < 20 else error(503, "down")) as hub:
        with pytest.raises(HubUnavailable):
            fetch_cards(client(hub.endpoint, tries=2), landing, wanted, started_at=NIGHT_1)
        assert len(hub.asked) < 70
    statuses = landed(landing, "cards")["visit_status"].value_counts().rows()
    assert dict(statuses)["full"] == 20
    assert landed(landing, "runs").is_empty()


def test_a_wrong_token_marks_no_model_as_gone(landing: Path, client: Client) -> None:
    told = Reply(401, b"{}", {"X-Error-Message": "Invalid credentials in Authorization header"})
    with scripted_hub(lambda n, path: told) as hub, pytest.raises(HubRefused, match="HF_TOKEN"):
        visit_one(hub.endpoint, landing, client)
    assert landed(landing, "cards").is_empty()


class Interrupted(SilentProgress):
    """Ctrl-C at a card."""

    def __init__(self, at: int) -> None:
        self.left = at

    def card(self, visit_status: str, budget_left: int | None) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def test_an_interrupted_card_run_does_not_ask_again_for_what_it_landed(
    store: HubStore, landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "BATCH_VISITS", 10)
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        wanted = changed_cards(landing, "all")
        with pytest.raises(KeyboardInterrupt):
            fetch_cards(client(hub.endpoint), landing, wanted, started_at=NIGHT_1, progress=Interrupted(45))
        n_landed = len(landed(landing, "cards"))
        hub.log.clear()
        report = fetch_cards(client(hub.endpoint), landing, wanted, started_at=NIGHT_1)
        n_asked = sum(entry.status != 307 for entry in hub.log.entries)
    assert (report.is_resumed, n_landed) == (True, 45)
    assert n_asked <= report.n_visits == len(wanted) - n_landed
    assert len(landed(landing, "cards")) == len(wanted)
    assert len({file.run_id for file in landing_files(landing, "cards")}) == 1


def test_visits_to_a_planted_hub_tell_gated_disabled_and_renamed_models(store: HubStore, landing: Path, client: Client) -> None:
    plan = FaultPlan(gated_share=0.1, disabled_share=0.1, renamed_share=0.1)
    with running_hub(store, faults=plan) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        wanted = changed_cards(landing, "changed")
        report = fetch_cards(client(hub.endpoint), landing, wanted, started_at=NIGHT_1)
        assert hub.log.counted_files() == []
        answered = [entry for entry in hub.log.entries if entry.bucket == "resolvers" and entry.status != 307]
        n_valid = report.n_visits - report.visits_by_status.get("failed", 0)
        assert len(answered) == n_valid
    assert {"full", "gated", "not_found", "renamed", "no_card"} <= report.visits_by_status.keys()
    assert sum(report.visits_by_status.values()) == report.n_visits == len(wanted)
    renamed = landed(landing, "cards").filter(visit_status="renamed")
    assert renamed["renamed_to"].null_count() == renamed["content"].null_count() == 0
    runs = landed(landing, "runs").filter(verb="cards")
    assert runs["n_rows"].to_list() == [len(wanted)]


def test_the_next_night_asks_for_nothing_and_all_asks_by_etag(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        first = fetch_cards(client(hub.endpoint), landing, changed_cards(landing, "changed"), started_at=NIGHT_1)
        assert changed_cards(landing, "none") == []
        lost = {row["model_id"] for row in landed(landing, "cards").filter(visit_status="failed").to_dicts()}
        assert {request.model_id for request in changed_cards(landing, "changed")} == lost
        again = fetch_cards(client(hub.endpoint), landing, changed_cards(landing, "all"), started_at=NIGHT_2)
    had_text = first.visits_by_status["full"] + first.visits_by_status.get("renamed", 0)
    assert again.visits_by_status["not_modified"] == had_text
    assert again.n_bytes == 0


def test_where_the_sha_is_unknown_the_date_of_the_last_change_decides(landing: Path, client: Client) -> None:
    listed = [("a/old", NIGHT_1 - timedelta(days=3)), ("a/new", NIGHT_2 - timedelta(hours=3)), ("a/undated", None)]
    records = [
        {"_id": f"{n:024x}", "id": name, "lastModified": at and f"{at.isoformat()}Z"} for n, (name, at) in enumerate(listed)
    ]
    import orjson

    script = lambda n, path: Reply(body=orjson.dumps(records)) if path.startswith("/api/") else card()  # noqa: E731 - short
    with scripted_hub(script) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        assert {request.model_id for request in changed_cards(landing, "changed")} == {"a/old", "a/new", "a/undated"}
        fetch_cards(client(hub.endpoint), landing, changed_cards(landing, "changed"), started_at=NIGHT_1)
        assert [request.model_id for request in changed_cards(landing, "changed")] == ["a/new"]
        assert changed_cards(landing, "changed", hub="https://another.example") == []


def test_the_order_of_visits_is_that_of_the_wish(store: HubStore, landing: Path, client: Client) -> None:
    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        wanted = changed_cards(landing, "all")
        fetch_cards(client(hub.endpoint), landing, wanted, started_at=NIGHT_1, workers=8)
    assert landed(landing, "cards").select(pl.col("model_id"))["model_id"].to_list() == [request.model_id for request in wanted]

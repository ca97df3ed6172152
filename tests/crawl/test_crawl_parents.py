"""Questions after parents that models claim and nobody has listed: one request each, every answer landed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import orjson
import polars as pl
import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, error, scripted_hub

from pipelines import steps
from pipelines.crawl import parents
from pipelines.crawl.client import GaveUp, HubClient
from pipelines.crawl.lookups import look_up
from pipelines.crawl.parents import ASKED_AGAIN_AFTER, ask_parents
from pipelines.crawl.reports import ParentReport
from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.planted import PlantedHub
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from pipelines.progress import SilentProgress
from pipelines.settings import Settings
from warehouse.errors import HubRefused, HubUnavailable, UsageError
from warehouse.landing.files import landing_files, verify
from warehouse.paths import Layout

Client = Callable[..., HubClient]
NIGHT_2 = NIGHT_1 + timedelta(days=1)


def found(model_id: str) -> Reply:
    return Reply(body=orjson.dumps({"_id": "0" * 24, "id": model_id, "tags": [], "siblings": [], "spaces": []}))


def ask(endpoint: str, landing: Path, client: Client, *claimed: str, at: object = NIGHT_1, limit: int = 100) -> ParentReport:
    return ask_parents(client(endpoint), landing, claimed, started_at=at, limit=limit)  # type: ignore[arg-type]


def answers(landing: Path) -> dict[str, str]:
    return dict(landed(landing, "lookups").select("asked_id", "lookup_status").rows())


def test_a_model_that_is_found_is_landed_with_its_record(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: found("a/b")) as hub:
        report = ask(hub.endpoint, landing, client, "A/B")
    assert [asked.path for asked in hub.asked] == ["/api/models/A/B"]
    assert (report.n_asked, report.answers_by_status) == (1, {"found": 1})
    [row] = landed(landing, "lookups").to_dicts()
    assert (row["asked_id"], row["found_id"], row["renamed_to"], row["http_status"]) == ("A/B", "a/b", None, 200)
    assert landed(landing, "details")["model_id"].to_list() == ["a/b"]
    [run] = landed(landing, "runs").to_dicts()
    assert (run["verb"], run["status"], run["n_rows"], run["is_complete_listing"]) == ("parents", "full", 1, False)


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (error(404, "Repository not found", X_Error_Code="RepoNotFound"), "not_found"),
        (error(410, "Gone"), "not_found"),
        (error(401, "Invalid username or password."), "unauthorized"),
        (error(401, "Repository not found", X_Error_Code="RepoNotFound"), "unauthorized"),
        (error(401, "Access restricted", X_Error_Code="GatedRepo"), "gated"),
        (error(403, "Access restricted", X_Error_Code="GatedRepo"), "gated"),
        (error(403, "Access to this resource is disabled."), "disabled"),
        (error(403, "Forbidden"), "forbidden"),
        (error(405, "challenge"), "failed"),
        (error(500, "broken"), "failed"),
        (Reply(body=b"<html>"), "failed"),
        (Reply(body=b'{"tags": []}'), "failed"),
        (Reply(302, b"", {"Location": "https://elsewhere.invalid/api/models/a/c"}), "failed"),
        (Reply(307, b"", {"Location": "/a/c/resolve/main/config.json"}), "failed"),
        (Reply(307, b"", {"Location": "/api/models/a/b"}), "failed"),
    ],
)
def test_a_refusal_is_an_answer_with_a_status(landing: Path, client: Client, reply: Reply, status: str) -> None:
    def script(n: int, path: str) -> Reply:
        return found("x/first") if path.endswith("x/first") else reply

    with scripted_hub(script) as hub:
        ask(hub.endpoint, landing, client, "x/first", "a/b")
    assert answers(landing) == {"x/first": "found", "a/b": status}


def test_a_record_whose_id_is_no_text_is_no_answer(landing: Path, client: Client) -> None:
    for name in (b"-1", b"7", b'["x/y"]', b"null"):
        record = b'{"id": ' + name + b', "modelId": "x/y"}'
        with (
            scripted_hub(lambda n, path, record=record: Reply(200, record)) as hub,
            pytest.raises(GaveUp, match="names no model"),
        ):
            look_up(client(hub.endpoint, tries=2), "x/y")


def test_a_redirect_is_followed_once_and_names_the_new_id(landing: Path, client: Client) -> None:
    moved = Reply(307, b"", {"Location": "/api/models/new/name"})
    with scripted_hub(lambda n, path: moved if path.endswith("old/name") else found("new/name")) as hub:
        assert look_up(client(hub.endpoint), "old/name").row["renamed_to"] == "new/name"
    with scripted_hub(lambda n, path: moved if path.endswith("old/name") else error(401, "x", X_Error_Code="GatedRepo")) as hub:
        row = look_up(client(hub.endpoint), "old/name").row
        assert (row["renamed_to"], row["lookup_status"]) == ("new/name", "gated")
    with scripted_hub(lambda n, path: found("new/name")) as hub:
        row = look_up(client(hub.endpoint), "old/name").row
        assert (row["renamed_to"], row["found_id"]) == ("new/name", "new/name")


def test_what_can_be_no_part_of_an_address_is_not_asked(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: found("a/b")) as hub:
        ask(hub.endpoint, landing, client, "../secrets", "a/b?x=1", "a/b/resolve/main/config.json")
    assert hub.asked == []
    assert set(answers(landing).values()) == {"failed"}


def test_the_embedded_hub_tells_renamed_gated_disabled_and_missing(
    planted_hub: PlantedHub, store: HubStore, landing: Path, client: Client
) -> None:
    plan = FaultPlan(gated_share=0.1, disabled_share=0.1)
    old = planted_hub.renames["old_id"].to_list()
    names = planted_hub.records["model_id"].drop_nulls().to_list()
    with running_hub(store, faults=plan) as hub:
        report = ask(hub.endpoint, landing, client, *old, *names, "gone/away", "gpt-9", limit=10_000)
        assert hub.log.counted_files() == []
        assert {entry.bucket for entry in hub.log.entries} == {"api"}
    status = answers(landing)
    assert {"found", "gated", "disabled", "unauthorized"} <= set(report.answers_by_status)
    assert (status["gone/away"], status["gpt-9"]) == ("unauthorized", "unauthorized")
    renamed = landed(landing, "lookups").filter(pl.col("asked_id").is_in(old))
    assert set(renamed.select("asked_id", "renamed_to").rows()) == set(planted_hub.renames.select("old_id", "model_id").rows())
    n_found = report.answers_by_status["found"]
    assert len(landed(landing, "details")) == n_found
    gated = {name for name in names if plan.share_of("gated", name) and not plan.share_of("disabled", name)}
    assert gated <= {name for name, told in status.items() if told == "gated"}


def test_with_a_token_a_missing_model_is_not_found(
    store: HubStore, landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "a" * 20)
    with running_hub(store, token="hf_" + "a" * 20) as hub:
        ask(hub.endpoint, landing, client, "gone/away")
    assert answers(landing) == {"gone/away": "not_found"}


def test_a_second_night_asks_nothing_again_until_a_month_has_passed(store: HubStore, landing: Path, client: Client) -> None:
    claimed = ("gone/away", "gone/too")
    with running_hub(store) as hub:
        ask(hub.endpoint, landing, client, *claimed)
        hub.log.clear()
        again = ask(hub.endpoint, landing, client, "GONE/away", "gone/too", at=NIGHT_2)
        assert (again.n_asked, again.n_claimed, list(hub.log.entries)) == (0, 2, [])
        later = ask(hub.endpoint, landing, client, *claimed, at=NIGHT_1 + ASKED_AGAIN_AFTER + timedelta(hours=1))
    assert later.n_asked == 2


def test_what_got_no_answer_is_asked_the_next_night(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: found("a/b") if path.endswith("a/b") else error(405, "challenge")) as hub:
        ask(hub.endpoint, landing, client, "a/b", "a/c")
        assert landed(landing, "runs")["status"].to_list() == ["partial"]
        assert ask(hub.endpoint, landing, client, "a/b", "a/c", at=NIGHT_2).n_asked == 1


def test_no_more_are_asked_than_the_limit_and_the_first_come_first(store: HubStore, landing: Path, client: Client) -> None:
    claimed = [f"gone/m{n}" for n in range(30)]
    with running_hub(store) as hub:
        assert ask(hub.endpoint, landing, client, *claimed, limit=7).n_asked == 7
        assert list(answers(landing)) == claimed[:7]
        assert ask(hub.endpoint, landing, client, *claimed, limit=7, at=NIGHT_2).n_asked == 7
        assert ask(hub.endpoint, landing, client, *claimed, limit=0, at=NIGHT_2).n_asked == 0
    assert list(answers(landing)) == claimed[:14]


class Interrupted(SilentProgress):
    """A kill at an answer."""

    def __init__(self, at: int) -> None:
        self.left = at

    def card(self, visit_status: str, budget_left: int | None) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def test_an_interrupted_run_goes_on_and_asks_nothing_twice(
    store: HubStore, landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parents, "BATCH_LOOKUPS", 5)
    claimed = [*store.records["model_id"].drop_nulls().to_list()[:20], *(f"gone/m{n}" for n in range(10))]
    with running_hub(store) as hub:
        with pytest.raises(KeyboardInterrupt):
            ask_parents(client(hub.endpoint), landing, claimed, started_at=NIGHT_1, limit=25, progress=Interrupted(12))
        before = list(answers(landing))
        assert len(before) == 12
        hub.log.clear()
        report = ask(hub.endpoint, landing, client, *claimed, limit=25)
        asked = [entry.target for entry in hub.log.entries]
    assert (report.is_resumed, report.n_asked) == (True, 13)
    assert not [path for path in asked if path.removeprefix("/api/models/") in before]
    assert list(answers(landing)) == claimed[:25], "the limit holds for the run, not for the process"
    assert len({file.run_id for kind in ("lookups", "details") for file in landing_files(landing, kind)}) == 1
    for kind in ("lookups", "details"):
        for file in landing_files(landing, kind):
            verify(file)


def test_faults_of_the_hub_cost_nothing_but_time(store: HubStore, landing: Path, client: Client) -> None:
    plan = FaultPlan.everything(seed=3).without("moving_rows_every")
    names = store.records["model_id"].drop_nulls().to_list()[:40]
    with running_hub(store, faults=plan) as hub:
        report = ask(hub.endpoint, landing, client, *names)
    assert sum(report.answers_by_status.values()) == 40
    assert "failed" not in report.answers_by_status


def test_a_hub_that_is_gone_ends_the_run_and_a_wrong_token_too(landing: Path, client: Client) -> None:
    told = error(401, "Invalid credentials in Authorization header")
    with scripted_hub(lambda n, path: told) as hub, pytest.raises(HubRefused, match="HF_TOKEN"):
        ask(hub.endpoint, landing, client, "a/b")
    with scripted_hub(lambda n, path: error(500, "down")) as hub, pytest.raises(HubUnavailable):
        ask_parents(client(hub.endpoint, tries=2), landing, [f"a/{n}" for n in range(30)], started_at=NIGHT_1, limit=30)
    assert len(landed(landing, "lookups")) < parents.LOST_IN_A_ROW


def test_another_world_is_refused(store: HubStore, landing: Path, client: Client) -> None:
    from pipelines.crawl.listing import crawl_listing
    from pipelines.crawl.request import ListingRequest

    with running_hub(store) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
    with pytest.raises(UsageError, match="another world"):
        ask("https://hub.example", landing, client, "a/b")


@pytest.mark.slow
def test_from_crawl_to_crawl_every_placeholder_is_asked_once_and_the_next_build_knows(
    planted_hub: PlantedHub, store: HubStore, home: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipelines.checks.is_available", lambda: False
    )  # they take most of a build's time, and are no part of it
    settings = Settings.from_environment({"HUBTREE_HOME": str(home.home)})
    with running_hub(store) as hub:
        steps.crawl(settings, mode="full", hub=hub.endpoint)
        assert steps.ask_parents(settings, hub=hub.endpoint)["n_claimed"] == 0, "nothing is published yet"
        steps.build(settings)
        asked = steps.ask_parents(settings, hub=hub.endpoint)
        steps.build(settings)
        hub.log.clear()
        again = steps.ask_parents(settings, hub=hub.endpoint)
        assert list(hub.log.entries) == []
    assert asked["n_asked"] == asked["n_claimed"] > 0
    assert (again["n_asked"], again["n_claimed"] < asked["n_claimed"]) == (0, True)
    with duckdb.connect(str(steps.database(settings)), read_only=True) as connection:
        claims = "from parent_claims where is_accepted and resolution"
        assert connection.execute(f"select count(*) {claims} = 'placeholder' and placeholder_kind is null").fetchall() == [(0,)]
        renamed = connection.execute(f"select distinct parent_ref, parent_id {claims} = 'renamed'").fetchall()
        assert renamed
        assert set(renamed) <= set(planted_hub.renames.select("old_id", "model_id").rows())

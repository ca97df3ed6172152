"""Thirty nights in a row, failures on most of them: what is told of every model, on every day, is what the hub did."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from homes import assert_same, published_tables, settings_of
from soaking import Home, Memory, Night, nights

from pipelines import steps
from pipelines.crawl.elapsed import RunClock
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

N_NIGHTS = 30
SEED = 20261121
N_DAYS = 3
"""Days asked about with ``--as-of`` in `make test`; every one in `make faults`."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Memory, list[Night], Path, int]]:
    """The oracle, the nights, a home that was told them through failures, and how often it failed."""
    home = tmp_path_factory.mktemp("soak") / "home"
    memory, seen = Memory(), list(nights(N_NIGHTS, SEED))
    with running_hub(HubStore(seen[0].records, seen[0].cards, seen[0].renames)) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunClock, "now", lambda clock: clock._started_at)  # a night is an instant: nothing waits in it
        soaked = Home(Layout(home).landing, hub, random.Random(SEED))
        for night in seen:
            soaked.tell(night)
            if not night.is_down:
                memory.list_models(night)
                if night.has_cards:
                    memory.visit_cards(night)
        calm = Home(Layout(home.with_name("calm")).landing, hub, None)
        for night in seen:
            calm.tell(night)
        yield memory, seen, home, soaked.n_failures


def test_the_nights_hold_what_a_month_brings(told: tuple[Memory, list[Night], Path, int]) -> None:
    memory, seen, _, n_failures = told
    assert n_failures > N_NIGHTS
    assert sum(night.is_down for night in seen) >= 2
    assert sum(not night.has_cards for night in seen) >= 5
    assert sum(row[-1] is not None for row in memory.models()) >= 10
    assert Counter(row[1] for row in memory.changes())["license"] >= 20
    names = [{row["model_id"] for _, row in observations} for observations in memory.seen.values()]
    assert sum(len(each) > 1 for each in names) >= 10, "renamed"
    assert any(came_back(memory, observations) for observations in memory.seen.values())


def came_back(memory: Memory, observations: list[tuple[datetime, object]]) -> bool:
    """Whether a model was missing from two complete listings in a row, and seen again."""
    instants = [at for at, _ in observations]
    return any(sum(a < at < b for at in memory.complete) >= 2 for a, b in pairwise(instants))


@pytest.mark.timeout(3000)
def test_every_model_has_its_history_on_every_day(
    told: tuple[Memory, list[Night], Path, int], every_fault: bool, record_property: Callable[[str, object], None]
) -> None:
    memory, seen, home, n_failures = told
    settings = settings_of(home)
    days = [night.at.date() for night in seen[:-1]]
    for day in days if every_fault else days[5 :: len(days) // N_DAYS][:N_DAYS]:
        steps.build(settings, as_of=day)
        assert_known(steps.database(settings, as_of=day), memory, day)
    steps.build(settings)
    assert_known(Layout(home).database, memory, None)
    record_property("nights soaked", len(seen))
    record_property("failures injected", n_failures)
    shutil.rmtree(home / "build", ignore_errors=True)
    calm = home.with_name("calm")
    steps.build(settings_of(calm))
    found, undisturbed = published_tables(Layout(home)), published_tables(Layout(calm))
    # A visit that came to nothing is a row that was landed, and counted as such.
    counted = {name: found[name] for name in ("runs", "conservation")}
    assert_same(found, {**undisturbed, **counted}, "as without failures")


def assert_known(database: Path, memory: Memory, day: date | None) -> None:
    """Compare every model, every change of a value and every version of a card with what the hub did."""
    import duckdb

    with duckdb.connect(str(database.resolve()), read_only=True) as connection:
        tables = {name: connection.sql(f"from {name}").pl() for name in ("models", "trait_changes", "cards")}
    models = tables["models"].select(
        "model_id", "license_id", "pipeline_tag", "downloads_30d", "first_seen_at", "last_seen_at", "removed_at"
    )
    changes = tables["trait_changes"].filter(pl.col("trait").is_in(["license", "task"])).select(
        "model_id", "trait", "previously_observed_at", "observed_at", "values_before", "values_after"
    )  # fmt: skip
    cards = tables["cards"].select("model_id", "card_sha", "first_seen_at")
    for frame, expected in ((models, memory.models(day)), (changes, memory.changes(day)), (cards, memory.cards(day))):
        found = sorted(frame.rows())
        assert found == expected, (day, sorted(set(map(str, found)) ^ set(map(str, expected)))[:6])

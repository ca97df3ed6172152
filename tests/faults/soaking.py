"""Thirty nights of a hub that changes, told to a home through random failures; and what the home must know, told by the hub.

`Memory` is the oracle: plain Python over the planted hubs themselves. It is told which hub answered when, not what was landed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import polars as pl
from counting import EXPECTED, Fault, broken_connection, no_space, striking

from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import HubClient, Limits
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.retry import RetryPolicy
from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.planted import next_day, plant
from pipelines.local_hub.serving import RunningHub
from pipelines.local_hub.store import HubStore
from warehouse.errors import HubtreeError

N_MODELS = 200
FULL_EVERY = 3
"""Nights from one listing of the whole hub to the next; a model is gone when two of them in a row lack it."""

OVERLAP = timedelta(hours=1)
"""By how much a listing of what changed goes further back than the last one came (docs/architecture.md)."""

NO_FAULTS = FaultPlan()
DOWN = FaultPlan(is_down=True)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Night:
    """A night: when it is, what the hub holds then, and what will be asked of it."""

    at: datetime
    records: pl.DataFrame
    cards: pl.DataFrame
    renames: pl.DataFrame
    is_full: bool
    is_down: bool
    """The hub answers nothing: no listing, no cards."""
    has_cards: bool
    """Without, the cards of what was listed come late: on the next night that has them."""


def nights(n_nights: int, seed: int) -> Iterator[Night]:
    """Yield night after night of a planted hub: models are born, renamed, deleted, licensed anew; some hide for some nights."""
    chance = random.Random(seed)
    hub = plant(N_MODELS, seed=seed, dirty_share=None)
    hidden: dict[str, int] = {}
    for number in range(n_nights):
        newest = datetime.fromisoformat(str(hub.records["last_modified"].max())).replace(tzinfo=None)
        at = newest.replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=1)
        if number:
            for key in chance.sample(hub.records["hub_object_id"].to_list(), 2):
                hidden.setdefault(key, number + chance.choice((1, 3, 5, 8)))
        hidden = {key: until for key, until in hidden.items() if until > number}
        is_shown = ~pl.col("hub_object_id").is_in(list(hidden))
        yield Night(
            at=at,
            records=hub.records.filter(is_shown),
            cards=hub.cards.filter(is_shown),
            renames=hub.renames,
            is_full=number % FULL_EVERY == 0,
            is_down=number > 0 and chance.random() < 0.1,
            has_cards=chance.random() < 0.7,
        )
        hub = next_day(hub, seed + number, changed_share=0.15)


@dataclass
class Memory:
    """What must be known of the hub, by the hub's own key of a model."""

    seen: dict[str, list[tuple[datetime, Row]]] = field(default_factory=dict)
    """Every time a listing told a model, and what it was then."""
    complete: list[datetime] = field(default_factory=list)
    versions: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    """Nights on which a card (by its text's git blob id) was met, or met again."""
    _visited: dict[str, str] = field(default_factory=dict)
    _watermark: datetime | None = None

    def list_models(self, night: Night) -> None:
        """Remember what a listing of the night tells: all models, or those modified since the last listing came to its end."""
        rows = night.records.to_dicts()
        since = None if night.is_full or self._watermark is None else self._watermark - OVERLAP
        told = [row for row in rows if since is None or _modified(row) >= since]
        for row in told:
            self.seen.setdefault(row["hub_object_id"], []).append((night.at, row))
        if since is None:
            self.complete.append(night.at)
        self._watermark = min(max(map(_modified, told)), night.at) if told else self._watermark

    def visit_cards(self, night: Night) -> None:
        """Remember the cards of models whose commit is another than when their card was visited last."""
        cards = dict(night.cards.select("hub_object_id", "card_sha").iter_rows())
        there = {row["hub_object_id"]: row for row in night.records.to_dicts()}
        for key, observations in self.seen.items():
            commit = observations[-1][1]["sha"]
            if self._visited.get(key) == commit:
                continue
            self._visited[key] = commit
            is_open = key in there and there[key]["gated"] in (None, "false") and not there[key]["is_disabled"]
            if is_open and key in cards:
                self.versions.setdefault((key, cards[key]), []).append(night.at)

    def models(self, day: date | None = None) -> list[tuple[Any, ...]]:
        """Return id, licence, task, downloads, first and last seen, and removal of every model, as known on a day."""
        known = []
        for observations in self._until(day).values():
            (first, _), (last, row) = observations[0], observations[-1]
            missed = [at for at in self.complete if at > last and (day is None or at.date() <= day)]
            removed = missed[0] if len(missed) > 1 else None
            values = (row["model_id"], _license(row), row["pipeline_tag"], row["downloads_30d"])
            known.append((*values, first, last, removed))
        return sorted(known)

    def changes(self, day: date | None = None) -> list[tuple[Any, ...]]:
        """Return id, trait, the observation before, that of the change, and the values of each, as known on a day."""
        told = []
        for observations in self._until(day).values():
            name = observations[-1][1]["model_id"]
            for (before_at, before), (at, after) in pairwise(observations):
                for trait, read in (("license", _licenses), ("task", _tasks)):
                    if read(before) != read(after):
                        told.append((name, trait, before_at, at, read(before), read(after)))
        return sorted(told)

    def cards(self, day: date | None = None) -> list[tuple[Any, ...]]:
        """Return id, text, and first night of every version of a card, as known on a day."""
        names = {key: observations[-1][1]["model_id"] for key, observations in self._until(day).items()}
        return sorted(
            (names[key], sha, at[0]) for (key, sha), at in self.versions.items() if day is None or at[0].date() <= day
        )

    def _until(self, day: date | None) -> dict[str, list[tuple[datetime, Row]]]:
        cut = {
            key: [(at, row) for at, row in observations if day is None or at.date() <= day]
            for key, observations in self.seen.items()
        }
        return {key: observations for key, observations in cut.items() if observations}


def _modified(row: Row) -> datetime:
    return datetime.fromisoformat(row["last_modified"]).replace(tzinfo=None, microsecond=0)


def _licenses(row: Row) -> list[str]:
    return sorted(tag.removeprefix("license:") for tag in row["tags"] if tag.startswith("license:"))


def _license(row: Row) -> str | None:
    declared = _licenses(row)
    return declared[0] if len(declared) == 1 else None


def _tasks(row: Row) -> list[str]:
    return [row["pipeline_tag"]] if row["pipeline_tag"] else []


class Home:
    """A landing zone that is told the nights, by a hub and on a disk that fail now and then if there is a chance."""

    def __init__(self, landing: Path, hub: RunningHub, chance: random.Random | None) -> None:
        self.n_failures = 0
        self._landing, self._hub, self._chance = landing, hub, chance

    def tell(self, night: Night) -> None:
        """Land what the night has."""
        self._hub.swap_store(HubStore(night.records, night.cards, night.renames))
        request = ListingRequest("full" if night.is_full else "incremental", page_size=40)
        if night.is_down:
            self._hub.swap_faults(DOWN)
            self._refused(lambda: crawl_listing(self._client(), self._landing, request, started_at=night.at))
            return
        self._until_through(lambda: crawl_listing(self._client(), self._landing, request, started_at=night.at))
        if night.has_cards:
            # Cards that don't come are visits that failed, and asked for again by the next run: the oracle knows of none.
            self._until_through(lambda: self._visit(night.at), may_stay_broken=False)

    def _visit(self, at: datetime) -> object:
        client = self._client()
        wanted = changed_cards(self._landing, "changed", hub=client.endpoint)
        return fetch_cards(client, self._landing, wanted, started_at=at)

    def _client(self) -> HubClient:
        limits = Limits(retries=RetryPolicy(tries=4, base_seconds=0.001, cap_seconds=0.002))
        return HubClient(self._hub.endpoint, limits=limits)

    def _refused(self, attempt: Callable[[], object]) -> None:
        try:
            attempt()
        except HubtreeError:
            self.n_failures += 1
            return
        raise AssertionError("a hub that is down was listed")

    def _until_through(self, attempt: Callable[[], object], *, may_stay_broken: bool = True) -> None:
        """Attempt it until it succeeds, as a scheduler does, each time with other failures."""
        while True:
            kind, fault = self._fault(may_stay_broken)
            try:
                with striking(kind, fault):
                    attempt()
            except (HubtreeError, *EXPECTED, httpx2.HTTPError):
                self.n_failures += 1
            else:
                return

    def _fault(self, may_stay_broken: bool) -> tuple[str, Fault]:
        """Draw how the hub and the disk fail this time; not at all without a chance."""
        if self._chance is None:
            self._hub.swap_faults(NO_FAULTS)
            return "write", Fault(0, no_space)
        every = {f"{name}_every": self._chance.randrange(9, 60) for name in SURVIVED}
        self._hub.swap_faults(FaultPlan(seed=self._chance.randrange(1_000), max_in_a_row=2, **every))
        number = self._chance.randrange(1, 12) if self._chance.random() < 0.6 else 0
        for_good = self._chance.random() < 0.5 and number > 0
        if self._chance.random() < 0.7:
            return "write", Fault(number, no_space, for_good=for_good)
        return "request", Fault(number, broken_connection, for_good=for_good and may_stay_broken)


SURVIVED: Sequence[str] = (
    "server_error", "cut_body", "truncated_json", "html_page", "limited_bare", "empty_page",
)  # fmt: skip
"""Faults of the hub that cost no real time: those with a wish to wait are the crawler's own tests'."""

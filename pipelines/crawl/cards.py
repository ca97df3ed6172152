"""The card run: README.md of many models, a few at a time, landed in batches that a killed run does not ask for again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from pipelines.crawl.client import GaveUp, HubClient
from pipelines.crawl.elapsed import RunClock
from pipelines.crawl.in_order import in_order
from pipelines.crawl.lock import crawler_lock
from pipelines.crawl.reports import CardReport
from pipelines.crawl.runs import begin_run, finish_run
from pipelines.crawl.spent import Spent
from pipelines.crawl.visits import CARD_MAX_BYTES, CardRequest, Visit, lost, visit
from pipelines.logs import log
from pipelines.progress import Progress, SilentProgress
from warehouse.files import remove_leftovers
from warehouse.landing.files import Provenance, land
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import CARDS

VERB = "cards"
"""First word of a card run's id."""

BATCH_VISITS = 200
BATCH_BYTES = 32_000_000
"""A batch is landed when it has this many visits, or this much text."""

LOST_IN_A_ROW = 10
"""So many cards that could not be had mean that the hub is gone, and that no more are asked for."""


def fetch_cards(
    hub: HubClient,
    landing: Path,
    wanted: Iterable[CardRequest],
    *,
    started_at: datetime,
    workers: int = 4,
    max_bytes: int = CARD_MAX_BYTES,
    progress: Progress | None = None,
) -> CardReport:
    """Visit cards and land one row a visit, `BATCH_VISITS` a file, and end with a record of kind ``runs``.

    A killed run on the same hub is gone on with if it began less than a day ago: what it landed is not asked for again.

    Args:
        hub: whom to ask.
        landing: the landing zone.
        wanted: the cards, from `changed_cards`.
        started_at: the run's instant, naive UTC; visits are dated by it and the time that passes.
        workers: requests under way at the same time, all within the one budget.
        max_bytes: cap of one card; a longer one is landed as its beginning.
        progress: told of cards and waits; `SilentProgress` by default.

    Raises:
        Locked: another crawler works on this landing zone.
        HubUnavailable: the hub does not answer, or wants a longer pause than a run can make. Finished visits are landed.
        HubRefused: the token is wrong.
        NoSpace: a batch could not be written.
    """
    told = progress or SilentProgress()
    with crawler_lock(landing), ThreadPoolExecutor(workers, "cards") as pool, hub.telling(told.wait):
        remove_leftovers(landing)
        try:
            run = _CardRun(hub, landing, started_at, told)
            return run.visit_all(list(wanted), pool, 2 * workers, max_bytes)
        finally:
            told.finish()


class _CardRun:
    """One card run of this process."""

    def __init__(self, hub: HubClient, landing: Path, started_at: datetime, told: Progress) -> None:
        self._hub, self._landing, self._told = hub, landing, told
        self._clock = RunClock(started_at)
        self._spent = Spent(hub, started_at)
        self._run = begin_run(landing, VERB, "cards", hub=hub.endpoint, request="cards", started_at=started_at)
        self._sequence = self._run.next_sequence
        self._batch: list[Visit] = []
        self._batch_bytes = 0
        self._statuses: Counter[str] = Counter()
        self._n_bytes = 0
        self._n_lost = 0

    def visit_all(self, wanted: list[CardRequest], pool: Executor, ahead: int, max_bytes: int) -> CardReport:
        """Visit what no earlier process of the run has visited, and end the run."""
        done = self._landed_visits()
        left = [card for card in wanted if (card.hub_object_id, card.model_id, card.sha) not in done]
        self._told.expect(len(left), "cards")
        log("cards.start", run=self._run.run_id, hub=self._hub.endpoint, resumed=self._run.is_resumed, cards=len(left))
        asked = in_order(pool, partial(visit, self._hub, max_bytes=max_bytes), left, ahead)
        try:
            with closing(asked):
                for card, outcome in asked:
                    self._take(self._row_of(card, outcome))
        finally:
            self._land_batch()
        return self._finish(len(wanted), len(done))

    def _row_of(self, card: CardRequest, outcome: Future[Visit]) -> Visit:
        """Return the row of a visit; one that was lost is a row too, unless the hub as a whole seems to be gone."""
        try:
            row = outcome.result()
        except GaveUp as error:
            self._n_lost += 1
            if self._n_lost >= LOST_IN_A_ROW or not self._hub.has_answered:
                raise
            return lost(card, str(error))
        self._n_lost = 0
        return row

    def _take(self, row: Visit) -> None:
        self._batch.append(row)
        self._batch_bytes += len(row.get("content") or b"")
        self._statuses[row["visit_status"]] += 1
        self._told.card(row["visit_status"], self._hub.left("resolvers"))
        if len(self._batch) >= BATCH_VISITS or self._batch_bytes >= BATCH_BYTES:
            self._land_batch()

    def _land_batch(self) -> None:
        if not self._batch:
            return
        observed_at = self._clock.now()
        rows = pl.DataFrame([{**row, "observed_at": observed_at} for row in self._batch], schema=CARDS)
        land(self._landing, "cards", rows, Provenance(self._run.run_id, self._sequence, observed_at, hub=self._hub.endpoint))
        self._n_bytes += self._batch_bytes
        self._sequence += 1
        self._batch, self._batch_bytes = [], 0

    def _landed_visits(self) -> set[tuple[str | None, str, str | None]]:
        """Return the cards that earlier processes of this run have visited, but for lost ones."""
        visits = scan_rows(self._run.files, "cards").filter(pl.col("visit_status") != "failed")
        return set(visits.select("hub_object_id", "model_id", "sha").collect().iter_rows())

    def _finish(self, n_wanted: int, n_done: int) -> CardReport:
        report = CardReport(
            run_id=self._run.run_id,
            is_resumed=self._run.is_resumed,
            n_wanted=n_wanted,
            n_visits=self._statuses.total(),
            visits_by_status=dict(sorted(self._statuses.items())),
            n_bytes=self._n_bytes,
            n_requests=self._spent.n_requests,
            seconds_waited=self._spent.seconds_waited,
        )
        facts = {
            "status": "partial" if self._statuses["failed"] else "full",
            "is_complete_listing": False,
            "n_requests": report.n_requests,
            "n_rows": report.n_visits + n_done,
            "n_files": self._sequence,
            "seconds_waited": report.seconds_waited,
        }
        finish_run(self._landing, self._run, facts, self._spent, finished_at=self._clock.now())
        return report

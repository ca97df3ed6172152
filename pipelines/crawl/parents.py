"""The run that asks the hub about parents that models claim and no listing holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from pipelines.crawl.client import GaveUp, HubClient
from pipelines.crawl.elapsed import RunClock
from pipelines.crawl.in_order import in_order
from pipelines.crawl.lock import crawler_lock
from pipelines.crawl.lookups import Lookup, look_up, lost
from pipelines.crawl.reports import ParentReport
from pipelines.crawl.runs import begin_run, finish_run
from pipelines.crawl.spent import Spent
from pipelines.crawl.worlds import refuse_mixing
from pipelines.logs import log
from pipelines.progress import Progress, SilentProgress
from warehouse.files import remove_leftovers
from warehouse.landing.files import LandingFile, Provenance, land, landing_files
from warehouse.landing.records import landing_frame
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import LOOKUPS

VERB = "parents"
"""First word of the id of such a run."""

ASKED_AGAIN_AFTER = timedelta(days=30)
"""An id that got an answer is left alone for so long: what is gone or closed mostly stays so."""

BATCH_LOOKUPS = 100
"""A batch is landed when it has so many answers."""

LOST_IN_A_ROW = 10
"""So many questions without an answer mean that the hub is gone, and that no more are asked."""


def ask_parents(
    hub: HubClient,
    landing: Path,
    claimed: Sequence[str],
    *,
    started_at: datetime,
    limit: int,
    workers: int = 4,
    progress: Progress | None = None,
) -> ParentReport:
    """Ask for the detail of parents that are claimed and unknown, and land every answer; end with a record of kind ``runs``.

    A model that is found is landed as kind ``details``, so that the next build knows it. A killed run on the same hub is gone
    on with if it began less than a day ago: what it landed is not asked again. Only ``/api/models/<id>`` is asked, which no
    download counts.

    Args:
        hub: whom to ask.
        landing: the landing zone.
        claimed: ids without an answer so far, the most important first; those asked within `ASKED_AGAIN_AFTER` are left out.
        started_at: the run's instant, naive UTC.
        limit: at most so many are asked.
        workers: requests under way at the same time, all within the one budget.
        progress: told of answers and waits; `SilentProgress` by default.

    Raises:
        Locked: another crawler works on this landing zone.
        UsageError: the landing zone holds models of another world (`worlds`).
        HubUnavailable: the hub does not answer, or wants a longer pause than a run can make. Answers so far are landed.
        HubRefused: the token is wrong.
        NoSpace: a batch could not be written.
    """
    told = progress or SilentProgress()
    with crawler_lock(landing), ThreadPoolExecutor(workers, "parents") as pool, hub.telling(told.wait):
        remove_leftovers(landing)
        refuse_mixing(landing, hub.endpoint)
        try:
            run = _ParentRun(hub, landing, started_at, told)
            return run.ask_all(claimed, limit, pool, 2 * workers)
        finally:
            told.finish()


class _ParentRun:
    """One such run of this process."""

    def __init__(self, hub: HubClient, landing: Path, started_at: datetime, told: Progress) -> None:
        self._hub, self._landing, self._told = hub, landing, told
        self._clock = RunClock(started_at)
        self._spent = Spent(hub, started_at)
        self._run = begin_run(landing, VERB, "lookups", hub=hub.endpoint, request=VERB, started_at=started_at)
        self._sequence = self._run.next_sequence
        self._batch: list[Lookup] = []
        self._statuses: Counter[str] = Counter()
        self._n_lost = 0

    def ask_all(self, claimed: Sequence[str], limit: int, pool: Executor, ahead: int) -> ParentReport:
        """Ask what no run has asked lately, and end the run."""
        n_before = _height(self._run.files)
        known = _asked_since(self._landing, self._clock.now() - ASKED_AGAIN_AFTER)
        left = [name for name in dict.fromkeys(claimed) if name.lower() not in known][: max(limit - n_before, 0)]
        self._told.expect(len(left), "parents")
        log("parents.start", run=self._run.run_id, hub=self._hub.endpoint, resumed=self._run.is_resumed, parents=len(left))
        asked = in_order(pool, partial(look_up, self._hub), left, ahead)
        try:
            with closing(asked):
                for name, outcome in asked:
                    self._take(self._answer(name, outcome))
        finally:
            self._land_batch()
        return self._finish(len(claimed), n_before)

    def _answer(self, name: str, outcome: Future[Lookup]) -> Lookup:
        """Return an answer; a question that was lost is a row too, unless the hub as a whole seems to be gone."""
        try:
            found = outcome.result()
        except GaveUp as error:
            self._n_lost += 1
            if self._n_lost >= LOST_IN_A_ROW or not self._hub.has_answered:
                raise
            return lost(name, str(error))
        self._n_lost = 0
        return found

    def _take(self, found: Lookup) -> None:
        self._batch.append(found)
        self._statuses[found.row["lookup_status"]] += 1
        self._told.card(found.row["lookup_status"], self._hub.left("api"))
        if len(self._batch) >= BATCH_LOOKUPS:
            self._land_batch()

    def _land_batch(self) -> None:
        """Land the models that were found, then the answers: what counts as answered has landed whole."""
        if not self._batch:
            return
        observed_at = self._clock.now()
        provenance = Provenance(self._run.run_id, self._sequence, observed_at, hub=self._hub.endpoint)
        records = [found.record for found in self._batch if found.record is not None]
        if records:
            land(self._landing, "details", landing_frame(records, observed_at), provenance)
        rows = pl.DataFrame([{**found.row, "observed_at": observed_at} for found in self._batch], schema=LOOKUPS)
        land(self._landing, "lookups", rows, provenance)
        self._sequence += 1
        self._batch = []

    def _finish(self, n_claimed: int, n_before: int) -> ParentReport:
        report = ParentReport(
            run_id=self._run.run_id,
            is_resumed=self._run.is_resumed,
            n_claimed=n_claimed,
            n_asked=self._statuses.total(),
            answers_by_status=dict(sorted(self._statuses.items())),
            n_requests=self._spent.n_requests,
            seconds_waited=self._spent.seconds_waited,
        )
        facts = {
            "status": "partial" if self._statuses["failed"] else "full",
            "is_complete_listing": False,
            "n_requests": report.n_requests,
            "n_rows": report.n_asked + n_before,
            "n_files": self._sequence,
            "seconds_waited": report.seconds_waited,
        }
        finish_run(self._landing, self._run, facts, self._spent, finished_at=self._clock.now())
        return report


def _asked_since(landing: Path, since: datetime) -> set[str]:
    """Return the ids, in lower case, that got an answer since then, from whatever hub of this world."""
    lookups = scan_rows(landing_files(landing, "lookups"), "lookups")
    answered = lookups.filter(pl.col("lookup_status") != "failed", pl.col("observed_at") > since)
    return set(answered.select(pl.col("asked_id").str.to_lowercase()).collect()["asked_id"])


def _height(files: Sequence[LandingFile]) -> int:
    return int(scan_rows(files, "lookups").select(pl.len()).collect().item())

"""The listing run: every page into the landing zone, resumed where a killed one stopped, ended by a record of the run."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.crawl.client import HubClient
from pipelines.crawl.elapsed import RunClock
from pipelines.crawl.fields import EXPAND
from pipelines.crawl.lock import crawler_lock
from pipelines.crawl.pages import Page, Refusal
from pipelines.crawl.reports import CrawlReport
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.runs import begin_run, finish_run, finished_runs, restarted
from pipelines.crawl.spent import Spent
from pipelines.crawl.walk import Walk
from pipelines.crawl.watermark import VERB, watermark_of
from pipelines.crawl.worlds import refuse_mixing
from pipelines.logs import log, redact
from pipelines.progress import Progress, SilentProgress
from warehouse.files import remove_leftovers
from warehouse.landing.files import LandingFile, Provenance, land, landing_files, provenance_of
from warehouse.landing.records import landing_frame
from warehouse.landing.rows import scan_rows


def crawl_listing(
    hub: HubClient, landing: Path, request: ListingRequest, *, started_at: datetime, progress: Progress | None = None
) -> CrawlReport:
    """List models into the landing zone, one file a page, and end with a record of kind ``runs``.

    A killed run of the same hub and request is taken up at the page it had come to, if it began less than a day ago. The
    next page is asked for while the last one is written; pages are still landed one after the other.

    Args:
        hub: whom to ask.
        landing: the landing zone.
        request: which models, and how.
        started_at: the run's instant, naive UTC; pages are dated by it and the time that passes.
        progress: told of pages and waits; `SilentProgress` by default.

    Raises:
        Locked: another crawler works on this landing zone.
        UsageError: the landing zone holds models of another world (`worlds`).
        HubUnavailable: the hub does not answer, or wants a longer pause than a run can make.
        HubRefused: the hub says no: wrong token, no such endpoint, unknown parameter.
        ContractViolation: next links lead in a circle or elsewhere, or a page is out of all proportion.
        NoSpace: a page could not be written.
    """
    told = progress or SilentProgress()
    with crawler_lock(landing), ThreadPoolExecutor(1, "next-page") as ahead, hub.telling(told.wait):
        remove_leftovers(landing)
        refuse_mixing(landing, hub.endpoint)
        try:
            return _Listing(hub, landing, request, started_at, told).run(ahead)
        finally:
            told.finish()


class _Listing:
    """One listing run of this process."""

    def __init__(self, hub: HubClient, landing: Path, request: ListingRequest, started_at: datetime, told: Progress) -> None:
        self._hub, self._landing, self._told, self._asked = hub, landing, told, request
        self._clock = RunClock(started_at)
        self._spent = Spent(hub, started_at)
        self._request = request.settled(landing, hub.endpoint, started_at)
        identity = replace(request, mode=self._request.mode).text
        self._run = begin_run(landing, VERB, "listing", hub=hub.endpoint, request=identity, started_at=started_at)

    def run(self, ahead: Executor) -> CrawlReport:
        """Land what is still to come, and the record of the run."""
        self._told.expect(self._expected_rows(), "models")
        log("crawl.start", run=self._run.run_id, hub=self._hub.endpoint, resumed=self._run.is_resumed, asked=self._request.text)
        walk = self._resumed(ahead) if self._run.is_resumed else None
        if walk is None:
            walk = Walk(self._hub, self._request, ahead)
            self._land_all(walk.pages())
        return self._finish(walk)

    def _resumed(self, ahead: Executor) -> Walk | None:
        """Go on where the killed run stopped; None if the hub does not take its cursor any more."""
        landed = [provenance_of(file) for file in self._run.files]
        links = [link for page in landed for link in (page.request, page.next_cursor) if link]
        cursor = landed[-1].next_cursor
        n_rows = _n_rows(self._run.files)
        walk = Walk(self._hub, self._request, ahead, n_rows=n_rows, links=links)
        if not cursor:
            return walk
        try:
            self._land_all(walk.pages(cursor))
        except Refusal as refusal:
            if walk.n_rows > n_rows:
                raise
            log("crawl.anew", level=logging.WARNING, run=self._run.run_id, reason=refusal.complaint)
            self._run = restarted(self._landing, self._run, self._clock.now())
            return None
        return walk

    def _land_all(self, pages: Generator[Page, None, None]) -> None:
        """Land pages in their order, each while the next one is read: the disk takes as long as the hub.

        Pages that were read before an error are landed all the same.
        """
        landing: Future[None] | None = None
        with closing(pages), ThreadPoolExecutor(1) as lane:
            for sequence, page in enumerate(pages, self._run.next_sequence):
                if landing:
                    landing.result()
                landing = lane.submit(self._land, page, sequence, self._clock.now())
        if landing:
            landing.result()

    def _land(self, page: Page, sequence: int, observed_at: datetime) -> None:
        provenance = Provenance(
            self._run.run_id,
            sequence,
            observed_at,
            hub=self._hub.endpoint,
            request=redact(page.url),
            next_cursor=page.next_url,
            headers=page.headers,
        )
        land(self._landing, "listing", landing_frame(page.records, observed_at), provenance)
        self._told.page(len(page.records), self._hub.left("api"))

    def _expected_rows(self) -> int | None:
        """Return the size of the last complete listing of the hub, for the time to the end."""
        if not self._request.is_everything:
            return self._request.limit
        complete = finished_runs(self._landing).filter(pl.col("is_complete_listing"), hub=self._hub.endpoint)
        return complete["n_rows"][-1] if len(complete) else None

    def _finish(self, walk: Walk) -> CrawlReport:
        files = [file for file in landing_files(self._landing, "listing") if file.run_id == self._run.run_id]
        report = CrawlReport(
            run_id=self._run.run_id,
            mode=self._request.mode,
            is_complete_listing=self._request.is_everything,
            is_resumed=self._run.is_resumed,
            n_rows=walk.n_rows,
            n_pages=len(files),
            n_repeated=walk.n_rows - _n_models(files),
            n_requests=self._spent.n_requests,
            seconds_waited=self._spent.seconds_waited,
            watermark=watermark_of(files),
            since=self._request.since,
            refused_fields=tuple(name for name in EXPAND if name not in walk.fields),
        )
        self._record(report)
        return report

    def _record(self, report: CrawlReport) -> None:
        """Land the run's record; status full says that the next incremental run may start from its watermark."""
        is_cut = self._asked.since is not None or (self._asked.limit is not None and report.n_rows >= self._asked.limit)
        facts = {
            "mode": report.mode,
            "status": "partial" if is_cut else "full",
            "is_complete_listing": report.is_complete_listing,
            "watermark": None if report.watermark is None else f"{report.watermark.isoformat()}Z",
            "n_requests": report.n_requests,
            "n_rows": report.n_rows,
            "n_files": report.n_pages,
            "seconds_waited": report.seconds_waited,
            "note": self._request.scope or None,
        }
        finish_run(self._landing, self._run, facts, self._spent, finished_at=self._clock.now())


def _n_rows(files: Sequence[LandingFile]) -> int:
    return _counted(files, pl.len())


def _n_models(files: Sequence[LandingFile]) -> int:
    """Count the distinct models of listing files; records without any id count one each."""
    key = pl.coalesce("hub_object_id", "model_id")
    return _counted(files, key.drop_nulls().n_unique() + key.null_count())


def _counted(files: Sequence[LandingFile], count: pl.Expr) -> int:
    return int(scan_rows(files, "listing").select(count).collect().item())

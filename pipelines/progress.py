"""What a long run tells while it goes on: bars on a terminal, a log line a page elsewhere, nothing in tests."""

from __future__ import annotations

import sys
import threading
import time
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichBars

from pipelines.logs import log

CARDS_PER_LINE = 200
"""Cards come one request each; a line for every card would drown the log."""


class Progress(Protocol):
    """Told by a crawl what has happened; must not fail and must be safe to call from several threads."""

    def expect(self, total: int | None, unit: str) -> None:
        """Say what is about to be counted, and how many there are likely to be (None if nobody knows)."""

    def page(self, n_rows: int, budget_left: int | None) -> None:
        """Count a landed page of ``n_rows`` records; ``budget_left`` is the requests left in the hub's window."""

    def card(self, visit_status: str, budget_left: int | None) -> None:
        """Count the visit of a card, or the question after a parent."""

    def wait(self, seconds: float, reason: str) -> None:
        """Announce a wait that is about to begin."""

    def finish(self) -> None:
        """Take the display down; called once, also when the run failed."""


class SilentProgress:
    """Says nothing."""

    def expect(self, total: int | None, unit: str) -> None:
        """Say nothing."""

    def page(self, n_rows: int, budget_left: int | None) -> None:
        """Say nothing."""

    def card(self, visit_status: str, budget_left: int | None) -> None:
        """Say nothing."""

    def wait(self, seconds: float, reason: str) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""


class LineProgress:
    """Writes a log line a page, a line every `CARDS_PER_LINE` cards, and a line a wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._began = time.monotonic()
        self._total: int | None = None
        self._n_pages = 0
        self._n_rows = 0
        self._statuses: dict[str, int] = {}
        self._unit = ""

    def expect(self, total: int | None, unit: str) -> None:
        """Start counting anew."""
        with self._guard:
            self._began, self._total = time.monotonic(), total
            self._n_pages = self._n_rows = 0
            self._statuses, self._unit = {}, unit
        log("crawl.begin", unit=unit, expected=total)

    def page(self, n_rows: int, budget_left: int | None) -> None:
        """Log the page with the rate so far."""
        with self._guard:
            self._n_pages += 1
            self._n_rows += n_rows
            page, total, rate = self._n_pages, self._n_rows, self._rate(self._n_rows)
        log("crawl.page", page=page, rows=n_rows, rows_so_far=total, rate=rate, budget_left=budget_left)

    def card(self, visit_status: str, budget_left: int | None) -> None:
        """Count the visit, and log the counts now and then."""
        with self._guard:
            self._statuses[visit_status] = self._statuses.get(visit_status, 0) + 1
            n_cards, counts = sum(self._statuses.values()), dict(self._statuses)
        if n_cards % CARDS_PER_LINE == 0 or n_cards == self._total:
            told, left = {self._unit: n_cards}, budget_left
            log(f"crawl.{self._unit}", **told, of=self._total, rate=self._rate(n_cards), budget_left=left, **counts)

    def wait(self, seconds: float, reason: str) -> None:
        """Log a wait of a second or more; shorter ones are pacing."""
        if seconds >= 1:
            log("crawl.wait", seconds=round(seconds, 1), reason=reason)

    def finish(self) -> None:
        """Nothing to take down."""

    def _rate(self, count: int) -> str:
        return f"{count / max(time.monotonic() - self._began, 1e-9):.1f}/s"


class BarProgress:
    """A bar with rate, budget left and time to the end, for a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
        )
        self._bars = RichBars(*columns, console=Console(file=stream or sys.stderr), transient=False)
        self._task: TaskID | None = None
        self._n_failed = 0

    def expect(self, total: int | None, unit: str) -> None:
        """Show a new bar."""
        self._bars.start()
        self._task = self._bars.add_task(unit, total=total, rate="", note="")

    def page(self, n_rows: int, budget_left: int | None) -> None:
        """Move the bar by the page's records."""
        self._advance(n_rows, budget_left)

    def card(self, visit_status: str, budget_left: int | None) -> None:
        """Move the bar by one card; failures are counted beside it."""
        if visit_status == "failed":
            self._n_failed += 1
        self._advance(1, budget_left)

    def wait(self, seconds: float, reason: str) -> None:
        """Show why the bar stands still."""
        if self._task is not None and seconds >= 1:
            self._bars.update(self._task, note=f"waiting {seconds:.0f} s: {reason}")

    def finish(self) -> None:
        """Leave the bar as it stands and give the terminal back."""
        self._bars.stop()

    def _advance(self, count: int, budget_left: int | None) -> None:
        if self._task is None:
            return
        self._bars.advance(self._task, count)
        speed = self._bars.tasks[self._task].speed
        rate = f"{speed:.0f}/s" if speed else ""
        left = "" if budget_left is None else f"budget left {budget_left}"
        failed = f"failed {self._n_failed}" if self._n_failed else ""
        note = " ".join(word for word in (left, failed) if word)
        self._bars.update(self._task, rate=rate, note=note)


def progress_for(stream: TextIO | None = None, *, quiet: bool = False) -> Progress:
    """Return the progress display that fits where the output goes (standard error unless told)."""
    stream = stream or sys.stderr
    if quiet:
        return SilentProgress()
    return BarProgress(stream) if stream.isatty() else LineProgress()

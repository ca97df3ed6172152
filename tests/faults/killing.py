"""Runs a step again and again, each time in a process that kills itself (SIGKILL) at another line of the watched code.

``killing.py ENDPOINT TEMPLATE FOLDER STEP N_POINTS``: every run gets its own copy of the home ``TEMPLATE`` in ``FOLDER``.
A first run that is left alone counts the lines; the points are spread evenly over them. Prints each run's end.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

# Imported before the forks, so that each run costs its own work alone; none of them starts a thread when imported.
from pipelines import checks, steps
from pipelines.builder import analysis, card_texts, folder, publishing, tables
from pipelines.clock import now
from pipelines.crawl import client, listing, pages, runs
from pipelines.crawl.request import ListingRequest
from pipelines.settings import Settings
from warehouse import engine, files, publisher
from warehouse.landing import files as landing_files
from warehouse.landing import folding, removal_lock, states

WATCHED: dict[str, tuple[Any, ...]] = {
    "crawl": (listing, pages, runs, landing_files, files),
    "build": (steps, folder, tables, card_texts, analysis, engine, publisher, publishing, landing_files, files),
    "publish": (publisher, publishing, folder, landing_files, files),
    "compact": (folding, states, removal_lock, landing_files, files),
}
"""Where a process may be struck: the code that writes."""

READY_BUILD = "build-ready"
"""The build that the template of step publish holds, assembled and checked."""

COMPACTED_BEFORE = date(2026, 10, 1)
"""Months that ended before that day are folded by step compact."""


def crawl(endpoint: str, landing: Path) -> None:
    """List the whole hub in small pages."""
    listing.crawl_listing(client.HubClient(endpoint), landing, ListingRequest("full", page_size=40), started_at=now())


def run(step: str, endpoint: str, home: Path) -> None:
    """Do the step once."""
    settings = Settings.from_environment({"HUBTREE_HOME": str(home), "HUBTREE_THREADS": "1"})
    checks.is_available = lambda: False
    match step:
        case "crawl":
            crawl(endpoint, settings.layout.landing)
        case "build":
            steps.build(settings)
        case "publish":
            steps.publish(settings, build_id=READY_BUILD)
        case "compact":
            steps.compact(settings, before=COMPACTED_BEFORE, remove=True)


class Countdown:
    """Counts lines of the watched code, and kills the process at the one it was told."""

    def __init__(self, step: str, fatal_line: int | None) -> None:
        self.n_lines = 0
        self._fatal_line = fatal_line
        self._watched = {module.__file__ for module in WATCHED[step]}

    def trace(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        """Follow only the watched code."""
        return self._count if frame.f_code.co_filename in self._watched else None

    def _count(self, _: FrameType, event: str, __: Any) -> Callable[..., Any]:
        if event == "line":
            self.n_lines += 1
            if self.n_lines == self._fatal_line:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._count


def forked(step: str, endpoint: str, home: Path, fatal_line: int | None) -> int:
    """Do the step in a forked process; return the lines it counted, or minus the signal that ended it."""
    told, tells = os.pipe()
    process = os.fork()
    if process == 0:
        countdown = Countdown(step, fatal_line)
        sys.settrace(countdown.trace)
        try:
            run(step, endpoint, home)
            sys.settrace(None)
            os.write(tells, str(countdown.n_lines).encode())
        finally:
            sys.settrace(None)
            os._exit(0)
    os.close(tells)
    _, status = os.waitpid(process, 0)
    with os.fdopen(told) as pipe:
        counted = pipe.read()
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else int(counted)


def main(endpoint: str, template: Path, runs_below: Path, step: str, n_points: int) -> None:
    """Count, then kill at every point."""

    def home(name: str) -> Path:
        return Path(shutil.copytree(template, runs_below / name, symlinks=True))

    n_lines = forked(step, endpoint, home("left-alone"), None)
    points = sorted({1 + number * n_lines // n_points for number in range(n_points)})
    ends = {point: forked(step, endpoint, home(f"killed-{point:06d}"), point) for point in points}
    sys.stdout.write(json.dumps({"n_lines": n_lines, "ends": ends}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]))

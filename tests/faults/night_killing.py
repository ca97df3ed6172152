"""A whole night, each task in a process that is killed (SIGKILL) at a random moment, again and again, until it comes through.

``night_killing.py ENDPOINT AT MODE FOLDER MOST_KILLS SEED``: the home ``undisturbed`` in ``FOLDER`` is told the night first,
then the home ``killed``, where each task is ended up to ``MOST_KILLS`` times at any moment of the time it took undisturbed. The
tasks are those of the nightly DAG and of the extracts; one that was killed is run again, as its retry is. Prints the kills by
task, but for those that came before a model had landed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

# Imported before the forks, so that each task costs its own work alone; none of them starts a thread when imported.
from pipelines import checks, steps
from pipelines.builder import analysis, card_texts, folder, publishing, tables  # noqa: F401
from pipelines.crawl import cards, listing  # noqa: F401
from pipelines.crawl.elapsed import RunClock
from pipelines.extract import writer  # noqa: F401
from pipelines.settings import Settings
from warehouse.landing.files import landing_files

BUILD = ("start_build", "parse_cards", "resolve_lineage", "analyse", "assemble", "check", "publish")
TASKS = ("crawl", "fetch_cards", *BUILD, "write_extracts")
LATEST = 1.1
"""Of the time a task took undisturbed: some kills come late, and strike nobody."""
TICK = 0.0005
"""Seconds between two looks at whether a process has ended."""


@dataclass(frozen=True)
class Asked:
    """The night: which hub, when, and whether all of it is listed."""

    endpoint: str
    at: datetime
    mode: str


def do(task: str, settings: Settings, night: Asked) -> None:
    """Do one task of the night; a night is an instant, so that tables do not depend on how long it took."""
    checks.is_available = lambda: False
    steps.now = lambda: night.at
    RunClock.now = lambda clock: clock._started_at  # type: ignore[method-assign]
    if task == "crawl":
        steps.crawl(settings, mode=night.mode, hub=night.endpoint)
    elif task == "fetch_cards":
        steps.fetch_cards(settings, hub=night.endpoint)
    elif task in BUILD:
        getattr(steps, task)(settings, build_id=f"build-{night.at:%Y%m%d}")
    else:
        steps.write_extracts(settings, n_largest=2)


def forked(task: str, home: Path, night: Asked, killed_after: float) -> tuple[int, float]:
    """Do the task in a process of its own, ended after so many seconds; return its status and how long it lived."""
    settings = Settings.from_environment({"HUBTREE_HOME": str(home), "HUBTREE_THREADS": "1"})
    process = os.fork()
    if process == 0:
        try:
            do(task, settings, night)
        except BaseException as error:  # told by the process' end, as what was inherited must not be cleaned up twice
            sys.stderr.write(f"{task}: {type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    began = time.monotonic()
    while (ended := os.waitpid(process, os.WNOHANG)) == (0, 0):
        if time.monotonic() - began >= killed_after:
            os.kill(process, signal.SIGKILL)
            ended = os.waitpid(process, 0)
            break
        time.sleep(TICK)
    return ended[1], time.monotonic() - began


def main(night: Asked, runs_below: Path, most_kills: int, seed: int) -> None:
    """Tell both homes the night."""
    chance, kills = random.Random(seed), Counter[str]()
    undisturbed, killed = runs_below / "undisturbed", runs_below / "killed"
    for task in TASKS:
        status, seconds = forked(task, undisturbed, night, float("inf"))
        if status:
            raise RuntimeError(f"{task} failed undisturbed")
        status = -1
        for attempt in range(most_kills + 1):
            fatal = chance.uniform(0, LATEST * seconds) if attempt < most_kills else float("inf")
            status, _ = forked(task, killed, night, fatal)
            if not status:
                break
            if not os.WIFSIGNALED(status):
                raise RuntimeError(f"{task} failed after {attempt} kills")
            kills[task] += bool(landing_files(killed / "landing", "listing"))
        if status:
            raise RuntimeError(f"{task} never came through")
    sys.stdout.write(json.dumps(kills))


if __name__ == "__main__":
    hub_address, instant, how = sys.argv[1:4]
    main(Asked(hub_address, datetime.fromisoformat(instant), how), Path(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))

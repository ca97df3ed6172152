"""Runs as the landing zone tells them: finished ones by their record, unfinished ones by files that lack one.

A run's id holds the instant it began and a hash of what it was asked, so a killed run is found again from file names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import polars as pl

from pipelines.crawl.spent import Spent
from pipelines.measuring import land_steps
from warehouse.landing.files import LandingFile, Provenance, land, landing_files, unfolded_files
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import KINDS, RUNS

RESUMABLE_FOR = timedelta(days=1)
"""How long a cursor is kept; the Hub does not say how long it honours one."""

_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Run:
    """A run that goes on: its identity, and the files it has landed so far, in order."""

    run_id: str
    verb: str
    kind: str
    """Landing kind of its files."""
    hub: str
    request: str
    """What was asked, as text: equal for the run that resumes and the run that was killed."""
    started_at: datetime
    files: tuple[LandingFile, ...] = ()

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier process began it."""
        return bool(self.files)

    @property
    def next_sequence(self) -> int:
        """The number of the next file to land."""
        return self.files[-1].sequence + 1 if self.files else 0


def begin_run(landing: Path, verb: str, kind: str, *, hub: str, request: str, started_at: datetime) -> Run:
    """Return the youngest unfinished run of the same request, or else a new one.

    Args:
        landing: the landing zone.
        verb: what the run does, the first word of its id.
        kind: the landing kind of its files.
        hub: address of the hub; a run is never resumed on another one.
        request: what is asked, as canonical text.
        started_at: the present process' instant; runs begun more than `RESUMABLE_FOR` before it are left alone.
    """
    fingerprint = _fingerprint(hub, request)
    unfinished = _unfinished(landing, verb, kind, fingerprint, started_at)
    if unfinished:
        run_id = max(unfinished)
        files = tuple(sorted(unfinished[run_id], key=lambda file: file.sequence))
        return Run(run_id, verb, kind, hub, request, _began(run_id), files)
    return _fresh(landing, Run("", verb, kind, hub, request, started_at))


def restarted(landing: Path, run: Run, started_at: datetime) -> Run:
    """Return a new run that asks the same as ``run``, which can't go on."""
    return _fresh(landing, replace(run, started_at=started_at, files=()))


def _fresh(landing: Path, run: Run) -> Run:
    """Give a run without files an id that no run of the landing zone has: ids are told apart by the second alone."""
    taken = {file.run_id for kind in ("runs", run.kind) for file in landing_files(landing, kind)}
    fingerprint = _fingerprint(run.hub, run.request)
    ids = (f"{run.verb}-{run.started_at + timedelta(seconds=n):{_STAMP}}-{fingerprint}" for n in count())
    return replace(run, run_id=next(run_id for run_id in ids if run_id not in taken))


def finish_run(landing: Path, run: Run, facts: Mapping[str, object], spent: Spent, *, finished_at: datetime) -> Path:
    """Land what a run took, and the record that ends it; ``facts`` fill the columns of `RUNS` that the run does not know."""
    step = spent.as_step(run.run_id, run.verb, n_bytes_written=_n_bytes(landing, run.run_id), finished_at=finished_at)
    land_steps(landing, [step], observed_at=finished_at, hub=run.hub)
    known = {"run_id": run.run_id, "verb": run.verb, "hub": run.hub, "started_at": run.started_at}
    row = {**dict.fromkeys(RUNS), **known, **facts, "finished_at": finished_at, "observed_at": finished_at}
    provenance = Provenance(run.run_id, 0, finished_at, hub=run.hub, request=run.request)
    return land(landing, "runs", pl.DataFrame([row], schema=RUNS), provenance)


def _n_bytes(landing: Path, run_id: str) -> int:
    """Return the size of all files that a run has landed so far."""
    files = (file for kind in KINDS for file in unfolded_files(landing, kind) if file.run_id == run_id)
    return sum(file.path.stat().st_size for file in files)


def finished_runs(landing: Path) -> pl.DataFrame:
    """Return all run records in the order they finished, with the schema `RUNS`."""
    return scan_rows(landing_files(landing, "runs"), "runs").collect().sort("finished_at", "run_id")


def _unfinished(landing: Path, verb: str, kind: str, fingerprint: str, now: datetime) -> dict[str, list[LandingFile]]:
    """Return the files of runs that may go on, by run; what a later run has finished since need not."""
    finished = max((file.run_id for file in _files_of(landing, "runs", verb, fingerprint)), default="")
    found: dict[str, list[LandingFile]] = {}
    for file in _files_of(landing, kind, verb, fingerprint):
        if file.run_id > finished and abs(now - _began(file.run_id)) <= RESUMABLE_FOR:
            found.setdefault(file.run_id, []).append(file)
    return found


def _files_of(landing: Path, kind: str, verb: str, fingerprint: str) -> Iterator[LandingFile]:
    for file in landing_files(landing, kind):
        if file.run_id.startswith(f"{verb}-") and file.run_id.endswith(f"-{fingerprint}"):
            yield file


def _began(run_id: str) -> datetime:
    return datetime.strptime(run_id.split("-")[1], _STAMP)  # noqa: DTZ007 - instants are naive UTC here


def _fingerprint(hub: str, request: str) -> str:
    return hashlib.sha256(f"{hub}\n{request}".encode()).hexdigest()[:8]

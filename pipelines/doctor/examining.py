"""The findings of ``hubtree doctor``: each says what was looked at, what was found, and what to do about it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, Literal

from pipelines.extract.verifying import verify_extracts
from pipelines.living import start_time
from pipelines.query.status import read_status
from pipelines.settings import Settings
from warehouse import publisher
from warehouse.errors import CorruptFile, HubtreeError
from warehouse.files import sha256_of
from warehouse.landing.files import landing_files, one_a_path, verify
from warehouse.landing.schema import KINDS

State = Literal["ok", "note", "fault"]

EXTRAS: Final = {
    "apache-airflow": "the DAGs",
    "great-expectations": "the checks of a build",
    "vl-convert-python": "the pictures of the dashboard",
}
"""Packages that not every installation has, and what needs them."""

_ROOM: Final = 5 * 1024**3
"""Bytes: a build of two million models with its published file and extracts."""

_FRESH: Final = timedelta(hours=36)
"""A nightly job that was last heard of longer ago has missed a night."""


@dataclass(frozen=True)
class Finding:
    """What was looked at; ``hint`` is empty where nothing is to be done."""

    subject: str
    state: State
    found: str
    hint: str = ""


def examine(settings: Settings, *, now: datetime, deep: bool = False) -> list[Finding]:
    """Look at everything and raise nothing: a fault is a finding.

    Args:
        settings: whose home and surroundings.
        now: naive UTC.
        deep: also read every extract and every landing file, and compare their bytes with their checksums.
    """
    parts = [_environment(), _hub(settings), _home(settings), _published(settings, now), _airflow(settings)]
    found = [finding for part in parts for finding in part]
    return [*found, *_extracts(settings), *_landing(settings)] if deep else found


def _environment() -> Iterator[Finding]:
    yield Finding("Python", "ok", ".".join(map(str, sys.version_info[:3])))
    for package, use in EXTRAS.items():
        try:
            yield Finding(package, "ok", version(package))
        except PackageNotFoundError:
            yield Finding(package, "note", f"not installed; {use} need it", "pip install 'hubtree[airflow,checks,plots]'")


def _hub(settings: Settings) -> Iterator[Finding]:
    yield Finding("hub", "ok", settings.endpoint)
    if settings.offline:
        yield Finding("HF_HUB_OFFLINE", "note", "set: no request leaves the machine", "unset it before a crawl")
    place = os.environ.get("HF_TOKEN_PATH") or Path(os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface")) / "token"
    if os.environ.get("HF_TOKEN") or Path(place).is_file():
        yield Finding("token", "ok", "there is one (not shown, not tried)")
    else:
        yield Finding("token", "note", "none: the hub gives a smaller budget", "set HF_TOKEN")


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.layout.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        yield Finding("home", "fault", f"{home} can't be written", "set HUBTREE_HOME to a folder of your own")
        return
    yield Finding("home", "ok", str(home))
    free = shutil.disk_usage(existing).free
    short = free < _ROOM
    hint = "free some space: a build of the whole Hub takes about 5 GB" if short else ""
    yield Finding("room on disk", "note" if short else "ok", f"{free / 1e9:,.1f} GB free", hint)
    left = sorted(path.name for path in settings.layout.build.glob("*") if path.is_dir())
    if left:
        hint = "a build may be running; otherwise the next one removes what is older than two days"
        yield Finding("unfinished builds", "note", ", ".join(left[:3]) + (" …" if len(left) > 3 else ""), hint)


def _published(settings: Settings, now: datetime) -> Iterator[Finding]:
    file = publisher.published_file(settings.layout)
    if file is None:
        yield Finding("published file", "note", "nothing is published yet", "run hubtree build (or make run)")
        return
    yield _as_it_was_published(settings, file)
    try:
        status = read_status(file)
    except HubtreeError as error:
        yield Finding("published file", "fault", str(error), error.hint)
        return
    overview = status["overview"][0]
    if overview["n_warnings"]:
        yield Finding("checks", "note", f"{overview['n_warnings']} warnings", "hubtree sql --cookbook failed_checks")
    seen = overview["newest_observation_at"]
    if seen is not None:
        late = now - seen > _FRESH
        hint = "see whether the nightly job runs; a dump of an older day is never fresh" if late else ""
        yield Finding("newest observation", "note" if late else "ok", f"{seen:%Y-%m-%d %H:%M} UTC", hint)
    for run in status["last_runs"]:
        bad = run["status"] == "failed"
        found = f"{run['status']} at {run['finished_at']:%Y-%m-%d %H:%M} UTC" + (f": {run['note']}" if run["note"] else "")
        yield Finding(
            f"last {run['verb']}", "fault" if bad else "ok", found, "docs/operations.md says what to do" if bad else ""
        )


def _as_it_was_published(settings: Settings, file: Path) -> Finding:
    """Compare the file's bytes with the checksum that publishing wrote beside it."""
    told = _json(settings.layout.published / "manifest.json")
    if told is None:
        return Finding(
            "published file", "note", f"{file.name}, without a readable manifest.json", "the next publishing writes one"
        )
    if file.name != told.get("file"):
        return Finding("published file", "note", f"{file.name} is not the one that manifest.json tells of", "publish again")
    if sha256_of(file) != told.get("sha256"):
        return Finding("published file", "fault", f"{file.name} has changed since it was published", "run hubtree build again")
    return Finding("published file", "ok", f"{file.name}, {file.stat().st_size / 1e6:,.0f} MB, as it was published")


def _airflow(settings: Settings) -> Iterator[Finding]:
    home = settings.layout.airflow
    if not home.is_dir():
        yield Finding("Airflow", "note", "not set up in this home", "make up starts it; without it, cron can call hubtree")
        return
    services = _json(home / "services.json")
    if not services:
        yield Finding("Airflow", "ok", "set up, not started by make up")
        return
    dead = [part["name"] for part in services.get("parts", []) if start_time(part["pid"]) != part["started"]]
    if dead:
        hint = f"make up starts it anew; {home / 'services'} holds the logs"
        yield Finding("Airflow", "fault", f"make up started it, and {', '.join(dead)} ended since", hint)
    else:
        yield Finding("Airflow", "ok", f"started by make up, at port {services.get('port')}")


def _json(path: Path) -> dict[str, Any] | None:
    """Return the object that a file holds, None where it is absent or holds something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _extracts(settings: Settings) -> Iterator[Finding]:
    try:
        n_files = verify_extracts(settings.layout.extracts)
    except CorruptFile as error:
        yield Finding("extracts", "fault", str(error), error.hint)
    else:
        found = f"{n_files:,} files, as they were written" if n_files else "none are written"
        yield Finding("extracts", "ok" if n_files else "note", found, "" if n_files else "run hubtree extract")


def _landing(settings: Settings) -> Iterator[Finding]:
    n_files = n_bytes = 0
    for kind in KINDS:
        for file in one_a_path(landing_files(settings.layout.landing, kind)):
            n_files, n_bytes = n_files + 1, n_bytes + file.path.stat().st_size
            try:
                verify(file)
            except CorruptFile as error:
                yield Finding("landing file", "fault", str(error), error.hint)
    yield Finding("landing zone", "ok", f"{n_files:,} files, {n_bytes / 1e6:,.0f} MB read")

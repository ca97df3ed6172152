"""The end of a build: its own run record, the checks' verdict, and the swap."""

from __future__ import annotations

import fcntl
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import polars as pl

from pipelines.builder.folder import TOLD, BuildFolder
from pipelines.builder.measured import steps_of
from pipelines.logs import log
from pipelines.measuring import Step, land_steps
from warehouse import publisher
from warehouse.contract import CONTRACT_VERSION, TABLES
from warehouse.errors import ContractViolation, CorruptFile, Locked, NotFound
from warehouse.files import sha256_of, write_whole
from warehouse.landing.files import Provenance, land, landing_files
from warehouse.landing.schema import RUNS, STEPS, TOLD_BY_RUNS
from warehouse.paths import Layout

CHECK_RESULTS = "check_results"


def save_check_results(folder: BuildFolder, results: pl.DataFrame) -> None:
    """Keep the checks' outcome in the build's folder until it is published."""
    write_whole(folder.table("checks", CHECK_RESULTS), results.write_parquet, durable=False)


def publish(layout: Layout, folder: BuildFolder, *, finished_at: datetime, allow_older: bool = False) -> Path:
    """Write the check results and the build's own run into its file, and swap it in.

    A build of an earlier day (``as_of``) is published beside the newest one, under a name with its date.

    Raises:
        NotFound: the build was not checked.
        ContractViolation: the published file was made from newer landing files, and ``allow_older`` is false.
        Locked: another process is publishing.
    """
    results = folder.table("checks", CHECK_RESULTS)
    if not results.is_file():
        raise NotFound(f"build {folder.build_id} has not been checked", hint="run the check step first")
    with _publishing(layout):
        if folder.as_of is None and not allow_older:
            _refuse_to_go_back(layout, folder)
        if folder.database.is_file():  # else an attempt that was stopped has moved it already
            publisher.append(folder.database, CHECK_RESULTS, pl.read_parquet(results))
            run = run_record(folder, "full", finished_at).select(TABLES["runs"].column_names)
            publisher.append(folder.database, "runs", run)
            publisher.append(folder.database, "run_steps", _frame(steps_of(folder)))
        file = _swap(layout, folder)
    land_run(layout, folder, "full", finished_at)
    folder.remove()
    return file


def published_before(layout: Layout, build_id: str) -> Path | None:
    """Return the published file if it is this build's and its folder is gone: an attempt that was stopped came to its end."""
    manifest = layout.published / "manifest.json"
    if (layout.build_dir(build_id) / TOLD).is_file() or not manifest.is_file():
        return None
    told = json.loads(manifest.read_text(encoding="utf-8"))
    file = publisher.published_file(layout)
    return file if file and told["build_id"] == build_id and told["file"] == file.name else None


def land_run(layout: Layout, folder: BuildFolder, status: str, finished_at: datetime, note: str = "") -> None:
    """Land what the build's steps took, and its run record, so that later builds know of it, failed ones too."""
    land_steps(layout.landing, steps_of(folder), observed_at=finished_at)
    _land_record(layout, run_record(folder, status, finished_at, note), folder.build_id, finished_at)


def land_missing_runs(layout: Layout) -> int:
    """Land the record of a build that was published and stopped before it could; return how many were missing.

    The published file holds its own run, and all others came out of the landing zone. The record has the same bytes whoever
    lands it, so two processes land it once.
    """
    file = publisher.published_file(layout)
    if file is None:
        return 0
    landed = {found.run_id for found in landing_files(layout.landing, "runs")}
    try:
        runs = publisher.rows_of(file, "runs").filter(verb="build").to_dicts()
        took = publisher.rows_of(file, "run_steps").partition_by("run_id", as_dict=True)
    except CorruptFile as error:  # the build that is about to begin puts another one in its place
        log("published_file_unreadable", level=logging.WARNING, file=file.name, reason=str(error))
        return 0
    missing = [row for row in runs if row["run_id"] not in landed]
    for row in missing:
        land_steps(layout.landing, _steps_in(took.get((row["run_id"],))), observed_at=row["finished_at"])
        record = pl.DataFrame([{**row, "observed_at": row["finished_at"]}], schema=RUNS)
        _land_record(layout, record, row["run_id"], row["finished_at"])
    return len(missing)


def _steps_in(rows: pl.DataFrame | None) -> list[Step]:
    return [] if rows is None else [Step(**row) for row in rows.sort("started_at", "run_step").to_dicts()]


def _frame(steps: Sequence[Step]) -> pl.DataFrame:
    """Return steps as rows of the published table."""
    return pl.DataFrame([asdict(step) for step in steps], schema=dict(STEPS)).select(TABLES["run_steps"].column_names)


def _land_record(layout: Layout, record: pl.DataFrame, run_id: str, finished_at: datetime) -> None:
    land(layout.landing, "runs", record, Provenance(run_id=run_id, sequence=0, observed_at=finished_at, request="build"))


def run_record(folder: BuildFolder, status: str, finished_at: datetime, note: str = "") -> pl.DataFrame:
    """Return the build as one row of landing kind ``runs``."""
    models = folder.table("main", "models")
    row = {
        "run_id": folder.build_id,
        "verb": "build",
        "mode": f"as_of {folder.as_of}" if folder.as_of else "newest",
        "status": status,
        "is_complete_listing": False,
        "started_at": folder.started_at,
        "finished_at": finished_at,
        "n_requests": 0,
        "n_rows": pl.scan_parquet(models).select(pl.len()).collect().item() if models.is_file() else 0,
        "n_files": sum(len(files) for files in folder.files.values()),
        "seconds_waited": 0.0,
        "note": note or None,
        "observed_at": finished_at,
    }
    return pl.DataFrame([row], schema=RUNS)


def _swap(layout: Layout, folder: BuildFolder) -> Path:
    if folder.as_of is not None:
        return publisher.place(layout, folder.database, layout.database_of(folder.as_of).stem)
    file = publisher.publish(layout, folder.database, f"hub-build-{folder.build_id.removeprefix('build-')}")
    manifest = {
        "build_id": folder.build_id,
        "file": file.name,
        "contract_version": CONTRACT_VERSION,
        "newest_landing_file": _newest(folder),
        "sha256": sha256_of(file),
        "n_rows": _heights(folder),
    }
    content = json.dumps(manifest, indent=2)
    write_whole(layout.published / "manifest.json", lambda path: path.write_text(content, encoding="utf-8"))
    return file


def _heights(folder: BuildFolder) -> dict[str, int]:
    """Return the rows of each table of the build's file; its own run is in `runs` and `run_steps` as well."""
    files = {name: folder.table("checks" if name == CHECK_RESULTS else "main", name) for name in TABLES}
    heights = {name: pl.scan_parquet(path).select(pl.len()).collect().item() for name, path in files.items()}
    return {**heights, "runs": heights["runs"] + 1, "run_steps": heights["run_steps"] + len(steps_of(folder))}


def _newest(folder: BuildFolder) -> list[str]:
    """Return date and name of the newest landing file read; what runs tell does not count, as builds tell too."""
    read = [
        (file.observed_date, file.name) for kind, files in folder.files.items() if kind not in TOLD_BY_RUNS for file in files
    ]
    return list(max(read))


def _refuse_to_go_back(layout: Layout, folder: BuildFolder) -> None:
    manifest = layout.published / "manifest.json"
    if not manifest.is_file():
        return
    published = json.loads(manifest.read_text(encoding="utf-8"))["newest_landing_file"]
    if published[0] > _newest(folder)[0]:
        raise ContractViolation(
            f"the published file knows landing files of {published[0]}, this build only up to {_newest(folder)[0]}",
            hint="build again from the whole landing zone, or allow an older one on purpose with --allow-older",
        )


@contextmanager
def _publishing(layout: Layout) -> Iterator[None]:
    """Hold the publishing lock; the operating system lets go of it when a process dies."""
    layout.published.mkdir(parents=True, exist_ok=True)
    with (layout.published / ".lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked("another process is publishing", hint="wait for it, then publish again") from error
        yield

"""`hubtree import`: one run that lands a file or folder, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.bulk.observations import tables as observation_tables
from pipelines.bulk.observations.form import Form
from pipelines.bulk.observations.verdict import tell_verdict
from pipelines.bulk.sources import Kind, files_below, read
from pipelines.bulk.tally import Tally
from pipelines.clock import now
from pipelines.logs import log
from pipelines.measuring import Meter, Step, land_steps
from pipelines.settings import DEFAULT_ENDPOINT
from warehouse.errors import UsageError
from warehouse.files import sha256_of
from warehouse.landing.files import Provenance, land, landing_files, unfolded_files
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import RUNS

_WIRE_INSTANT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"


@dataclass(frozen=True)
class ImportReport:
    """What one import landed."""

    run_id: str
    kind: Kind
    n_rows: int
    n_files: int
    observed_from: datetime | None = None
    observed_to: datetime | None = None
    is_already_landed: bool = False
    """The same file was landed with the same date before; nothing was written."""
    unknown_fields: tuple[str, ...] = ()
    """Fields the landing schema has no column for; their values are in ``extra``."""
    skipped: tuple[tuple[str, int], ...] = ()
    """(reason, rows) that say nothing, such as a collector's mark for "not collected"."""
    n_unreadable: int = 0
    """Lines that are not JSON; for listings and details they are landed in ``raw``."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Run:
    """One import: what is landed, where, and under which name."""

    source: Path
    kind: Kind
    landing: Path
    observed_at: datetime | None
    is_complete: bool
    started_at: datetime
    hub: str
    run_id: str
    form: Form | None = None


@dataclass
class _Landed:
    """Running totals over the files of one run."""

    n_rows: int = 0
    n_files: int = 0
    instants: set[datetime] = field(default_factory=set)
    """The first and last instants of observation of every file."""
    watermark: str = ""

    def add(self, rows: pl.DataFrame) -> None:
        self.n_rows += rows.height
        self.n_files += 1
        self.instants |= set(rows.select(first=pl.col("observed_at").min(), last=pl.col("observed_at").max()).row(0))
        self.watermark = max(self.watermark, _newest_change(rows))


def import_file(
    path: Path,
    kind: Kind,
    landing: Path,
    *,
    observed_at: datetime | None,
    is_complete: bool = False,
    started_at: datetime,
    hub: str = DEFAULT_ENDPOINT,
    form: Form | None = None,
) -> ImportReport:
    """Land a bulk file, or a folder of them, as one run.

    The run's name comes from the kind, the date and the bytes, so importing the same file twice changes nothing, and an
    import that was killed is completed by the next one. An import that fails takes back what it landed.

    Args:
        path: a Parquet, JSON or JSON Lines file (the latter two also gzipped), or a folder of such files; losses also CSV.
        kind: what the rows are: listing, details, cards, daily or losses.
        landing: the landing zone.
        observed_at: when the hub looked like that; where omitted, the rows have to carry their own dates.
        is_complete: every model of the hub is listed, so that one missing here counts as missing.
        started_at: the run's instant.
        hub: the endpoint whose data it is.
        form: how a file of losses is read; they are dated ``started_at`` where no date is given.

    Raises:
        UsageError: no such file, no usable file in the folder, columns of another kind, no date, or a hub without address.
        CorruptFile: the file is not what its name promises.
        NoSpace: the landing zone can't be written.
    """
    files = _files(path, form)
    if not hub.startswith(("http://", "https://")):
        raise UsageError(f"{hub} is no address of a hub", hint="for example https://huggingface.co")
    run_id = _run_id(path, files, kind, observed_at, form, hub=hub)
    if (report := _earlier(landing, run_id, kind, is_complete=is_complete)) is not None:
        return report
    day = observed_at or (started_at if form else None)
    run = _Run(path, kind, landing, day, is_complete, started_at, hub, run_id, form)
    tally, meter = Tally(), Meter()
    try:
        landed = _land_all(run, form.tables(path, files, tally) if form else read(files, kind, tally))
        tell_verdict(landing, kind, run_id, tally)
    except Exception:
        _take_back(landing, kind, run_id)
        raise
    _land_run(run, landed, _step(run, files, meter))
    log("imported", file=path.name, kind=kind, rows=landed.n_rows, files=landed.n_files, run=run_id)
    return _report(run, landed, tally)


def _files(path: Path, form: Form | None) -> list[Path]:
    if form is None:
        return files_below(path)
    return [file for file in files_below(path, observation_tables.SUFFIXES) if form.wants(file)]


def _run_id(path: Path, files: list[Path], kind: Kind, observed_at: datetime | None, form: Form | None, *, hub: str) -> str:
    digest = hashlib.sha256(f"{kind} {observed_at.isoformat() if observed_at else ''}".encode())
    if hub != DEFAULT_ENDPOINT:
        digest.update(hub.encode())
    digest.update(f"{form.identity if form else ''}".encode())
    for file in files:
        digest.update(f"\n{file.relative_to(path) if file != path else ''} {sha256_of(file)}".encode())
    return f"import-{kind}-{digest.hexdigest()[:16]}"


def _earlier(landing: Path, run_id: str, kind: Kind, *, is_complete: bool) -> ImportReport | None:
    """Return the report of the finished run of that name, if there is one."""
    runs = [file for file in landing_files(landing, "runs") if file.run_id == run_id]
    if not runs:
        return None
    row = scan_rows(runs[:1], "runs").collect().row(0, named=True)
    log("already_imported", run=run_id, rows=row["n_rows"])
    is_other = row["is_complete_listing"] != is_complete
    note = f"it was landed as {'a complete' if row['is_complete_listing'] else 'an incomplete'} listing and stays so"
    return ImportReport(
        run_id,
        kind,
        row["n_rows"],
        row["n_files"],
        observed_to=row["observed_at"],
        is_already_landed=True,
        notes=(note,) if is_other else (),
    )


def _land_all(run: _Run, tables: Iterator[pl.DataFrame]) -> _Landed:
    landed = _Landed()
    for table in tables:
        for rows in _by_day(_dated(table, run)):
            provenance = Provenance(
                run_id=run.run_id,
                sequence=landed.n_files,
                observed_at=rows["observed_at"].max(),  # type: ignore[arg-type]  # the column's type is Datetime
                hub=run.hub,
                request=f"import {run.source.name}",
            )
            land(run.landing, run.kind, rows, provenance)
            landed.add(rows)
    if not landed.n_rows:
        raise UsageError(f"{run.source} holds no rows of kind {run.kind}", hint="check the file and --kind", path=run.source)
    return landed


def _dated(table: pl.DataFrame, run: _Run) -> pl.DataFrame:
    """Date every row: by the given date, and in a time series by the row's own.

    Raises:
        UsageError: no date was given and a row has none of its own.
    """
    own = pl.col("observed_at")
    given = pl.lit(run.observed_at, dtype=pl.Datetime("us"))
    if run.observed_at is not None:
        return table.with_columns((pl.coalesce(own, given) if run.kind == "daily" else given).alias("observed_at"))
    if table["observed_at"].null_count():
        raise UsageError(f"{run.source.name} does not say when it was observed", hint="give the day with --observed-at")
    return table


def _by_day(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Split by day of observation, which is a folder of the landing zone, in the order of days."""
    if rows["observed_at"].n_unique() <= 1:
        return [rows] if rows.height else []
    days = rows.with_columns(pl.col("observed_at").dt.date().alias("day")).partition_by("day", include_key=False, as_dict=True)
    return [days[day] for day in sorted(days)]


def _newest_change(rows: pl.DataFrame) -> str:
    if "last_modified" not in rows.columns:
        return ""
    instants = rows["last_modified"].drop_nulls()
    return str(instants.filter(instants.str.contains(_WIRE_INSTANT)).max() or "")


def _step(run: _Run, files: list[Path], meter: Meter) -> Step:
    """Return what the import took; it is one step."""
    written = [file.path for file in unfolded_files(run.landing, run.kind) if file.run_id == run.run_id]
    return Step(
        run_id=run.run_id,
        run_step="import",
        started_at=run.started_at,
        finished_at=now(),
        cpu_seconds=meter.cpu_seconds,
        n_bytes_read=sum(path.stat().st_size for path in files),
        n_bytes_written=sum(path.stat().st_size for path in written),
        peak_memory_bytes=meter.peak_memory_bytes,
    )


def _land_run(run: _Run, landed: _Landed, step: Step) -> None:
    land_steps(run.landing, [step], observed_at=max(landed.instants), hub=run.hub)
    row = {
        "run_id": run.run_id,
        "verb": "import",
        "hub": run.hub,
        "mode": run.kind,
        "status": "full",
        "is_complete_listing": run.is_complete,
        "started_at": run.started_at,
        "finished_at": step.finished_at,
        "watermark": landed.watermark or None,
        "n_requests": 0,
        "n_rows": landed.n_rows,
        "n_files": landed.n_files,
        "seconds_waited": 0.0,
        "note": f"import {run.source.name}",
        "observed_at": max(landed.instants),
    }
    provenance = Provenance(run.run_id, 0, max(landed.instants), run.hub, f"import {run.source.name}")
    land(run.landing, "runs", pl.DataFrame([row], schema=dict(RUNS)), provenance)


def _report(run: _Run, landed: _Landed, tally: Tally) -> ImportReport:
    return ImportReport(
        run_id=run.run_id,
        kind=run.kind,
        n_rows=landed.n_rows,
        n_files=landed.n_files,
        observed_from=min(landed.instants),
        observed_to=max(landed.instants),
        unknown_fields=tuple(sorted(tally.unknown_fields)),
        skipped=tuple(sorted(tally.skipped.items())),
        n_unreadable=tally.n_unreadable,
        notes=tuple(tally.notes),
    )


def _take_back(landing: Path, kind: Kind, run_id: str) -> None:
    """Remove the files of a run that failed; they belong to no finished run, and its next attempt would fail as well."""
    for file in unfolded_files(landing, kind):
        if file.run_id == run_id:
            file.path.unlink(missing_ok=True)

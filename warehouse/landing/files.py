"""Landing files: written once, named by their content, carrying their own provenance.

``landing/kind=<kind>/observed_date=<YYYY-MM-DD>/<run_id>-<sequence>-<sha256, 16 digits>.parquet``

The checksum in the name means that a flipped bit is found before a build, and that a file is whole if it has its name.
The provenance (run, hub, request, response headers, cursor of the next page) sits in the Parquet key-value metadata, so
a killed crawl resumes from the files alone. A file that ``hubtree compact`` has folded is known as before, by the same name;
its rows then lie in a state file (`warehouse.landing.states`), so rows are read by `warehouse.landing.rows` alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from warehouse.errors import CorruptFile, UsageError
from warehouse.files import sha256_of, write_whole
from warehouse.landing import states
from warehouse.landing.schema import KINDS, SCHEMA_VERSION

_PARTITION = re.compile(r"observed_date=(?P<day>\d{4}-\d{2}-\d{2})")
_NAME = re.compile(r"(?P<run>[A-Za-z0-9_-]+)-(?P<sequence>\d{6})-(?P<digest>[0-9a-f]{16})\.parquet")
_PREFIX = "hubtree."
_COMPRESSION_LEVEL = 1
"""Zstandard's fastest level: pages are written between two requests, and reading speed does not depend on it."""


@dataclass(frozen=True)
class Provenance:
    """Where the rows of one landing file come from."""

    run_id: str
    sequence: int
    """Number of the file within its run, from 0: a page's or a batch's number."""
    observed_at: datetime
    hub: str = ""
    request: str = ""
    next_cursor: str = ""
    """Address of the next page as the hub gave it; empty on the last page and for kinds without pages."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers that matter, lower-case names."""


@dataclass(frozen=True, order=True)
class LandingFile:
    """One landed file, known by its name alone."""

    observed_date: str
    run_id: str
    sequence: int
    digest: str
    kind: str = field(compare=False)
    path: Path = field(compare=False)
    """Where its rows lie: the file itself, or the state file that folds it."""
    is_folded: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """The file's name, the same on every machine and after folding."""
        return f"{self.run_id}-{self.sequence:06d}-{self.digest}.parquet"


def land(landing: Path, kind: str, rows: pl.DataFrame, provenance: Provenance) -> Path:
    """Write one landing file and return its path; the same rows of the same run and sequence are written once.

    Raises:
        NoSpace: the disk is full or the folder can't be written.
        UsageError: the frame does not have the columns of the kind.
    """
    schema = KINDS[kind]
    if dict(rows.schema) != dict(schema):
        raise UsageError(f"rows do not have the columns of landing kind {kind}: {dict(rows.schema)}")
    buffer = io.BytesIO()
    rows.write_parquet(buffer, compression_level=_COMPRESSION_LEVEL, metadata=_to_metadata(kind, provenance))
    content = buffer.getbuffer()
    digest = hashlib.sha256(content).hexdigest()[:16]
    folder = landing / f"kind={kind}" / f"observed_date={provenance.observed_at:%Y-%m-%d}"
    path = folder / f"{provenance.run_id}-{provenance.sequence:06d}-{digest}.parquet"
    if path.exists():
        return path
    try:
        return write_whole(path, lambda temporary: temporary.write_bytes(content))
    except Exception:
        path.unlink(missing_ok=True)  # named, but perhaps not on the disk: the caller keeps its rows and lands them again
        raise


def landing_files(landing: Path, kind: str, *, as_of: date | None = None) -> list[LandingFile]:
    """Return the files of a kind in the order of observation, those observed up to ``as_of`` (inclusive) if given.

    A file that was folded and kept is told once, as the folded one.
    """
    known = {file: file for file in _folded(landing, kind)}
    found = sorted({**{file: file for file in unfolded_files(landing, kind)}, **known}.values())
    return [file for file in found if as_of is None or file.observed_date <= as_of.isoformat()]


def unfolded_files(landing: Path, kind: str) -> Iterator[LandingFile]:
    """Yield the files that lie in the folders of their days, folded elsewhere or not, in no order."""
    return _scan(landing / f"kind={kind}", kind)


def _folded(landing: Path, kind: str) -> Iterator[LandingFile]:
    for state in states.state_files(landing, kind):
        for folded in states.folded_in(state).values():
            if match := _NAME.fullmatch(folded.name):
                run, sequence, digest = match.groups()
                yield LandingFile(folded.observed_date, run, int(sequence), digest, kind, state, is_folded=True)


def _scan(folder: Path, kind: str) -> Iterator[LandingFile]:
    if not folder.is_dir():
        return
    for partition in os.scandir(folder):
        if not (day := _PARTITION.fullmatch(partition.name)) or not partition.is_dir():
            continue
        for entry in os.scandir(partition):
            if match := _NAME.fullmatch(entry.name):
                run, sequence, digest = match.groups()
                yield LandingFile(day["day"], run, int(sequence), digest, kind, Path(entry.path))


def verify(file: LandingFile) -> None:
    """Compare the bytes in which a file's rows lie with the checksum in the name that these bytes have on disk.

    Raises:
        CorruptFile: the bytes have changed since they were written.
    """
    if sha256_of(file.path)[:16] != (states.digest_of(file.path) if file.is_folded else file.digest):
        hint = "restore the file from a backup, or move it away and import or crawl that day again"
        hint = states.RESTORE if file.is_folded else hint
        raise CorruptFile(f"{file.path} does not match the checksum in its name", hint=hint, file=file.path)


def landing_of(file: LandingFile) -> Path:
    """Return the landing zone that a file lies in."""
    return file.path.parents[2]


def located(files: Sequence[LandingFile]) -> list[LandingFile]:
    """Return the same files where they lie now: those that were folded and removed since they were listed, in state files."""
    if all(file.path.exists() for file in files):
        return list(files)
    kinds = {(landing_of(file), file.kind) for file in files}
    now = {found.name: found for landing, kind in kinds for found in landing_files(landing, kind)}
    return [now.get(file.name, file) for file in files]


def one_a_path(files: Iterable[LandingFile]) -> list[LandingFile]:
    """Return one file for each that lies on disk: what was folded together lies in one."""
    return list({file.path: file for file in files}.values())


def provenance_of(file: LandingFile) -> Provenance:
    """Read a file's provenance.

    Raises:
        CorruptFile: the file is not one that `land` wrote, or was written by a newer schema.
    """
    metadata = {k.removeprefix(_PREFIX): v for k, v in metadata_of(file).items()}
    if metadata.get("schema_version") != SCHEMA_VERSION:
        found = metadata.get("schema_version", "none")
        raise CorruptFile(f"{file.path} has landing schema {found}; this hubtree reads {SCHEMA_VERSION}")
    return Provenance(
        run_id=metadata["run_id"],
        sequence=int(metadata["sequence"]),
        observed_at=datetime.fromisoformat(metadata["observed_at"]),
        hub=metadata["hub"],
        request=metadata["request"],
        next_cursor=metadata["next_cursor"],
        headers={k.removeprefix("header."): v for k, v in metadata.items() if k.startswith("header.")},
    )


def metadata_of(file: LandingFile) -> Mapping[str, str]:
    """Return hubtree's own key-value metadata of a file, as they were written.

    Raises:
        CorruptFile: the file is no Parquet.
    """
    if file.is_folded:
        return states.folded_in(file.path)[file.name].metadata
    try:
        written = pl.read_parquet_metadata(file.path)
    except (PolarsError, OSError, pl.exceptions.PanicException) as error:
        raise CorruptFile(f"{file.path} is not readable Parquet: {error}") from error
    return {key: value for key, value in written.items() if key.startswith(_PREFIX) and value is not None}


def _to_metadata(kind: str, provenance: Provenance) -> dict[str, str]:
    values = {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "run_id": provenance.run_id,
        "sequence": str(provenance.sequence),
        "observed_at": provenance.observed_at.isoformat(),
        "hub": provenance.hub,
        "request": provenance.request,
        "next_cursor": provenance.next_cursor,
        **{f"header.{name}": value for name, value in provenance.headers.items()},
    }
    return {f"{_PREFIX}{name}": value for name, value in values.items()}

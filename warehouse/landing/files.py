"""Landing files: written once, named by their content, carrying their own provenance.

``landing/kind=<kind>/observed_date=<YYYY-MM-DD>/<run_id>-<sequence>-<sha256, 16 digits>.parquet``

The checksum in the name means that a flipped bit is found before a build, and that a file is whole if it has its name.
The provenance (run, hub, request, response headers, cursor of the next page) sits in the Parquet key-value metadata, so
a killed crawl resumes from the files alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from warehouse.errors import CorruptFile, UsageError
from warehouse.files import sha256_of, write_whole
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

    @property
    def name(self) -> str:
        """The file's name, the same on every machine."""
        return self.path.name


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
    return write_whole(path, lambda temporary: temporary.write_bytes(content))


def landing_files(landing: Path, kind: str, *, as_of: date | None = None) -> list[LandingFile]:
    """Return the files of a kind in the order of observation, those observed up to ``as_of`` (inclusive) if given."""
    found = sorted(_scan(landing / f"kind={kind}", kind))
    return [file for file in found if as_of is None or file.observed_date <= as_of.isoformat()]


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
    """Compare a file's bytes with the checksum in its name.

    Raises:
        CorruptFile: the bytes have changed since they were landed.
    """
    if sha256_of(file.path)[:16] != file.digest:
        hint = "restore the file from a backup, or move it away and import or crawl that day again"
        raise CorruptFile(f"{file.path} does not match the checksum in its name", hint=hint, file=file.path)


def provenance_of(file: LandingFile) -> Provenance:
    """Read a file's provenance.

    Raises:
        CorruptFile: the file is not one that `land` wrote, or was written by a newer schema.
    """
    try:
        metadata = {k.removeprefix(_PREFIX): v for k, v in pl.read_parquet_metadata(file.path).items() if v is not None}
    except (PolarsError, OSError, pl.exceptions.PanicException) as error:
        raise CorruptFile(f"{file.path} is not readable Parquet: {error}") from error
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

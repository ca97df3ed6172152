"""Folding: a month's landing files of one kind into state files, and the removal of what was folded.

Killed at any moment, folding has written a state file whole or not at all, and removal has deleted some of the files that a
compared state file holds; the next run goes on. Readers see the same landing files at each of these moments.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.errors import CorruptFile
from warehouse.files import fsync, remove_leftovers, write_whole
from warehouse.landing.files import LandingFile, landing_files, metadata_of, unfolded_files, verify
from warehouse.landing.removal_lock import removing_from_landing
from warehouse.landing.schema import KINDS
from warehouse.landing.states import FILE_COLUMN, RESTORE, ROW_COLUMN, Folded, folded_in, state_files, state_metadata

PART_BYTES: Final = 64 * 1024**2
"""Compressed bytes of landing files that one state file folds at most: one part is held in memory, some ten times as large."""

_COMPRESSION_LEVEL: Final = 6
"""Zstandard: a state file is written once and read every night; tighter levels save little more."""


@dataclass(frozen=True)
class FoldReport:
    """What one run of `compact` did; bytes are of the landing files folded by it and of the state files written."""

    n_states: int
    n_folded: int
    n_bytes_before: int
    n_bytes_after: int
    n_removed: int


def compact(landing: Path, *, before: date, remove: bool = False) -> FoldReport:
    """Fold the landing files of all months that ended before a day, and delete what is folded if told.

    Args:
        landing: the landing zone.
        before: the first day that is not folded any more; a month that it cuts stays as it is.
        remove: delete folded landing files, those of earlier runs too, after their state file was compared with each of them.

    Raises:
        CorruptFile: a landing file or a state file does not hold what its name promises; nothing of its month is removed.
        Locked: something reads the landing zone, so that nothing can be removed now.
        NoSpace: the disk is full.
    """
    remove_leftovers(landing)
    written = [part for kind in KINDS for part in _fold(landing, kind, before)]
    removed = sum(_remove_folded(landing, kind) for kind in KINDS) if remove else 0
    return FoldReport(
        n_states=len(written),
        n_folded=sum(n_files for _, n_files, _ in written),
        n_bytes_before=sum(n_bytes for _, _, n_bytes in written),
        n_bytes_after=sum(path.stat().st_size for path, _, _ in written),
        n_removed=removed,
    )


def _fold(landing: Path, kind: str, before: date) -> Iterator[tuple[Path, int, int]]:
    """Write the state files that are missing; yield each with the number and bytes of the files it folds.

    Only files of runs that left a record are folded: an unfinished one may go on, or be taken back.
    """
    finished = {file.run_id for file in landing_files(landing, "runs")}
    last_day = (before.replace(day=1) - timedelta(days=1)).isoformat()
    open_files = [
        file
        for file in landing_files(landing, kind)
        if not file.is_folded and file.observed_date <= last_day and file.run_id in finished
    ]
    for month, files in groupby(open_files, key=lambda file: file.observed_date[:7]):
        for part in _parts(files):
            if len(part) > 1:  # a single file has nothing to gain
                yield write_state(landing, kind, month, part), len(part), sum(_size(file) for file in part)


def _parts(files: Iterable[LandingFile]) -> Iterator[list[LandingFile]]:
    """Cut files, in their order, into parts of at most `PART_BYTES`; a larger file is a part of its own."""
    part: list[LandingFile] = []
    n_bytes = 0
    for file in files:
        if part and n_bytes + _size(file) > PART_BYTES:
            yield part
            part, n_bytes = [], 0
        part.append(file)
        n_bytes += _size(file)
    if part:
        yield part


def write_state(landing: Path, kind: str, month: str, files: list[LandingFile]) -> Path:
    """Write the state file of landing files of one kind and month, given in their order; return where it lies.

    Raises:
        CorruptFile: a landing file does not hold what its name promises.
    """
    tables, folded = [], []
    for file in files:
        verify(file)
        tables.append(_rows_of(file))
        folded.append(Folded(file.name, file.observed_date, tables[-1].height, dict(metadata_of(file))))
    return write_folded(landing, kind, month, folded, tables)


def write_folded(landing: Path, kind: str, month: str, folded: Sequence[Folded], tables: Sequence[pl.DataFrame]) -> Path:
    """Write a state file of landing files known by name, provenance and rows, in their order; return where it lies."""
    number = pl.int_range(pl.len(), dtype=pl.Int64).alias(ROW_COLUMN)
    named = [
        table.with_columns(pl.lit(file.name).alias(FILE_COLUMN), number) for file, table in zip(folded, tables, strict=True)
    ]
    buffer = io.BytesIO()
    metadata = state_metadata(kind, month, folded)
    pl.concat(named, rechunk=True).write_parquet(buffer, compression_level=_COMPRESSION_LEVEL, metadata=metadata)
    content = buffer.getbuffer()
    inputs = hashlib.sha256("\n".join(file.name for file in folded).encode()).hexdigest()[:16]
    digest = hashlib.sha256(content).hexdigest()[:16]
    path = landing / f"kind={kind}" / f"state_month={month}" / f"state-{inputs}-{digest}.parquet"
    written = write_whole(path, lambda temporary: temporary.write_bytes(content))
    fsync(path.parent.parent)  # the month's folder may be new, and what it folds may be deleted next
    return written


def _remove_folded(landing: Path, kind: str) -> int:
    """Delete the landing files that state files fold, and return how many; first all are compared."""
    n_removed = 0
    for state in state_files(landing, kind):
        kept = {file.name: file for file in unfolded_files(landing, kind) if file.name in folded_in(state)}
        if not kept:
            continue
        _compare(state, kept.values())
        with removing_from_landing(landing):
            for file in kept.values():
                file.path.unlink(missing_ok=True)
        n_removed += len(kept)
    return n_removed


def _compare(state: Path, originals: Iterable[LandingFile]) -> None:
    """Compare a state file with the landing files it folds, value by value.

    Raises:
        CorruptFile: one of them has changed, or the state file does not hold what a landing file holds.
    """
    verify_state(state)
    folded = folded_in(state)
    table = pl.read_parquet(state, hive_partitioning=False)
    held = table.drop(FILE_COLUMN, ROW_COLUMN).with_columns(table[FILE_COLUMN]).partition_by(FILE_COLUMN, as_dict=True)
    for original in originals:
        verify(original)
        rows = _rows_of(original)
        found = held[original.name,].drop(FILE_COLUMN) if (original.name,) in held else rows.clear()
        told = folded[original.name]
        same = found.equals(rows) and told.n_rows == rows.height and told.metadata == metadata_of(original)
        if not same or told.observed_date != original.observed_date:
            raise CorruptFile(f"{state} does not hold what {original.path} holds, which stays", hint=RESTORE, file=state)


def verify_state(state: Path) -> None:
    """Compare a state file's bytes with the checksum in its name.

    Raises:
        CorruptFile: the bytes have changed since they were written.
    """
    first = next(iter(folded_in(state).values()))
    verify(LandingFile(first.observed_date, "", 0, "", "", state, is_folded=True))


def _rows_of(file: LandingFile) -> pl.DataFrame:
    return pl.read_parquet(file.path, hive_partitioning=False)


def _size(file: LandingFile) -> int:
    return file.path.stat().st_size

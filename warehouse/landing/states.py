"""State files: what a month's landing files of one kind hold, in one file that a build opens instead of hundreds.

``landing/kind=<kind>/state_month=<YYYY-MM>/state-<digest of the folded names>-<digest of the bytes>.parquet``

A state file is a pure function of the landing files it folds: their rows in their order, each with the name of its file and
its row number there. The Parquet metadata hold the folded files' names, days, row counts and provenance, so nothing that a
landing file told is lost, and every reader sees the same landing files as before (`warehouse.landing.files`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from warehouse.errors import CorruptFile

STATE_VERSION: Final = "1"
"""Raised when the layout of state files changes; every version ever written keeps its reader."""

FILE_COLUMN: Final = "landing_file"
ROW_COLUMN: Final = "row_number"

_MONTH = re.compile(r"state_month=(?P<month>\d{4}-\d{2})")
_NAME = re.compile(r"state-[0-9a-f]{16}-(?P<digest>[0-9a-f]{16})\.parquet")
_PREFIX = "hubtree."


@dataclass(frozen=True)
class Folded:
    """What a state file knows of one landing file besides its rows."""

    name: str
    observed_date: str
    n_rows: int
    metadata: Mapping[str, str]
    """The landing file's own key-value metadata: its provenance."""


def state_files(landing: Path, kind: str) -> Iterator[Path]:
    """Yield the state files of a kind, in the order of months and names."""
    folder = landing / f"kind={kind}"
    if not folder.is_dir():
        return
    for month in sorted(entry.path for entry in os.scandir(folder) if _MONTH.fullmatch(entry.name) and entry.is_dir()):
        yield from sorted(Path(entry.path) for entry in os.scandir(month) if _NAME.fullmatch(entry.name))


def digest_of(state: Path) -> str:
    """Return the digest that the name of a state file promises of its bytes."""
    match = _NAME.fullmatch(state.name)
    assert match, f"{state} is no state file"
    return match["digest"]


def folded_in(state: Path) -> Mapping[str, Folded]:
    """Return what a state file folds, by name and in the order of its rows.

    Raises:
        CorruptFile: the file is not one that hubtree wrote, or was written by a newer one.
    """
    return _read_index(str(state))


@lru_cache(maxsize=4096)  # a state file never changes: its name holds the digest of its bytes
def _read_index(state: str) -> Mapping[str, Folded]:
    try:
        metadata = pl.read_parquet_metadata(state)
    except (PolarsError, OSError, pl.exceptions.PanicException) as error:
        raise CorruptFile(f"{state} is not readable Parquet: {error}", hint=RESTORE) from error
    if (found := metadata.get(f"{_PREFIX}state_version")) != STATE_VERSION:
        raise CorruptFile(f"{state} is a state file of version {found}; this hubtree reads {STATE_VERSION}")
    rows = json.loads(metadata[f"{_PREFIX}files"] or "[]")
    return {row["name"]: Folded(**row) for row in rows}


def state_metadata(kind: str, month: str, folded: Sequence[Folded]) -> dict[str, str]:
    """Return the key-value metadata of a state file."""
    files = json.dumps([vars(file) for file in folded], separators=(",", ":"), sort_keys=True)
    values = {"state_version": STATE_VERSION, "kind": kind, "month": month, "files": files}
    return {f"{_PREFIX}{name}": value for name, value in values.items()}


RESTORE: Final = "restore the file from a backup; where the landing files it folds were kept, delete it: they are read again"

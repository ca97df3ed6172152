"""What is known of one written file, so that a copy of it can be verified without hubtree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from warehouse.files import sha256_of


@dataclass(frozen=True)
class ExtractFile:
    """One written file; ``name`` is its path in the folder of extracts, ``sha256`` of its bytes in hexadecimal."""

    name: str
    n_rows: int
    n_bytes: int
    sha256: str


def described(path: Path, folder: Path, n_rows: int) -> ExtractFile:
    """Return what is known of a file with so many rows (of a graph: nodes) in the folder of extracts."""
    return ExtractFile(path.relative_to(folder).as_posix(), n_rows, path.stat().st_size, sha256_of(path))

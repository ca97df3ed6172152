"""Small invented dumps, and the types of the fixtures that import them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from pipelines.bulk import ImportReport

Import = Callable[..., ImportReport]
Rows = Callable[[str], list[dict[str, Any]]]


def at(text: str) -> datetime:
    """Return an instant in UTC, naive as in the landing zone."""
    return datetime.fromisoformat(text)


DAY = at("2025-01-31")


def write_json(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(document))
    return path


def write_lines(path: Path, *lines: object) -> Path:
    """Write one JSON value a line; bytes are written as they are."""
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else orjson.dumps(line) for line in lines) + b"\n")
    return path


def write_table(path: Path, columns: dict[str, Any] | pl.DataFrame) -> Path:
    pl.DataFrame(columns).write_parquet(path)
    return path

"""The first night of the tests, and what has landed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from warehouse.landing.files import landing_files

NIGHT_1 = datetime.fromisoformat("2026-12-01T01:00:00")


def landed(landing: Path, kind: str) -> pl.DataFrame:
    """All rows of a kind, in the order of their files."""
    frames = [pl.read_parquet(file.path, hive_partitioning=False) for file in landing_files(landing, kind)]
    return pl.concat(frames) if frames else pl.DataFrame()

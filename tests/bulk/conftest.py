"""What the tests of the import share: a call with the usual arguments, and the rows that were landed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from import_dumps import DAY, Import, Rows, at

from pipelines.bulk import ImportReport, Kind, import_file
from warehouse.landing.files import landing_files, verify
from warehouse.paths import Layout


@pytest.fixture
def bring(home: Layout) -> Import:
    """Import a file as of one day."""

    def bring(path: Path, kind: Kind = "listing", *, observed_at: datetime | None = DAY, **others: Any) -> ImportReport:
        return import_file(path, kind, home.landing, observed_at=observed_at, started_at=at("2025-02-01"), **others)

    return bring


@pytest.fixture
def landed(home: Layout) -> Rows:
    """Read the landed rows of a kind in file order, every file's checksum compared."""

    def landed(kind: str) -> list[dict[str, Any]]:
        files = landing_files(home.landing, kind)
        for file in files:
            verify(file)
        return [row for file in files for row in pl.read_parquet(file.path, hive_partitioning=False).to_dicts()]

    return landed

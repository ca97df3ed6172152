"""Landing zones and builds in a few words."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.builder import card_texts, folder, tables
from pipelines.builder.analysis import write_analysis
from pipelines.settings import Settings
from warehouse.landing.files import Provenance, land
from warehouse.landing.records import landing_frame
from warehouse.landing.schema import CARDS, RUNS
from warehouse.paths import Layout

NIGHT = datetime(2026, 11, 1)


def settings_of(home: Layout, threads: int = 2) -> Settings:
    """Settings of a test home."""
    return Settings.from_environment({"HUBTREE_HOME": str(home.home), "HUBTREE_THREADS": str(threads)})


def record(model_id: str, **fields: Any) -> dict[str, Any]:
    """A record as the hub sends it; the object id is made of the name unless given."""
    own = {"_id": f"{abs(hash_of(model_id)):024x}"[:24], "id": model_id, "createdAt": "2024-01-01T00:00:00.000Z", "tags": []}
    return own | fields


def hash_of(text: str) -> int:
    """A number made of a text, the same in every process."""
    return int.from_bytes(text.encode()[-10:], "big")


def land_records(
    home: Layout, *records: object, at: datetime = NIGHT, kind: str = "listing", run: str | None = None, sequence: int = 0
) -> Path:
    """Land one page of records."""
    name = run or f"crawl-{at:%Y%m%dT%H%M%S}-{kind}"
    return land(home.landing, kind, landing_frame(records, at), Provenance(run_id=name, sequence=sequence, observed_at=at))


def land_run(home: Layout, at: datetime, *, complete: bool = True) -> None:
    """Land the record of a finished listing run."""
    row = {
        "run_id": f"crawl-{at:%Y%m%dT%H%M%S}",
        "verb": "crawl",
        "status": "full",
        "is_complete_listing": complete,
        "started_at": at,
        "finished_at": at,
        "observed_at": at,
    }
    frame = pl.DataFrame([row], schema=RUNS)
    land(home.landing, "runs", frame, Provenance(run_id=f"crawl-{at:%Y%m%dT%H%M%S}", sequence=0, observed_at=at))


def land_cards(home: Layout, *visits: dict[str, Any], at: datetime = NIGHT) -> None:
    """Land one batch of card visits."""
    rows = [{"visit_status": "full", "is_truncated": False, "observed_at": at} | visit for visit in visits]
    frame = pl.DataFrame(rows, schema=CARDS)
    land(home.landing, "cards", frame, Provenance(run_id=f"cards-{at:%Y%m%dT%H%M%S}", sequence=0, observed_at=at))


def built(home: Layout, build_id: str = "build-test", *, threads: int = 2, **options: Any) -> dict[str, pl.DataFrame]:
    """Build everything but checks and publishing; return the finished tables."""
    begun = _described(home, build_id, threads, **options)
    settings = settings_of(home, threads)
    write_analysis(begun, settings)
    tables.assemble(begun, settings)
    return _tables(begun)


def described(home: Layout, build_id: str = "build-test", *, threads: int = 2, **options: Any) -> dict[str, pl.DataFrame]:
    """Build as far as models, edges and families, which takes a third of the time; return the tables there are then."""
    return _tables(_described(home, build_id, threads, **options))


def staged(home: Layout, build_id: str = "build-test", *, threads: int = 1) -> dict[str, pl.DataFrame]:
    """Only read the landing zone: who is known, what was counted, and what was set aside."""
    begun = folder.begin(home, build_id, started_at=NIGHT, as_of=None)
    tables.stage(begun, settings_of(home, threads))
    return {path.stem: pl.read_parquet(path) for layer in ("stage", "main") for path in (begun.path / layer).glob("*.parquet")}


def _described(home: Layout, build_id: str, threads: int, *, as_of: date | None = None) -> folder.BuildFolder:
    settings = settings_of(home, threads)
    begun = folder.begin(home, build_id, started_at=NIGHT, as_of=as_of)
    tables.stage(begun, settings)
    card_texts.parse_card_texts(begun, settings)
    tables.describe_descent(begun, settings)
    return begun


def _tables(begun: folder.BuildFolder) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in sorted((begun.path / "main").glob("*.parquet"))}


def row(table: pl.DataFrame, **where: object) -> dict[str, Any]:
    """Return the one row that fits."""
    found = table.filter(**where)
    assert found.height == 1, f"{found.height} rows where {where}: {table}"
    return found.row(0, named=True)

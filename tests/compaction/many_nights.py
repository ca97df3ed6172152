"""Many small nights of a planted hub, landed as a crawler lands them: what a year looks like, in small."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from pipelines.local_hub.planted import PlantedHub, plant
from pipelines.local_hub.planted.tomorrow import next_day
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import KINDS, RUNS
from warehouse.paths import Layout

FIRST_NIGHT = datetime(2026, 9, 3, 2)
PAGE = 250
HUB = "http://hub.test"


def land_nights(home: Layout, n_nights: int, *, n_models: int = 300, seed: int = 5) -> datetime:
    """Land nights of a hub that changes a little each day, a complete listing each week; return the last night."""
    before = None
    for number, hub in enumerate(_days(n_nights, n_models, seed)):
        at = FIRST_NIGHT + timedelta(days=number)
        is_complete = number % 7 == 0
        records = hub.records if before is None or is_complete else _changed(hub.records, before.records, "last_modified")
        _land(home, "listing", records, at, complete=is_complete)
        cards = hub.cards if before is None else _changed(hub.cards, before.cards, "card_sha")
        _land(home, "cards", cards.with_columns(visit_status=pl.lit("full"), is_truncated=pl.lit(False)), at)
        asked = pl.DataFrame({"asked_id": [f"gone/parent-{number % 9}"], "lookup_status": ["not_found", "failed"][number % 2]})
        _land(home, "lookups", asked, at)
        counted = hub.records.select("model_id", "downloads_30d", "likes").drop_nulls("model_id").head(3)
        _land(home, "daily", counted, at)
        before = hub
    return at


def _days(n_nights: int, n_models: int, seed: int) -> Iterator[PlantedHub]:
    hub = plant(n_models, seed=seed)
    for number in range(n_nights):
        yield hub
        hub = next_day(hub, seed + number, changed_share=0.02)


def _changed(rows: pl.DataFrame, before: pl.DataFrame, by: str) -> pl.DataFrame:
    return rows.join(before.select("hub_object_id", by), on=["hub_object_id", by], how="anti", maintain_order="left")


def _land(home: Layout, kind: str, rows: pl.DataFrame, at: datetime, *, complete: bool = False) -> None:
    """Land the rows of one run as pages, and the run's record."""
    run_id = f"{kind}-{at:%Y%m%dT%H%M%SZ}-0badcafe"
    whole = _with_schema(rows.with_columns(pl.lit(at).alias("observed_at")), kind)
    pages = list(whole.iter_slices(PAGE)) or [whole]
    for sequence, page in enumerate(pages):
        told = Provenance(run_id, sequence, at, HUB, f"/{kind}?page={sequence}", headers={"etag": f'"{sequence}"'})
        land(home.landing, kind, page, told)
    land_record(home, run_id, at, n_rows=rows.height, complete=complete)


def land_record(home: Layout, run_id: str, at: datetime, *, n_rows: int = 0, complete: bool = False) -> None:
    """Land the record that ends a run."""
    record = {
        "run_id": run_id, "verb": "crawl", "hub": HUB, "status": "full", "is_complete_listing": complete,
        "started_at": at, "finished_at": at, "n_rows": n_rows, "observed_at": at,
    }  # fmt: skip
    land(home.landing, "runs", pl.DataFrame([record], schema=dict(RUNS)), Provenance(run_id, 0, at, HUB))


def _with_schema(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    schema = KINDS[kind]
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in schema.items())

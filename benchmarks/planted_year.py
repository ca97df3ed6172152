"""A year of nights, landed: ``python -m benchmarks.planted_year MODELS NIGHTS CHANGED FOLDER``.

The first night lands a planted hub whole, cards of a tenth of its models; each further night lands a listing page with CHANGED
models that were modified, the cards among them, and the records of both runs. FOLDER gets three homes: ``one-night`` (the first
two nights), ``year`` (all nights) and ``compacted`` (the same, past months folded and what they fold removed).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.local_hub.planted import plant
from warehouse.landing.blobs import git_blob_id
from warehouse.landing.files import Provenance, land
from warehouse.landing.folding import compact
from warehouse.landing.schema import KINDS, RUNS
from warehouse.paths import Layout

FIRST_NIGHT = datetime.fromisoformat("2025-11-01T02:00:00")
HUB = "http://127.0.0.1:9"
SEED = 7
_PAGE = 1000
_CARD_BATCH = 200


def main(n_models: int, n_nights: int, n_changed: int, folder: Path) -> None:
    """Land the nights and tell the sizes of the homes."""
    hub = plant(n_models, SEED, card_share=0.1)
    homes = {name: Layout(folder / name) for name in ("one-night", "year", "compacted")}
    year = homes["year"]
    land_night(year, FIRST_NIGHT, hub.records, hub.cards)
    for number, (records, cards) in enumerate(changes(hub.records, hub.cards, n_nights - 1, n_changed), 1):
        land_night(year, FIRST_NIGHT + timedelta(days=number), records, cards)
        if number == 1:
            shutil.copytree(year.home, homes["one-night"].home)
    shutil.copytree(year.home, homes["compacted"].home)
    last = FIRST_NIGHT + timedelta(days=n_nights - 1)
    report = compact(homes["compacted"].landing, before=last.date(), remove=True)
    sizes = {name: _size(home.landing) for name, home in homes.items()}
    print(json.dumps({"stages": {}, "told": {"landing": sizes, "folded": asdict(report)}}))


def changes(
    records: pl.DataFrame, cards: pl.DataFrame, n_nights: int, n_changed: int
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield the modified records and cards of each night after the first; the choice walks through the whole hub."""
    usable = records.filter(pl.col("raw").is_null() & pl.col("hub_object_id").is_not_null())
    order = usable.select(pl.col("hub_object_id").hash(SEED).alias("order")).to_series().arg_sort()
    for night in range(n_nights):
        at = FIRST_NIGHT + timedelta(days=night + 1)
        chosen = [int(order[(night * n_changed + place) % len(order)]) for place in range(n_changed)]
        modified = usable[sorted(chosen)].with_columns(
            last_modified=pl.lit(f"{at:%Y-%m-%d}T01:00:00.000Z"),
            sha=pl.Series([hashlib.sha1(f"{night} {place}".encode()).hexdigest() for place in range(n_changed)]),
            likes=pl.col("likes") + night,
        )
        written = cards.join(modified.select("hub_object_id"), on="hub_object_id", how="semi", maintain_order="left")
        contents = [content + f"\n\nRevised on {at:%Y-%m-%d}.\n".encode() for content in written["content"]]
        shas = pl.Series([git_blob_id(content) for content in contents], dtype=pl.String())
        yield modified, written.with_columns(content=pl.Series(contents, dtype=pl.Binary()), card_sha=shas)


def land_night(home: Layout, at: datetime, records: pl.DataFrame, cards: pl.DataFrame) -> None:
    """Land records and cards as a crawl does: by pages, with the records of both runs."""
    visits = cards.with_columns(visit_status=pl.lit("full"), is_truncated=pl.lit(False), etag="card_sha")
    for kind, verb, rows, height in (("listing", "crawl", records, _PAGE), ("cards", "cards", visits, _CARD_BATCH)):
        run_id = f"{verb}-{at:%Y%m%dT%H%M%SZ}-0badcafe"
        whole = _with_schema(rows.with_columns(pl.lit(at).alias("observed_at")), kind)
        for sequence, page in enumerate(whole.iter_slices(height)):
            land(home.landing, kind, page, Provenance(run_id, sequence, at, HUB, f"/{kind}?page={sequence}"))
        record = {"run_id": run_id, "verb": verb, "hub": HUB, "status": "full", "is_complete_listing": False}
        record |= {"started_at": at, "finished_at": at, "observed_at": at, "n_rows": rows.height}
        land(home.landing, "runs", pl.DataFrame([record], schema=dict(RUNS)), Provenance(run_id, 0, at, HUB))


def _with_schema(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in KINDS[kind].items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in KINDS[kind].items())


def _size(landing: Path) -> dict[str, int]:
    sizes = [path.stat().st_size for path in landing.rglob("*.parquet")]
    return {"files": len(sizes), "bytes": sum(sizes)}


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]), Path(sys.argv[4]))

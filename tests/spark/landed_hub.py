"""A planted hub landed on three nights, with every kind of landing file, for what must come out alike in two engines."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines import steps
from pipelines.bulk.observations.wish import Wish
from pipelines.local_hub.planted import plant
from tests.builder.landed import NIGHT, land_run, settings_of
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout


def land_hub(home: Layout, n_models: int) -> None:
    """Land listings of three nights (some models gone, some retagged, some renamed), details, cards, answers, days, losses."""
    hub = plant(n_models, seed=11)
    place = pl.int_range(pl.len())
    gone, renamed, retagged = place % 11 == 0, place % 13 == 1, place % 3 == 0
    tags = pl.col("tags").list.concat(pl.lit(["license:mit", "fr", "dataset:squad"]))
    later = hub.records.with_columns(
        tags=pl.when(retagged).then(tags).otherwise("tags"),
        model_id=pl.when(renamed).then(pl.col("model_id") + "-new").otherwise("model_id"),
        likes=pl.col("likes") + 1,
    ).filter(~gone)
    for night, records in enumerate((hub.records, later, later)):
        at = NIGHT + timedelta(days=night)
        for sequence, page in enumerate(records.iter_slices(250)):
            _land(home, "listing", page, at + timedelta(seconds=sequence), sequence)
        land_run(home, at + timedelta(minutes=5))
    _land(home, "details", hub.records.gather_every(5), NIGHT + timedelta(hours=3))
    _land(home, "cards", hub.cards.with_columns(visit_status=pl.lit("full"), is_truncated=pl.lit(False)), NIGHT)
    again = hub.cards.gather_every(3).select(
        "model_id", "card_sha", visit_status=pl.lit("not_modified"), is_truncated=pl.lit(False)
    )
    _land(home, "cards", again, NIGHT + timedelta(days=1))
    answers = hub.renames.select(asked_id="old_id", renamed_to="model_id", found_id="model_id", lookup_status=pl.lit("found"))
    _land(home, "lookups", answers, NIGHT)
    for night in range(3):
        at = NIGHT + timedelta(days=night)
        _land(home, "daily", hub.records.select("model_id", "downloads_30d", "likes", "pipeline_tag", "last_modified"), at)
    _bring_losses(home)


def _land(home: Layout, kind: str, rows: pl.DataFrame, at: datetime, sequence: int = 0) -> None:
    schema = KINDS[kind]
    given = {name: pl.col(name).cast(dtype) for name, dtype in schema.items() if name in rows.columns}
    given["observed_at"] = pl.lit(at, schema["observed_at"])
    columns = [given.get(name, pl.lit(None, dtype)).alias(name) for name, dtype in schema.items()]
    land(home.landing, kind, rows.select(columns), Provenance(f"planted-{kind}-{at:%Y%m%dT%H%M%S}", sequence, at))


def _bring_losses(home: Layout) -> None:
    path: Path = home.home / "losses.csv"
    sizes = [1e8, 2e8, 4e8, 8e8] * 3
    rows = {
        "loss": [2.0 + 40 * n**-0.2 + (at // 4) / 10 for at, n in enumerate(sizes)], "n": sizes, "d": [20 * n for n in sizes],
        "run": [f"r{at}" for at in range(12)], "model": ["cedarlab/Raldane-3B"] * 12,
    }  # fmt: skip
    pl.DataFrame(rows).write_csv(path)
    steps.import_observations(
        settings_of(home), Wish(str(path), "losses", None, ("L=loss,N=n,D=d,run=run,model=model",)), observed_at=None
    )

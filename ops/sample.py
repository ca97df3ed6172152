"""The sample: the embedded hub at its smallest, built without network and clock, so that it is the same bytes on every day.

The cookbook's page shows answers from it, the examples of docstrings ask it, and the notebooks run on it in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from pipelines import steps
from pipelines.builder import folder, tables
from pipelines.builder.publishing import publish, save_check_results
from pipelines.checks import unchecked
from pipelines.local_hub.planted import plant
from pipelines.settings import Settings
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import CARDS, RECORDS
from warehouse.paths import Layout

N_MODELS: Final = 400
SEED: Final = 0
_SEEN: Final = datetime.fromisoformat("2026-11-01T02:00:00")
"""When the sample was crawled, UTC."""
_PAGE: Final = 1000
BUILD_ID: Final = "sample"


def build_sample(home: Path, environment: Mapping[str, str] | None = None) -> Path:
    """Land the planted hub of `hubtree local-hub --models 400` in an empty home, build it, and publish it without checks.

    Returns:
        ``published/hub.duckdb`` of the home.
    """
    settings = Settings.from_environment({**(environment or {}), "HUBTREE_HOME": str(home)})
    _land(settings.layout)
    build = folder.begin(settings.layout, BUILD_ID, started_at=_SEEN, as_of=None)
    tables.stage(build, settings)
    for step in (steps.parse_cards, steps.resolve_lineage, steps.analyse, steps.assemble):
        step(settings, build_id=BUILD_ID)
    save_check_results(build, unchecked(BUILD_ID, _SEEN))
    publish(settings.layout, build, finished_at=_SEEN + timedelta(minutes=1))
    return settings.layout.database


def _land(layout: Layout) -> None:
    """Land what a crawl would: pages of the listing, and the cards."""
    hub = plant(N_MODELS, SEED)
    seen = pl.lit(_SEEN, dtype=pl.Datetime("us"))
    for sequence, page in enumerate(hub.records.iter_slices(_PAGE)):
        rows = page.with_columns(observed_at=seen).select(RECORDS.keys())
        land(layout.landing, "listing", rows, Provenance("crawl-sample", sequence, _SEEN))
    visits = hub.cards.with_columns(visit_status=pl.lit("full"), is_truncated=pl.lit(False), observed_at=seen)
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in CARDS.items() if name not in visits.columns]
    land(layout.landing, "cards", visits.with_columns(missing).select(CARDS.keys()), Provenance("cards-sample", 0, _SEEN))

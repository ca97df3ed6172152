"""The table ``card_drift`` of a build."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.drift.card_drift import card_drift
from warehouse.contract import TABLES
from warehouse.engine import Engine
from warehouse.files import write_whole


def write_card_drift(folder: BuildFolder, engine: Engine) -> None:
    """Write ``main/card_drift``; the engine sees ``models``, ``edges`` and ``cards``."""
    folder.see(engine, "main", "evaluation_claims", "carbon_claims")
    edges = engine.frame("drift", "compared_edges").filter(~pl.col("is_cut"))
    found = card_drift(edges, engine.frame("drift", "measured_cards"))
    write_whole(
        folder.table("main", "card_drift"), found.select(TABLES["card_drift"].column_names).write_parquet, durable=False
    )

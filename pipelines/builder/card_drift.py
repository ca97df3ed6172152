"""The tables ``card_drift`` and ``inherited_sections`` of a build."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.drift.card_drift import card_drift
from pipelines.drift.inherited_sections import inherited_sections
from warehouse.contract import TABLES
from warehouse.engine import Engine
from warehouse.files import write_whole


def write_card_drift(folder: BuildFolder, engine: Engine) -> None:
    """Write both; the engine sees ``models``, ``edges`` and ``cards``."""
    folder.see(engine, "main", "evaluation_claims", "carbon_claims")
    folder.see(engine, "stage", "card_sections")
    edges = engine.frame("drift", "compared_edges").filter(~pl.col("is_cut"))
    tables = {
        "card_drift": card_drift(edges, engine.frame("drift", "measured_cards")),
        "inherited_sections": inherited_sections(edges, engine.frame("drift", "filled_sections")),
    }
    for name, found in tables.items():
        write_whole(folder.table("main", name), found.select(TABLES[name].column_names).write_parquet, durable=False)

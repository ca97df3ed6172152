"""The build's step that looks for copies: reads what betrays them, writes ``lookalikes``."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.lineage.lookalikes import find_lookalikes
from pipelines.settings import Settings
from warehouse.contract import TABLES
from warehouse.files import write_whole


def write_lookalikes(folder: BuildFolder, settings: Settings) -> dict[str, int]:
    """Write the table; the edges must be there. Return how many pairs, and how many names were too common to compare."""
    landing = ("listing", "details")
    with folder.engine(settings, landing=landing) as engine:
        folder.see(engine, "stage", "latest")
        facts = engine.frame("lineage", "lookalike_facts")
    edges = pl.read_parquet(folder.table("main", "edges"), columns=["parent_id", "child_id"])
    found = find_lookalikes(facts, edges)
    pairs = found.pairs.select(TABLES["lookalikes"].column_names)
    write_whole(folder.table("main", "lookalikes"), pairs.write_parquet, durable=False)
    return {"lookalikes": found.pairs.height, "common_names_left_out": found.n_names_left_out}

"""What the build reads and writes around relations: signs of children from the landed record, successions from cards."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.settings import Settings


def relation_signs(folder: BuildFolder, settings: Settings, accepted: pl.DataFrame) -> pl.DataFrame:
    """Return the signs of every child of an accepted edge, as ``sql/lineage/relation_signs.sql`` makes them.

    The landed records are read once, in the columns needed and for children alone: most models of a hub have no parent.
    """
    with folder.engine(settings, landing=("listing", "details")) as engine:
        folder.see(engine, "stage", "latest")
        folder.see(engine, "lineage", "card_metadata")
        engine.see_frame("edge_children", accepted.select("child_id").unique().sort("child_id"))
        return engine.frame("lineage", "relation_signs")

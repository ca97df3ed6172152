"""Results and emissions that models state: from the cards of a build, else from the hub's cardData."""

from __future__ import annotations

from pipelines.builder.folder import BuildFolder
from pipelines.cards import statements_in_metadata
from warehouse.engine import Engine
from warehouse.files import write_whole


def write_card_statements(folder: BuildFolder, engine: Engine) -> None:
    """Write ``main/evaluation_claims`` and ``main/carbon_claims``; the engine sees ``cards``, ``card_metadata``, ``latest``."""
    folder.see(engine, "stage", "card_evaluations", "card_carbon")
    of_hub = statements_in_metadata(engine.frame("lineage", "metadata_unread"))
    for name, frame in (("evaluations", of_hub.evaluations), ("carbon", of_hub.carbon)):
        write_whole(folder.table("lineage", f"hub_{name}"), frame.write_parquet, durable=False)
    folder.see(engine, "lineage", "hub_evaluations", "hub_carbon")
    for name in ("evaluation_claims", "carbon_claims"):
        engine.write("main", name, folder.table("main", name))

"""The table ``card_duplicates`` of a build."""

from __future__ import annotations

from pipelines.builder.folder import BuildFolder
from pipelines.cards import near_duplicates
from warehouse.engine import Engine


def write_card_duplicates(folder: BuildFolder, engine: Engine) -> None:
    """Write ``main/card_duplicates``; the engine sees ``models``, ``edges`` and ``cards``."""
    folder.see(engine, "stage", "card_signatures")
    engine.see_frame("near_duplicates", near_duplicates(engine.frame("lineage", "signed_cards")))
    engine.write("main", "card_duplicates", folder.table("main", "card_duplicates"))

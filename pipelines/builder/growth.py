"""The build's part of growth: dated children out of the finished tables, growth tables written beside them."""

from __future__ import annotations

from pipelines.builder.folder import BuildFolder
from pipelines.lineage.growth import describe_growth, end_of_observation
from warehouse.contract import TABLES
from warehouse.engine import Engine
from warehouse.files import write_whole


def write_growth(folder: BuildFolder, engine: Engine) -> int:
    """Write ``growth_fits`` and ``attachment_fits``; the engine sees ``models`` and ``edges``. Return the bases fitted."""
    last_seen_at, last_created_at = engine.frame("lineage", "observation_end").row(0)
    until = end_of_observation(last_seen_at, last_created_at or last_seen_at)
    growth = describe_growth(engine.frame("lineage", "dated_children"), until)
    for name, frame in (("growth_fits", growth.fits), ("attachment_fits", growth.attachment)):
        rows = frame.select(TABLES[name].column_names)
        write_whole(folder.table("main", name), rows.write_parquet, durable=False)
    return growth.fits.height

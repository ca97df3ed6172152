"""The build's part of licence verdicts: declarations out of the finished tables, verdicts and duties written beside them."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.drift.licences import CodeTables, judge_licenses
from pipelines.lineage.at_stake import COUNTED, downloads_at_stake
from warehouse import codes
from warehouse.contract import TABLES
from warehouse.engine import Engine
from warehouse.files import write_whole


def write_verdicts(folder: BuildFolder, engine: Engine) -> int:
    """Write ``license_verdicts`` and ``license_duties``; return the number of conflicts.

    The engine sees ``models`` and ``edges``.
    """
    folder.see(engine, "stage", "latest")
    folder.see(engine, "lineage", "card_metadata")
    tables = CodeTables(**codes.licensing())
    engine.see_frame("code_tool_defaults", codes.frame("tool_defaults"))
    edges = pl.read_parquet(folder.table("main", "edges"))
    judged = judge_licenses(engine.frame("drift", "license_records"), edges, tables)
    models = pl.read_parquet(folder.table("main", "models"), columns=["model_id", *COUNTED])
    stakes = downloads_at_stake(models, edges).rename({"model_id": "child_id"})
    verdicts = judged.verdicts.join(stakes, on="child_id", how="left", maintain_order="left")
    for name, frame in (("license_verdicts", verdicts), ("license_duties", judged.duties)):
        rows = frame.select(TABLES[name].column_names)
        write_whole(folder.table("main", name), rows.write_parquet, durable=False)
    return judged.verdicts.filter(verdict="conflict").height

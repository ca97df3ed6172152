"""The build's part of licence verdicts: declarations out of the finished tables, verdicts and duties written beside them."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.drift.licences import CodeTables, judge_licenses
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
    engine.see_frame("code_license_generators", tables.generators)
    edges = pl.read_parquet(folder.table("main", "edges"))
    judged = judge_licenses(engine.frame("drift", "license_records"), edges, tables)
    for name, frame in (("license_verdicts", judged.verdicts), ("license_duties", judged.duties)):
        rows = frame.select(TABLES[name].column_names)
        write_whole(folder.table("main", name), rows.write_parquet, durable=False)
    return judged.verdicts.filter(verdict="conflict").height

"""What the build will say of losses just landed, told at once: broken columns, and rows that will be set aside."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.bulk.tally import Tally
from pipelines.scaling.screening import broken_columns, screen
from warehouse.landing.files import landing_files


def tell_verdict(landing: Path, kind: str, run_id: str, tally: Tally) -> None:
    """Note what of a run's landed losses can't be true; everything stays landed as it is."""
    if kind != "losses":
        return
    files = [file.path for file in landing_files(landing, kind) if file.run_id == run_id]
    losses = pl.read_parquet(files, hive_partitioning=False) if files else pl.DataFrame()
    if losses.is_empty():
        return
    misfits = losses["misfits"].drop_nulls()
    if len(misfits):
        tally.note(f"{len(misfits):,} of {losses.height:,} rows hold a text where a number belongs, as the first: {misfits[0]}")
    broken = broken_columns(losses)
    for fault in broken:
        tally.note(f"{fault.source_file}: column {fault.column} is broken and will not be fitted: {fault.words}")
    reasons = (
        screen(losses, broken).drop_nulls("reason").group_by("reason").len().sort("len", "reason", descending=[True, False])
    )
    for reason, n_rows in reasons.iter_rows():
        tally.note(f"{n_rows:,} of {losses.height:,} rows will be set aside: {reason}")

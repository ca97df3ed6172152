"""The Chinchilla points that Epoch AI read off the paper's figure 4."""

from __future__ import annotations

import polars as pl

from pipelines.bulk.observations.form import need, unused
from pipelines.bulk.observations.tables import ROW, number

_SIZE, _FLOP, _LOSS = "Model Size", "Training FLOP", "loss"


def read(table: pl.DataFrame, file: str) -> pl.DataFrame | None:
    """Return one row a point; D = C / (6 N), as the published refit takes it."""
    need(table, file, _SIZE, _FLOP, _LOSS)
    size, flop, loss = number(_SIZE), number(_FLOP), number(_LOSS)
    return table.select(
        ROW,
        pl.lit("chinchilla").alias("series"),
        pl.format("point-{}", pl.col(ROW)).alias("run_id"),
        size.alias("parameter_count"),
        pl.lit("unknown").alias("parameter_definition"),
        (flop / (6 * size)).alias("token_count"),
        flop.alias("compute_flop"),
        loss.alias("loss"),
        loss.alias("published_loss"),
        pl.lit("e").alias("log_base"),
        pl.lit("cosine").alias("schedule"),
        pl.lit("MassiveText").alias("eval_set"),
        pl.lit("chinchilla").alias("tokenizer"),
        pl.lit(True).alias("is_final"),
        *unused(table, {_SIZE, _FLOP, _LOSS}),
    )

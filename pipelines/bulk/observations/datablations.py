"""Training with repeated data: the runs behind the data-constrained law."""

from __future__ import annotations

import polars as pl

from pipelines.bulk.observations.form import unused
from pipelines.bulk.observations.tables import ROW, number

_COLUMNS = {"name", "params", "tokens", "unique_tokens", "loss"}


def read(table: pl.DataFrame, _file: str) -> pl.DataFrame | None:
    """Return one row a finished run with its unique tokens; None for other files of the repository."""
    if not set(table.columns) >= _COLUMNS:
        return None
    loss = number("loss")
    return table.select(
        ROW,
        pl.lit("datablations").alias("series"),
        pl.col("name").alias("run_id"),
        number("params").alias("parameter_count"),
        pl.lit("unknown").alias("parameter_definition"),
        number("tokens").alias("token_count"),
        number("unique_tokens").alias("unique_token_count"),
        (number("tokens") / number("unique_tokens")).alias("epochs"),
        loss.alias("loss"),
        loss.alias("published_loss"),
        pl.lit("e").alias("log_base"),
        pl.lit("cosine").alias("schedule"),
        pl.lit("c4").alias("eval_set"),
        pl.lit("gpt2").alias("tokenizer"),
        pl.lit(True).alias("is_final"),
        *unused(table, _COLUMNS),
    )

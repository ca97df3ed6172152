"""Pythia: LAMBADA perplexity by step, the one loss among its zero-shot results."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipelines.bulk.observations.tables import ROW, number
from pipelines.bulk.observations.units import LOSS_UNITS, nats

PARAMETERS: Final = {
    "70m": (70_426_624, 18_915_328),
    "160m": (162_322_944, 85_056_000),
    "410m": (405_334_016, 302_311_424),
    "1b": (1_011_781_632, 805_736_448),
    "1.4b": (1_414_647_808, 1_208_602_624),
    "2.8b": (2_775_208_960, 2_517_652_480),
    "6.9b": (6_857_302_016, 6_444_163_072),
    "12b": (11_846_072_320, 11_327_027_200),
}
"""Size in a model's name -> parameters with and without embeddings, from the table in Pythia's README."""
TOKENS_A_STEP: Final = 2_097_152
"""A batch is 1,024 sequences of 2,048 tokens (Biderman et al. 2023, section 2)."""
_COLUMNS: Final = {"model", "step", "task", "metric", "value"}


def read(table: pl.DataFrame, _file: str) -> pl.DataFrame | None:
    """Return one row a model and step; the deduplicated suite is a series of its own. None for other files."""
    if not set(table.columns) >= _COLUMNS:
        return None
    perplexity = LOSS_UNITS["perplexity"]
    return table.filter(pl.col("metric") == "ppl").select(
        ROW,
        *identity(),
        nats(number("value"), perplexity).alias("loss"),
        number("value").alias("published_loss"),
        pl.lit(perplexity.log_base).alias("log_base"),
        pl.col("task").alias("eval_set"),
        pl.lit("gpt-neox").alias("tokenizer"),
        pl.lit("cosine").alias("schedule"),
    )


def identity() -> list[pl.Expr]:
    """Return what a row of the suite says of its model and step."""
    name, step = pl.col("model"), number("step")
    label = name.str.extract(r"^pythia-([0-9.]+[mb])")
    with_, without = ({size: pair[at] for size, pair in PARAMETERS.items()} for at in (0, 1))
    return [
        pl.when(name.str.ends_with("-deduped")).then(pl.lit("pythia-deduped")).otherwise(pl.lit("pythia")).alias("series"),
        name.alias("run_id"),
        (pl.lit("EleutherAI/") + name.str.strip_suffix("-bf16")).alias("model_ref"),
        label.replace_strict(with_, default=None, return_dtype=pl.Float64).alias("parameter_count"),
        label.replace_strict(without, default=None, return_dtype=pl.Float64).alias("non_embedding_parameter_count"),
        pl.lit("with_embeddings").alias("parameter_definition"),
        (step * TOKENS_A_STEP).alias("token_count"),
        step.alias("step"),
    ]

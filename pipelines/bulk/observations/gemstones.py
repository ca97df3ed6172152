"""The Gemstones: losses over width, depth and tokens, and the losses the same authors measured on models of the hub."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

import polars as pl

from pipelines.bulk.observations.form import need, unused
from pipelines.bulk.observations.tables import ROW, number

VOCABULARY: Final = 50_304
"""Rows of the embedding: 50,304 times the width are the embedding's parameters."""
_MEASURED: Final = {"params_active_precise": "parameter_count", "tokens": "token_count", "FLOPs": "compute_flop"}
_WHOLE: Final = ("width", "depth", "step")
_HUB: Final = ("hf_name", "loss", "params", "non_emb_params", "width", "depth", "vocab_size")
_SIZE_WORD: Final = r"-[0-9.]+[bB](-hf)?$"


def read(table: pl.DataFrame, file: str) -> pl.DataFrame | None:
    """Return one row a checkpoint, or a hub model; None for the files of scores and of fits."""
    if set(_HUB) <= set(table.columns):
        return _hub_models(table)
    if "final_loss" not in table.columns:
        return None
    need(table, file, "params_active_precise", "tokens", "final_loss")
    part = PurePath(file).name.removesuffix(".jsonl").removeprefix("wandb_df_for_fitting_")
    loss = number("final_loss")
    values = {place: number(name) for name, place in _MEASURED.items() if name in table.columns}
    values |= {name: number(name) for name in _WHOLE if name in table.columns}
    if "width" in values:
        values["non_embedding_parameter_count"] = values["parameter_count"] - VOCABULARY * values["width"]
    if "run_name" in table.columns:
        values["run_id"] = pl.col("run_name")
    return table.select(
        ROW,
        *(value.alias(place) for place, value in values.items()),
        pl.lit(f"gemstones/{part}").alias("series"),
        pl.lit("with_embeddings").alias("parameter_definition"),
        loss.alias("loss"),
        loss.alias("published_loss"),
        pl.lit("e").alias("log_base"),
        pl.lit("cooldown" if part.startswith("cool_end") else "constant").alias("schedule"),
        pl.lit("gemstones-logged-loss").alias("eval_set"),
        pl.lit("gemstones").alias("tokenizer"),
        *unused(table, {*_MEASURED, *_WHOLE, "run_name", "final_loss"}),
    )


def _hub_models(table: pl.DataFrame) -> pl.DataFrame:
    """Return one row a hub model; a series is a family with one tokenizer, as losses per token do not compare over two.

    Sizes of the vocabulary differ inside Qwen by padding alone, so the family names the tokenizer.
    """
    family = pl.col("hf_name").str.replace(_SIZE_WORD, "").str.replace(r"(Llama-3)(\.\d)?$", "${1}.x")
    return table.select(
        ROW,
        family.alias("series"),
        pl.col("hf_name").alias("run_id"),
        pl.col("hf_name").alias("model_ref"),
        pl.col("params").alias("parameter_count"),
        pl.col("non_emb_params").alias("non_embedding_parameter_count"),
        pl.lit("with_embeddings").alias("parameter_definition"),
        "width",
        "depth",
        pl.col("loss"),
        pl.col("loss").alias("published_loss"),
        pl.lit("e").alias("log_base"),
        pl.lit("gemstones-validation").alias("eval_set"),
        family.alias("tokenizer"),
        pl.lit(True).alias("is_final"),
        *unused(table, set(_HUB) - {"vocab_size"}),
    )

"""The Open LLM Leaderboard v2: six benchmarks a model, in the harness's raw scores."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipelines.bulk.observations.form import need
from pipelines.bulk.observations.scores import Score, long_scores
from pipelines.bulk.observations.tables import number

SCORES: Final = (
    Score("IFEval Raw", "ifeval", "strict_acc", n_shots=0, n_items=541),
    Score("BBH Raw", "bbh", "acc_norm", n_shots=3, n_items=5761),
    Score("MATH Lvl 5 Raw", "math_hard", "exact_match", n_shots=4, n_items=1324),
    Score("GPQA Raw", "gpqa", "acc_norm", n_shots=0, n_items=1192),
    Score("MUSR Raw", "musr", "acc_norm", n_shots=0, n_items=756),
    Score("MMLU-PRO Raw", "mmlu_pro", "acc", n_shots=5, n_items=12032),
)
"""Shots and items as the leaderboard documents them. The items of math_hard, gpqa and mmlu_pro show in the scores themselves:
value times items is whole in nearly all rows; ifeval, bbh and musr are means over parts."""


def read(table: pl.DataFrame, file: str) -> pl.DataFrame | None:
    """Return one row a model, precision and benchmark; the normalised scores repeat the raw ones on another scale."""
    need(table, file, "fullname", "Precision", "Chat Template", *(score.column for score in SCORES))
    size = number("#Params (B)")
    has_chat = pl.col("Chat Template").cast(pl.String).str.to_lowercase() == "true"
    base = pl.col("Base Model")
    described = [
        pl.col("fullname").alias("model_ref"),
        pl.col("Model sha").alias("model_revision"),
        pl.when(size > 0).then(size * 1e9).alias("parameter_count"),
        pl.when(has_chat).then(pl.lit("chat_template")).otherwise(pl.lit("plain")).alias("prompt_format"),
        pl.col("Precision").alias("weight_precision"),
        pl.col("Type").str.replace(r"^\P{L}+", "").alias("model_type"),
        pl.when(~base.is_in(["Removed", ""])).then(base).alias("base_model_ref"),
        pl.col("Submission Date").alias("evaluated_on"),
    ]
    return long_scores(table, described, "open_llm_leaderboard_v2", SCORES)

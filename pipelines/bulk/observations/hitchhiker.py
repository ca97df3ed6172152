"""The losses that the Hitchhiker's Guide collected, one reader a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final

import polars as pl

from pipelines.bulk.observations.form import need, unused
from pipelines.bulk.observations.tables import ROW, number, size
from pipelines.bulk.observations.units import LOSS_UNITS, nats
from pipelines.bulk.observations.wide import long, loss_columns

T5_NOMINAL: Final = {"base": 0.22e9, "large": 0.77e9, "xl": 3e9, "xxl": 11e9}
"""Sizes of T5 as its paper names them; the file names the models by word alone."""
_REPEATED: Final = ("data", "epochs", "token_num", "num_params", "tokens_per_epoch", "flops")


def read(table: pl.DataFrame, file: str) -> pl.DataFrame | None:
    """Return the losses of one of the guide's files, told by its name; None for the file of BIG-bench scores."""
    reader = _READERS.get(PurePath(file).name.removesuffix(".csv"))
    return reader(table, file) if reader is not None else None


def _natural(loss: pl.Expr) -> list[pl.Expr]:
    return [loss.alias("loss"), loss.alias("published_loss"), pl.lit("e").alias("log_base")]


def _trajectories(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Read runs over repeated data: unique tokens are those of an epoch."""
    need(table, file, *_REPEATED, "loss")
    return table.select(
        ROW,
        pl.format("datablations/{}/{} epochs", "data", "epochs").alias("series"),
        pl.format("{}-{}-{} epochs", "num_params", "data", "epochs").alias("run_id"),
        size("num_params").alias("parameter_count"),
        pl.lit("nominal").alias("parameter_definition"),
        number("token_num").alias("token_count"),
        size("tokens_per_epoch").alias("unique_token_count"),
        number("epochs").alias("epochs"),
        number("flops").alias("compute_flop"),
        *_natural(number("loss")),
        pl.col("data").alias("eval_set"),
        pl.lit("gpt2").alias("tokenizer"),
        *unused(table, {*_REPEATED, "loss"}),
    )


def _contours(table: pl.DataFrame, file: str) -> pl.DataFrame:
    need(table, file, *_REPEATED, "openLM_loss")
    name = pl.col("model_args").str.extract(r"'name': '([^']+)'")
    return table.select(
        ROW,
        pl.lit("datablations/contour").alias("series"),
        name.alias("run_id"),
        size("num_params").alias("parameter_count"),
        pl.lit("unknown").alias("parameter_definition"),
        number("token_num").alias("token_count"),
        size("tokens_per_epoch").alias("unique_token_count"),
        number("epochs").alias("epochs"),
        number("flops").alias("compute_flop"),
        *_natural(number("openLM_loss")),
        pl.col("data").alias("eval_set"),
        pl.lit("gpt2").alias("tokenizer"),
        pl.lit(True).alias("is_final"),
        *unused(table, {*_REPEATED, "openLM_loss"}),
    )


def _code_mixtures(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Read text and code mixtures: the column called epochs is the share of code, a series of its own."""
    need(table, file, *_REPEATED, "loss", "Seed")
    return table.select(
        ROW,
        pl.format("datablations/code/{}", "epochs").alias("series"),
        pl.format("{}-code-{}-seed {}", "num_params", "epochs", "Seed").alias("run_id"),
        size("num_params").alias("parameter_count"),
        pl.lit("nominal").alias("parameter_definition"),
        number("token_num").alias("token_count"),
        size("tokens_per_epoch").alias("unique_token_count"),
        number("flops").alias("compute_flop"),
        number("Seed").alias("seed"),
        *_natural(number("loss")),
        pl.col("data").alias("eval_set"),
        pl.lit("gpt2").alias("tokenizer"),
        *unused(table, {*_REPEATED, "loss", "Seed"} - {"epochs"}),
    )


def _opt(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Read OPT: tokens and FLOP are base-10 logarithms, the loss is a perplexity."""
    used = ("model_size", "steps", "num_token", "flops", "ppl")
    need(table, file, *used)
    perplexity = LOSS_UNITS["perplexity"]
    return table.select(
        ROW,
        pl.lit("opt").alias("series"),
        pl.format("opt-{}", "model_size").alias("run_id"),
        pl.when(pl.col("model_size") != "175b").then(pl.format("facebook/opt-{}", "model_size")).alias("model_ref"),
        size("model_size").alias("parameter_count"),
        pl.lit("nominal").alias("parameter_definition"),
        (pl.lit(10.0) ** number("num_token")).alias("token_count"),
        (pl.lit(10.0) ** number("flops")).alias("compute_flop"),
        number("steps").alias("step"),
        nats(number("ppl"), perplexity).alias("loss"),
        number("ppl").alias("published_loss"),
        pl.lit(perplexity.log_base).alias("log_base"),
        pl.lit("opt-validation").alias("eval_set"),
        pl.lit("opt").alias("tokenizer"),
        *unused(table, set(used)),
    )


def _olmo(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Read OLMo; tokens grow with steps, at the rate of the last checkpoint's label, since labels are rounded to billions."""
    need(table, file, "Step", "model_name", "num_params", "checkpoint")
    label = pl.col("checkpoint").str.extract(r"tokens(\d+)B").cast(pl.Float64) * 1e9
    step, run = number("Step"), pl.col("model_name").str.strip_chars()
    rate = (label / step).sort_by(step, nulls_last=True).last().over(run)
    described = table.select(
        ROW,
        pl.lit("olmo").alias("series"),
        run.alias("run_id"),
        (pl.lit("allenai/") + run).alias("model_ref"),
        size("num_params").alias("parameter_count"),
        pl.lit("nominal").alias("parameter_definition"),
        (step * rate).alias("token_count"),
        step.alias("step"),
        pl.lit("olmo1").alias("tokenizer"),
    )
    return long(table, described, loss_columns(table.columns))


def _t5(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Read T5 on the Pile; the number of its target tokens overflowed upstream, so that nearly all its losses are negative."""
    used = ("model_name", "steps", "cross_ent_loss_per_all_target_tokens")
    need(table, file, *used)
    return table.select(
        ROW,
        pl.lit("t5-pile").alias("series"),
        pl.format("t5-{}", "model_name").alias("run_id"),
        pl.col("model_name").replace_strict(T5_NOMINAL, default=None, return_dtype=pl.Float64).alias("parameter_count"),
        pl.lit("nominal").alias("parameter_definition"),
        number("steps").alias("step"),
        *_natural(number("cross_ent_loss_per_all_target_tokens")),
        pl.lit("pile").alias("eval_set"),
        pl.lit("t5-pile").alias("tokenizer"),
    )


_READERS: Final[Mapping[str, Callable[[pl.DataFrame, str], pl.DataFrame]]] = {
    "datablations_losses": _trajectories,
    "datablations_contour_losses": _contours,
    "datablations_code_losses": _code_mixtures,
    "opt_trajectories": _opt,
    "olmo": _olmo,
    "t5_pile": _t5,
}

"""Scores along trainings: OLMo ladder, Pythia, Gemstones, OPT on BIG-bench."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

import polars as pl

from pipelines.bulk.observations import olmo_ladder, pythia
from pipelines.bulk.observations.scores import Score, long_scores
from pipelines.bulk.observations.tables import ROW, number, size

_LADDER_KINDS: Final = {
    "downstream_bpb": ("bits_per_byte", "nll", False),
    "downstream_soft": ("soft", "probability", True),
    "downstream_soft_log": ("soft_log", "log_probability", True),
    "downstream": ("acc", "accuracy", True),
}
"""Folder of a column -> metric, kind, whether higher is better. bpb is the right answer's negative log-likelihood a byte,
soft its probability among the choices."""


def read_ladder(table: pl.DataFrame, _file: str) -> pl.DataFrame | None:
    """Return one row a run, step and task score of the ladder's last five evaluations; None for its other files."""
    columns = [name for name in table.columns if name.startswith("eval/downstream")]
    if not columns:
        return None
    n, _ = olmo_ladder.parameters()
    described = [
        pl.lit("olmo-ladder").alias("series"),
        pl.col("run").alias("model_ref"),
        number("_step").alias("step"),
        n.alias("parameter_count"),
        olmo_ladder.tokens().alias("token_count"),
    ]
    return long_scores(table, described, "olmo-ladder", [_ladder_score(name) for name in columns])


def _ladder_score(column: str) -> Score:
    _, folder, task = column.split("/")
    metric, kind, is_higher = _LADDER_KINDS[folder]
    for ending in ("_len_norm", "_soft_log", "_soft", "_bpb", "_acc"):
        if task.endswith(ending):
            task, metric = task.removesuffix(ending), metric if folder != "downstream" else ending[1:]
            break
    name, _, shots = task.rpartition("_")
    split = next((word for word in ("val", "test") if f"_{word}_" in f"{name}_"), None)
    benchmark = name.replace(f"_{split}_", "_") if split else name
    return Score(column, benchmark, metric, kind, is_higher, int(shots.removesuffix("shot")), split)


def read_pythia(table: pl.DataFrame, _file: str) -> pl.DataFrame | None:
    """Return one row a model, step and score; perplexities are losses and stand there."""
    if not {"model", "step", "task", "metric", "value"} <= set(table.columns):
        return None
    return table.filter(pl.col("metric") != "ppl").select(
        ROW,
        *pythia.identity(),
        pl.lit("pythia-zero-shot").alias("harness"),
        pl.col("task").alias("benchmark"),
        "metric",
        pl.lit("accuracy").alias("metric_kind"),
        pl.lit(True).alias("is_higher_better"),
        pl.lit(0, dtype=pl.Int64).alias("n_shots"),
        number("value").alias("value"),
    ).drop("run_id", "non_embedding_parameter_count", "parameter_definition")  # fmt: skip


def read_gemstones(table: pl.DataFrame, _file: str) -> pl.DataFrame | None:
    """Return one row a checkpoint and benchmark; None for files of losses."""
    name = "__index_level_0__"
    if name not in table.columns:
        return None
    described = [
        pl.lit("gemstones").alias("series"),
        pl.col(name).alias("model_ref"),
        pl.col(name).str.extract(r"step_(\d+)$").cast(pl.Float64).alias("step"),
    ]
    scores = [Score(column, column, "acc") for column in table.columns if column not in (name, ROW)]
    return long_scores(table, described, "gemstones-lighteval", scores)


def read_hitchhiker(table: pl.DataFrame, file: str) -> pl.DataFrame | None:
    """Return one row an OPT checkpoint and BIG-bench task, percentages as shares; None for files of losses."""
    if PurePath(file).name != "opt.csv":
        return None
    described = [
        pl.lit("opt").alias("series"),
        pl.format("facebook/opt-{}", "size").alias("model_ref"),
        number("steps").alias("step"),
        size("size").alias("parameter_count"),
        number("tokens").alias("token_count"),
        number("flops").alias("compute_flop"),
    ]
    scores = [
        Score(column, column.removeprefix("bigbench__"), "acc", factor=0.01)
        for column in table.columns
        if column.startswith("bigbench__")
    ]
    return long_scores(table, described, "big-bench", scores)

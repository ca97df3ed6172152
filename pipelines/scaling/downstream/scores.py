"""One score a model and protocol out of all that was measured."""

from __future__ import annotations

from typing import Final

import polars as pl

_MODEL: Final = ["protocol_id", "model_ref"]


def one_score_each(evaluations: pl.DataFrame) -> pl.DataFrame:
    """Return one row a protocol and model, sorted by both.

    Args:
        evaluations: rows of the table ``evaluations``.

    Returns:
        The mean of what was measured at the last step known (other precisions, revisions or files of one model are averaged),
        with N, D, the compute told or else 6ND, and what the source says of the model. ``higher`` is the value with its sign
        turned where smaller is better; null where the direction is unknown.
    """
    last = pl.col("step").is_null() | (pl.col("step") == pl.col("step").max().over(_MODEL))
    counts = ("parameter_count", "token_count", "compute_flop")
    texts = (
        "model_id",
        "series",
        "metric_kind",
        "metric",
        "benchmark",
        "split",
        "model_type",
        "weight_precision",
        "base_model_ref",
    )
    first = [pl.col(name).drop_nulls().sort().first() for name in (*counts, *texts, "evaluated_at")]
    scores = (
        evaluations.filter(last)
        .group_by(_MODEL)
        .agg(pl.col("value").mean(), pl.col("stderr").mean(), pl.col("is_higher_better").first(), *first)
        .sort(_MODEL)
    )
    sign = pl.when("is_higher_better").then(1.0).when(~pl.col("is_higher_better")).then(-1.0)
    six_n_d = 6 * pl.col("parameter_count") * pl.col("token_count")
    return scores.with_columns(higher=sign * pl.col("value"), compute=pl.coalesce("compute_flop", six_n_d))

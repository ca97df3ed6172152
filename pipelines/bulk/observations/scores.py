"""Tables with one column a score, turned into one row a score with the protocol it was measured under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.bulk.observations.tables import ROW, number


@dataclass(frozen=True)
class Score:
    """A column of scores and its protocol."""

    column: str
    benchmark: str
    metric: str
    metric_kind: str = "accuracy"
    """nll, probability, log_probability, accuracy or other; see the column's entry in the contract."""
    is_higher_better: bool | None = True
    n_shots: int | None = None
    split: str | None = None
    n_items: int | None = None
    factor: float = 1.0
    """0.01 for a column of percentages."""


def long_scores(table: pl.DataFrame, described: Sequence[pl.Expr], harness: str, scores: Sequence[Score]) -> pl.DataFrame:
    """Return one row a source row and score that is there, sorted by row and protocol."""
    parts = [
        table.select(
            ROW,
            *described,
            pl.lit(harness).alias("harness"),
            pl.lit(score.benchmark).alias("benchmark"),
            pl.lit(score.metric).alias("metric"),
            pl.lit(score.metric_kind).alias("metric_kind"),
            pl.lit(score.is_higher_better, dtype=pl.Boolean).alias("is_higher_better"),
            pl.lit(score.n_shots, dtype=pl.Int64).alias("n_shots"),
            pl.lit(score.split, dtype=pl.String).alias("split"),
            pl.lit(score.n_items, dtype=pl.Int64).alias("n_items"),
            (number(score.column) * score.factor).alias("value"),
        ).filter(pl.col("value").is_not_null())
        for score in scores
    ]
    order = [ROW, "benchmark", "metric", "n_shots", "split"]
    return pl.concat(parts).sort(order, nulls_last=True) if parts else pl.DataFrame(schema={ROW: pl.Int64})

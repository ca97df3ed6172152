"""Accuracy that follows a loss that follows a law is foretold in two steps; what is told one way alone has no row."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from planting import TRUTH, grid, losses

from pipelines.scaling.downstream.links import score_links
from pipelines.scaling.laws.links import LINKS
from pipelines.scaling.laws.registry import LAWS


def scores(n_sizes: int = 7) -> pl.DataFrame:
    columns = grid(n_sizes, 4)
    law, link = LAWS["chinchilla"], LINKS["accuracy_from_loss"]
    loss = losses(law, columns, TRUTH, 0.002, 1)
    hit = link.predict({"loss": loss}, link.fitted({"b": 0.25, "a": 0.6, "k": 4.0, "L_0": 2.4}))[0]
    told = {
        "parameter_count": columns["parameter_count"],
        "token_count": columns["token_count"],
        "benchmark": "quiz",
        "split": None,
    }
    models = pl.DataFrame(told, schema_overrides={"split": pl.String}).with_columns(
        model_ref=pl.format("model {}", pl.int_range(pl.len()))
    )
    rng = np.random.default_rng(2)
    as_loss = models.with_columns(value=pl.Series(loss), metric_kind=pl.lit("nll"), protocol_id=pl.lit("ladder/quiz/bpb"))
    as_hit = models.with_columns(
        value=pl.Series(hit + rng.normal(0, 0.003, len(hit))),
        metric_kind=pl.lit("accuracy"),
        protocol_id=pl.lit("ladder/quiz/acc"),
    )
    return pl.concat([as_loss, as_hit])


def test_two_steps_foretell_what_follows_a_law_of_the_loss() -> None:
    (row,) = score_links(scores()).iter_rows(named=True)
    assert (row["loss_protocol_id"], row["protocol_id"]) == ("ladder/quiz/bpb", "ladder/quiz/acc")
    assert row["n_scored_models"] == 28
    assert row["link_error"] < 0.01
    assert row["two_step_error"] < 0.02
    assert row["two_step_error"] < row["direct_error"]
    assert row["two_step_error"] < row["best_seen_error"]


@pytest.mark.parametrize("kind", ["nll", "accuracy"])
def test_a_benchmark_told_one_way_alone_has_no_link(kind: str) -> None:
    assert score_links(scores().filter(pl.col("metric_kind") == kind)).is_empty()


def test_few_sizes_and_unknown_tokens_have_no_link() -> None:
    assert score_links(scores(3)).is_empty()
    assert score_links(scores().with_columns(token_count=pl.lit(None, pl.Float64))).is_empty()
    other = pl.when(pl.col("metric_kind") == "nll").then(pl.lit("val")).otherwise(pl.lit("test"))
    assert score_links(scores().with_columns(split=other)).is_empty()
    assert score_links(scores().with_columns(benchmark=pl.col("metric_kind"))).is_empty()

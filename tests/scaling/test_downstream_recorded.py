"""Scores of the public releases: likelihood ranks with compute better than accuracy, and design adds more than chance."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.wish import Wish
from pipelines.bulk.tally import Tally
from pipelines.scaling.downstream.correlation import rank_correlations
from pipelines.scaling.downstream.design import design_gains
from pipelines.scaling.downstream.scores import one_score_each

pytestmark = pytest.mark.real


def scores(real_data: Path, name: str) -> pl.DataFrame:
    """One score a protocol and model of a release."""
    if not (real_data / "scaling").is_dir():
        pytest.skip(f"{real_data / 'scaling'} is not here")
    chosen = choose(Wish(name, "evaluations"), mirror=real_data, cache=real_data, offline=True)
    files = sorted(file for file in chosen.path.iterdir() if chosen.form.wants(file))
    rows = pl.concat(chosen.form.tables(chosen.path, files, Tally()))
    parts = ["harness", "benchmark", "split", "metric", "prompt_format"]
    return one_score_each(
        rows.with_columns(
            protocol_id=pl.concat_str(parts, separator="/", ignore_nulls=True),
            model_id=pl.lit(None, dtype=pl.String),
            evaluated_at=pl.col("evaluated_on").str.to_datetime("%Y-%m-%d", strict=False),
        )
    )


def test_ranks_weaken_from_likelihood_to_accuracy_on_the_ladder(real_data: Path) -> None:
    found = rank_correlations(scores(real_data, "olmo-ladder"))
    median = dict(found.group_by("metric_kind").agg(pl.col("rank_correlation").median()).iter_rows())
    assert median["nll"] > median["probability"] > median["accuracy"]
    assert median["nll"] == pytest.approx(0.996, abs=0.001)
    assert median["accuracy"] == pytest.approx(0.945, abs=0.001)


def test_design_adds_to_size_on_the_leaderboard_and_shuffled_design_does_not(real_data: Path) -> None:
    table = scores(real_data, "open-llm-leaderboard").filter(pl.col("protocol_id").str.contains("mmlu_pro|ifeval"))
    links = table.select(child="model_ref", parent="base_model_ref").drop_nulls().unique()
    found = design_gains(table, links, ["model_type", "weight_precision"])
    assert found.height == 4
    assert (found["design_gain_low95"] > found["shuffled_gain_largest"]).all()
    assert (found["shuffled_gain"].abs() < 0.01).all()
    assert 0.03 < float(found["design_gain"].min()) < float(found["design_gain"].max()) < 0.28  # type: ignore[arg-type]

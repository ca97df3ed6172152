"""Scores against compute, design, parents and rivals: planted truths are found, and nulls find nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr

from pipelines.scaling.downstream.changes import score_changes
from pipelines.scaling.downstream.correlation import rank_correlations
from pipelines.scaling.downstream.design import design_gains, families
from pipelines.scaling.downstream.front import score_fronts
from pipelines.scaling.downstream.scores import one_score_each
from warehouse.contract import TABLES

TYPES = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMP": pl.Datetime("us"),
}


def evaluations(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {column.name: TYPES[column.type] for column in TABLES["evaluations"].columns}
    plain = {"protocol_id": "p", "metric_kind": "accuracy", "is_higher_better": True, "stderr": 0.01}
    return pl.DataFrame([plain | row for row in rows], schema=schema)


def scored(n: int, value: Any, **columns: Any) -> pl.DataFrame:
    """Scores of n models m0, m1, … in one protocol."""
    rows = [
        {
            "model_ref": f"m{at}",
            "model_id": f"m{at}",
            "value": float(value(at)),
            **{name: of(at) for name, of in columns.items()},
        }
        for at in range(n)
    ]
    return one_score_each(evaluations(*rows))


def test_one_score_a_model_is_the_mean_of_its_last_step() -> None:
    scores = one_score_each(
        evaluations(
            {"model_ref": "a", "value": 0.1, "step": 1, "parameter_count": 1e9, "token_count": 2e9},
            {"model_ref": "a", "value": 0.4, "step": 2, "parameter_count": 1e9, "token_count": 4e9},
            {"model_ref": "b", "value": 0.2},
            {"model_ref": "b", "value": 0.4, "is_higher_better": True},
            {"model_ref": "c", "protocol_id": "q", "value": 3.0, "is_higher_better": False},
            {"model_ref": "c", "protocol_id": "r", "value": 3.0, "is_higher_better": None},
        )
    )
    assert scores["value"].to_list() == [0.4, pytest.approx(0.3), 3.0, 3.0]
    assert scores["higher"].to_list() == [0.4, pytest.approx(0.3), -3.0, None]
    assert scores["compute"].to_list() == [6 * 1e9 * 4e9, None, None, None]


def test_rank_correlations_are_scipys_and_weaken_with_noise() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(2, 60))
    tables = [
        scored(60, lambda at, n=n: at / 60 + n * noise[0][at], compute_flop=lambda at: 10.0 ** (18 + at / 10)).with_columns(
            protocol_id=pl.lit(f"noise {n}")
        )
        for n in (0.0, 0.1, 1.0)
    ]
    found = rank_correlations(pl.concat(tables))
    oracle = [spearmanr(table["higher"], table["compute"]).statistic for table in tables]
    assert found["rank_correlation"].to_list() == pytest.approx(oracle)
    assert found["rank_correlation"].is_sorted(descending=True)
    assert (found["rank_correlation_low95"] <= found["rank_correlation"]).all()


def test_an_error_that_falls_with_compute_ranks_as_an_accuracy_that_rises() -> None:
    table = one_score_each(
        evaluations(
            *(
                {
                    "model_ref": f"m{at}",
                    "value": 5.0 - at,
                    "compute_flop": 10.0**at,
                    "is_higher_better": False,
                    "metric_kind": "nll",
                }
                for at in range(6)
            )
        )
    )
    assert rank_correlations(table)["rank_correlation"].item() == pytest.approx(1.0)


def test_intervals_of_rank_correlations_cover_the_truth() -> None:
    """Normal pairs with correlation r have Spearman's 6/pi asin(r/2)."""
    rng = np.random.default_rng(2)
    r, n_sets = 0.6, 300
    truth = 6 / np.pi * np.arcsin(r / 2)
    tables = []
    for number in range(n_sets):
        x, y = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], size=40).T
        tables.append(
            pl.DataFrame(
                {"protocol_id": f"{number:03d}", "metric_kind": "accuracy", "higher": y, "compute": np.exp(x)},
            )
        )
    found = rank_correlations(pl.concat(tables))
    covered = ((found["rank_correlation_low95"] <= truth) & (found["rank_correlation_high95"] >= truth)).mean()
    assert 0.92 <= float(covered) <= 0.98  # type: ignore[arg-type]


def test_too_few_models_or_computes_have_no_correlation() -> None:
    assert rank_correlations(scored(4, float, compute_flop=float)).is_empty()
    assert rank_correlations(scored(9, float, compute_flop=lambda at: 1.0 + at % 2)).is_empty()
    assert rank_correlations(scored(9, lambda at: 1.0, compute_flop=lambda at: 1.0 + at)).is_empty()


NO_LINKS = pl.DataFrame(schema={"child": pl.String, "parent": pl.String})


def designed(effect: float, n: int = 300, seed: int = 3) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    kind, size = rng.integers(0, 3, n), rng.uniform(8, 10.5, n)
    noise = rng.normal(0, 0.05, n)
    return scored(
        n,
        lambda at: 0.1 * (size[at] - 8) + effect * kind[at] + noise[at],
        parameter_count=lambda at: 10.0 ** size[at],
        model_type=lambda at: "abc"[kind[at]],
    )


def test_a_planted_effect_of_design_is_found_and_no_effect_is_not() -> None:
    real = design_gains(designed(0.1), NO_LINKS, ["model_type"]).row(0, named=True)
    null = design_gains(designed(0.0), NO_LINKS, ["model_type"]).row(0, named=True)
    assert real["design_gain_low95"] > 0.2
    assert real["design_gain"] > real["shuffled_gain_largest"] + 0.2
    assert abs(real["shuffled_gain"]) < 0.05
    assert null["design_gain"] < 0.03
    assert null["design_gain_low95"] < 0.01
    assert null["design_gain"] == pytest.approx(1 - null["design_error"] / null["scale_error"])


def test_what_only_relatives_share_gains_nothing_when_they_are_kept_together() -> None:
    """Forty families with a level of their own and a label of their own: splitting relatives would leak the level."""
    rng = np.random.default_rng(4)
    level, n = rng.normal(0, 0.2, 40), 400
    table = scored(
        n,
        lambda at: 0.5 + level[at % 40] + rng.normal(0, 0.01),
        parameter_count=lambda at: 1e9 * (1 + at % 7),
        model_type=lambda at: f"family {at % 40}",
    )
    links = pl.DataFrame({"child": [f"m{at}" for at in range(40, n)], "parent": [f"M{at % 40}" for at in range(40, n)]})
    together = design_gains(table, links, ["model_type"]).row(0, named=True)
    apart = design_gains(table, NO_LINKS, ["model_type"]).row(0, named=True)
    assert (together["n_scored_families"], apart["n_scored_families"]) == (40, 400)
    assert apart["design_gain"] > 0.8
    assert together["design_gain"] < 0.1


def test_families_are_linked_names_whatever_their_case() -> None:
    links = pl.DataFrame({"child": ["B", "x"], "parent": ["a", "unseen"]})
    found = dict(families(pl.Series(["a", "b", "X", "y"]), links).iter_rows())
    assert found["a"] == found["b"]
    assert len({found["a"], found["X"], found["y"]}) == 3


def edges(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["parent_id", "child_id", "relation"], orient="row")


def test_changes_are_child_less_parent_and_merges_meet_their_best_parent() -> None:
    scores = scored(5, lambda at: [0.5, 0.6, 0.58, 0.45, 0.7][at])
    found = score_changes(
        scores,
        edges(
            ("m0", "m1", "finetune"),
            ("m0", "m3", "quantized"),
            ("m1", "m4", "merge"),
            ("m2", "m4", "merge"),
            ("m9", "m0", "merge"),
        ),
    )
    changes = {row["relation", "baseline"]: row for row in []} or {
        (row["relation"], row["baseline"]): row for row in found.rows(named=True)
    }
    assert changes["finetune", "parent"]["score_change"] == pytest.approx(0.1)
    assert changes["quantized", "parent"]["improved_share"] == 0
    assert changes["merge", "parent"]["n_pairs"] == 2
    assert changes["merge", "best_parent"]["score_change"] == pytest.approx(0.1)
    assert changes["merge", "mean_parent"]["score_change"] == pytest.approx(0.11)
    assert changes["finetune", "parent"]["score_change_low95"] is None, "one parent is no sample"
    assert changes["finetune", "parent"]["clear_share"] == 1


def test_protocols_are_never_mixed() -> None:
    table = one_score_each(
        evaluations(
            {"model_ref": "m0", "model_id": "m0", "value": 0.9, "protocol_id": "chat"},
            {"model_ref": "m1", "model_id": "m1", "value": 0.1, "protocol_id": "plain"},
        )
    )
    assert score_changes(table, edges(("m0", "m1", "finetune"))).is_empty()


def test_intervals_of_changes_cover_when_children_share_parents() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    n_parents, n_children, truth = 30, 6, 0.02
    pairs = [(f"p{p}", f"c{p}_{c}", "finetune") for p in range(n_parents) for c in range(n_children)]
    for _ in range(200):
        shared = rng.normal(0, 0.05, n_parents)
        values = {f"p{p}": 0.5 for p in range(n_parents)}
        values |= {
            f"c{p}_{c}": 0.5 + truth + shared[p] + rng.normal(0, 0.02) for p in range(n_parents) for c in range(n_children)
        }
        names = list(values)
        table = pl.DataFrame({"protocol_id": "p", "model_id": names, "higher": [values[n] for n in names], "stderr": 0.01})
        row = score_changes(table, edges(*pairs)).row(0, named=True)
        covered += row["score_change_low95"] <= truth <= row["score_change_high95"]
    assert 0.90 <= covered / 200 <= 0.985


def test_the_front_is_that_of_a_comparison_of_all_with_all() -> None:
    rng = np.random.default_rng(6)
    n = 120
    size, day, value = rng.integers(1, 15, n) * 1e9, rng.integers(0, 30, n), rng.integers(0, 40, n) / 40
    table = scored(n, lambda at: value[at], parameter_count=lambda at: size[at]).sort(
        pl.col("model_ref").str.slice(1).cast(pl.Int64)
    )
    dated = table.with_columns(known_at=pl.Series([datetime(2024, 1, 1) + timedelta(days=int(d)) for d in day]))

    def is_dominated(at: int) -> bool:
        as_good = (value >= value[at]) & (size <= size[at]) & (day <= day[at])
        better = (value > value[at]) | (size < size[at]) | (day < day[at])
        return bool((as_good & better).any())

    assert set(score_fronts(dated)["model_ref"]) == {f"m{at}" for at in range(n) if not is_dominated(at)}
    assert score_fronts(dated.with_columns(known_at=pl.lit(None, dtype=pl.Datetime("us")))).is_empty()

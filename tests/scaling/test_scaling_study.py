"""From a frame of losses to a study: cuts, hold-outs, baselines, criteria, forecasts and laws side by side."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from planting import TRUTH, frame, grid, losses, trajectories

from pipelines.scaling.asking import best_split, forecast, side_by_side
from pipelines.scaling.laws.registry import LAWS
from pipelines.scaling.objective import Objective
from pipelines.scaling.preparation import Cut, as_arrays, prepare
from pipelines.scaling.report import as_values, in_words
from pipelines.scaling.selection import criteria, effective_n, held_out_largest, rolling
from pipelines.scaling.study import Protocol, Study, study_all

LAW = LAWS["chinchilla"]
QUICK = Protocol(n_replicates=80)


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return trajectories()


@pytest.fixture(scope="module")
def study(table: pl.DataFrame) -> Study:
    (found,) = study_all(table, QUICK)
    return found


def test_missing_compute_is_6nd_and_told_compute_stays(table: pl.DataFrame) -> None:
    half = table.with_columns(compute_flop=pl.when(pl.col("is_final")).then(2.2e22).otherwise(None))
    ready = prepare(half)
    told = ready.filter(pl.col("compute_flop") == 2.2e22)
    assert told.height == 7
    other = ready.filter(pl.col("compute_flop") != 2.2e22)
    np.testing.assert_allclose(other["compute_flop"], 6 * other["parameter_count"] * other["token_count"])


def test_cuts_leave_out_what_they_say(table: pl.DataFrame) -> None:
    assert prepare(table, Cut("final")).height == 7
    early = prepare(table, Cut(early_share=0.1))
    assert (early["token_count"] > 0.1 * 4e11).all()
    assert (prepare(table, Cut(early_tokens=1e10))["token_count"] > 1e10).all()
    assert prepare(table, Cut(drop_highest=3))["loss"].max() < table["loss"].sort(descending=True)[2]
    assert prepare(table, Cut(largest_parameters=1e9))["parameter_count"].max() < 1e9
    assert prepare(table).height == table.height
    assert (
        Cut("final", early_share=0.1, drop_highest=2).words
        == "last checkpoints alone, first 10% of each run out, 2 highest losses out"
    )


def test_a_run_of_one_checkpoint_has_no_beginning_to_leave_out() -> None:
    columns = grid(6, 1)
    lonely = frame(columns, losses(LAW, columns, TRUTH, 0, 0))
    assert prepare(lonely, Cut(early_tokens=1e15)).height == 6


def test_late_checkpoints_are_the_last_30_percent_of_tokens(table: pl.DataFrame) -> None:
    late = prepare(table).filter(pl.col("is_late"))
    assert late["token_count"].min() > 0.7 * 4e11
    assert late["run_id"].n_unique() == 7


def test_series_evaluation_sets_and_sources_are_studied_apart(table: pl.DataFrame) -> None:
    both = pl.concat([table, table.with_columns(eval_set=pl.lit("other"), loss=pl.col("loss") * 1.5)])
    names = [each.series for each in study_all(both, Protocol(n_replicates=0))]
    assert names == ["planted on held-out", "planted on other"]


def test_checkpoints_are_resampled_by_run_unless_told(study: Study, table: pl.DataFrame) -> None:
    assert study.replicates is not None
    assert (study.replicates.how, study.replicates.n_clusters) == ("run", 7)
    (pairs,) = study_all(table, Protocol(resample="pairs", n_replicates=20))
    assert pairs.replicates is not None
    assert pairs.replicates.how == "pairs"


def test_the_largest_model_is_foretold_without_having_been_seen(study: Study) -> None:
    held = study.held_out
    assert held is not None
    assert held.target_parameter_count == pytest.approx(8e9)
    assert held.fit.columns["parameter_count"].max() < 7e9
    assert held.are < 0.01
    assert not held.is_beaten
    actual = study.seen.loss[held.is_target]
    train = study.seen.loss[study.seen.columns["parameter_count"] < 7e9]
    assert held.best_seen_are == pytest.approx(np.mean(np.abs(actual - train.min()) / actual))
    # A planted law falls steadily: the last checkpoint of the second largest model is the best loss seen, but for noise.
    assert held.last_checkpoint_are == pytest.approx(held.best_seen_are, abs=0.02)


def test_a_law_that_loses_to_a_baseline_says_so() -> None:
    columns = grid(6, 8)
    law = LAWS["power_floor_tokens"]
    flat = frame(columns, losses(law, columns, {"E": 2.0, "B": 1900.0, "beta": 0.36}, 0, 0))
    noisy = flat.with_columns(
        loss=pl.when(pl.col("parameter_count") > 6e9)
        .then(2.12)
        .otherwise(pl.col("loss") * (1 + 0.02 * pl.col("parameter_count").log()))
    )
    held = held_out_largest(LAW, as_arrays(prepare(noisy), LAW.inputs), Objective())
    assert held is not None
    assert held.is_beaten == (held.are > min(held.best_seen_are, held.last_checkpoint_are))
    assert held.is_beaten


def test_rolling_forecasts_go_from_small_to_large(study: Study) -> None:
    steps = rolling(LAW, study.seen, Objective())
    sizes = [step.target_parameter_count for step in steps]
    assert sizes == sorted(sizes)
    assert [step.n_train_sizes for step in steps] == [3, 4, 5, 6]
    assert all(step.are < 0.03 for step in steps)


def test_criteria_prefer_the_law_that_made_the_data(study: Study) -> None:
    assert study.fit is not None
    n = float(study.seen.n)
    true = criteria(study.fit, n)
    (wrong,) = study_all(trajectories(), Protocol("power_floor_compute", n_replicates=0))
    assert wrong.fit is not None
    other = criteria(wrong.fit, n)
    assert true.aicc < other.aicc - 10
    assert true.bic < other.bic - 10
    assert criteria(study.fit, n / 4).aicc > true.aicc


def test_dependent_checkpoints_count_for_less(study: Study) -> None:
    assert effective_n(study.seen, 0.0) == study.seen.n
    assert effective_n(study.seen, 0.5) == pytest.approx(study.seen.n / 3)
    assert effective_n(study.seen, 0.999) == 7


def test_forecasts_and_allocations_carry_intervals_around_the_truth(study: Study) -> None:
    target = {"parameter_count": 2e10, "token_count": 1e12}
    found = forecast(study, target)
    assert found is not None
    exact = LAW.predict({name: np.array([value]) for name, value in target.items()}, LAW.fitted(TRUTH))[0, 0]
    assert found.values["loss"].low < exact < found.values["loss"].high
    split = best_split(study, 1e23)
    assert split is not None
    assert split.values["optimum_exponent"].low < 0.36 / 0.70 < split.values["optimum_exponent"].high
    n, d = split.values["parameter_count"].estimate, split.values["token_count"].estimate
    assert 6 * n * d == pytest.approx(1e23)
    assert split.values["tokens_per_parameter"].estimate == pytest.approx(d / n)


def test_a_target_without_what_the_law_reads_is_refused(table: pl.DataFrame) -> None:
    (found,) = study_all(table, Protocol("power_floor_compute", n_replicates=0))
    with pytest.raises(KeyError, match="compute_flop"):
        forecast(found, {"parameter_count": 1e9, "token_count": 1e10})


def test_laws_stand_side_by_side(table: pl.DataFrame) -> None:
    found, _ = side_by_side(table, Protocol(n_replicates=0), ("chinchilla", "kaplan", "power_floor_compute"))
    assert found["law"].to_list() == ["chinchilla", "kaplan", "power_floor_compute"]
    assert found["aicc"].arg_min() == 0
    assert found["are"][0] < found["are"][1]
    assert found["best_seen_are"].n_unique() == 1


def test_the_protocol_and_the_data_have_names(study: Study, table: pl.DataFrame) -> None:
    assert study.protocol.hash == Protocol(n_replicates=80).hash != Protocol(n_replicates=81).hash
    (again,) = study_all(table.reverse(), QUICK)
    assert again.data_hash == study.data_hash
    (other,) = study_all(table.with_columns(pl.col("loss") * 1.001), Protocol(n_replicates=0))
    assert other.data_hash != study.data_hash


def test_a_study_becomes_plain_json(study: Study) -> None:
    told = json.loads(json.dumps(as_values(study), allow_nan=False))
    assert set(told["parameters"]) == {"E", "A", "B", "alpha", "beta"}
    assert told["parameters"]["alpha"]["low95"] < TRUTH["alpha"] < told["parameters"]["alpha"]["high95"]
    assert told["certificate"]["is_converged"]
    assert any("largest model held out" in line for line in in_words(study))


@pytest.mark.parametrize("value", [-2.0, 0.0, float("nan"), float("inf"), None])
def test_losses_that_are_none_are_left_out_of_a_fit(value: float | None, table: pl.DataFrame) -> None:
    spoilt = table.with_columns(loss=pl.when(pl.int_range(pl.len()) == 5).then(value).otherwise(pl.col("loss")))
    (found,) = study_all(spoilt, Protocol(n_replicates=0))
    assert found.seen.n == table.height - 1


@pytest.mark.parametrize(("keep", "word"), [(2, "observations for 5 parameters"), (1, "observations for 5 parameters")])
def test_two_models_are_refused_with_the_number(keep: int, word: str) -> None:
    (found,) = study_all(trajectories().filter(pl.col("is_final")).head(keep), Protocol(n_replicates=0))
    assert found.is_refused
    assert any(word in finding.words for finding in found.findings)

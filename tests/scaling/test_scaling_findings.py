"""What data can't tell: each warning fires on planted data that deserves it, and a clean series raises none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from planting import TRUTH, frame, grid, losses, trajectories

from pipelines.scaling.identifiability import Finding, examine_reach, lag_correlation, reach
from pipelines.scaling.laws.registry import LAWS
from pipelines.scaling.preparation import Cut, as_arrays, prepare
from pipelines.scaling.study import Protocol, Study, study_all

LAW = LAWS["chinchilla"]
QUICK = Protocol(n_replicates=60)


def clean(sigma: float = 0.003) -> pl.DataFrame:
    columns = grid()
    return frame(columns, losses(LAW, columns, TRUTH, sigma, 1))


def one(table: pl.DataFrame, protocol: Protocol = QUICK) -> Study:
    (found,) = study_all(table, protocol)
    return found


def codes(table: pl.DataFrame, protocol: Protocol = QUICK) -> set[str]:
    return {finding.code for finding in one(table, protocol).findings}


def test_clean_series_raise_no_warning() -> None:
    assert one(clean()).findings == ()
    assert one(trajectories()).findings == ()


def power(values: dict[str, float], law: str) -> Callable[[], pl.DataFrame]:
    def table() -> pl.DataFrame:
        columns = grid(12, 2)
        return frame(columns, losses(LAWS[law], columns, values, 0.002, 2))

    return table


def on_one_ray() -> pl.DataFrame:
    n = np.geomspace(1e8, 1e10, 12)
    columns = {"parameter_count": n, "token_count": 20 * n * np.exp(np.random.default_rng(1).normal(0, 0.05, 12))}
    return frame(columns, losses(LAW, columns, TRUTH, 0.002, 2))


def with_drift() -> pl.DataFrame:
    """Errors that a whole stretch of a run shares."""
    table = trajectories(8, 60, 0.0)
    walk = np.cumsum(np.random.default_rng(3).normal(0, 0.002, (8, 60)), axis=1).ravel()
    return table.with_columns(pl.col("loss") * np.exp(walk))


ONE_AXIS = Protocol("power_floor_parameters", n_replicates=200)
BARE = Protocol(n_replicates=0)
BROKEN = Protocol("broken_power", n_replicates=0)


def split(name: str, one: str, other: str) -> Callable[[], pl.DataFrame]:
    """A clean series whose higher losses say one thing of a column, the others another."""
    return lambda: clean().with_columns(pl.when(pl.col("loss") > 2.5).then(pl.lit(one)).otherwise(pl.lit(other)).alias(name))


FIRES: dict[str, tuple[Callable[[], pl.DataFrame], Protocol]] = {
    "few_sizes": (lambda: clean().filter(pl.col("parameter_count").rank("dense") <= 4), QUICK),
    "few_token_counts": (lambda: clean().filter(pl.col("token_count").rank("dense") <= 2), QUICK),
    "narrow_sizes": (lambda: clean().filter(pl.col("parameter_count").rank("dense") <= 4), QUICK),
    "narrow_token_counts": (lambda: clean().filter(pl.col("token_count").rank("dense") <= 3), QUICK),
    "one_ray": (on_one_ray, QUICK),
    "many_parameters": (lambda: trajectories(6), QUICK),
    "no_degrees_of_freedom": (lambda: clean().head(5), QUICK),
    "constant_loss": (lambda: clean().with_columns(loss=pl.lit(2.5)), QUICK),
    "mixed_tokenizer": (split("tokenizer", "a", "b"), QUICK),
    "mixed_log_base": (split("log_base", "e", "2"), QUICK),
    "mixed_schedule": (split("schedule", "constant", "cosine"), QUICK),
    "mixed_parameter_definition": (split("parameter_definition", "with_embeddings", "nominal"), QUICK),
    "repeated_data": (lambda: clean().with_columns(unique_token_count=pl.col("token_count") / 4), QUICK),
    "compute_not_6nd": (lambda: clean().with_columns(compute_flop=pl.col("compute_flop") * 8), QUICK),
    "dependent_checkpoints": (with_drift, QUICK),
    "no_floor": (lambda: power({"A": 12.0, "alpha": 0.07}, "power_parameters")().with_columns(pl.col("loss") - 0.4), ONE_AXIS),
    "large_exponent": (power({"E": 2.0, "A": 1e25, "alpha": 3.0}, "power_floor_parameters"), ONE_AXIS),
    "wide_exponent": (on_one_ray, QUICK),
    "flat_profile": (
        lambda: clean().with_columns(unique_token_count=pl.col("token_count") * 1.0),
        Protocol("data_constrained", n_replicates=0),
    ),
    "few_budgets": (
        lambda: clean().with_columns(compute_flop=pl.when(pl.col("loss") > 2.5).then(1e20).otherwise(1e22)).drop("token_count"),
        Protocol("power_floor_compute", n_replicates=0),
    ),
    "too_many_losses": (lambda: pl.concat([clean()] * 2_100), Protocol(n_replicates=0)),
    "loses_to_simpler": (power({"E": 1.8, "K": 2e3, "gamma": 0.16}, "power_floor_compute"), BROKEN),
    "at_bound": (
        lambda: clean().with_columns(loss=3.0 + 0.01 * pl.col("parameter_count").log()),
        Protocol("power_parameters", n_replicates=0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(FIRES))
def test_a_warning_fires_where_it_should_and_carries_its_number(code: str) -> None:
    table, protocol = FIRES[code]
    found = [finding for finding in one(table(), protocol).findings if finding.code == code]
    assert found, code
    assert np.isfinite(found[0].value)
    assert found[0].words


@pytest.mark.parametrize(
    "code",
    ["few_token_counts", "constant_loss", "no_degrees_of_freedom", "mixed_tokenizer", "mixed_log_base", "too_many_losses"],
)
def test_an_error_refuses_the_fit(code: str) -> None:
    table, _ = FIRES[code]
    found = one(table())
    assert found.is_refused
    assert code in {finding.code for finding in found.findings if finding.severity == "error"}


def test_a_broken_law_that_foretells_a_real_break_is_not_spoken_against() -> None:
    columns = grid(12, 2)
    truth = {"a": 1.5, "b": 6.0, "c0": 0.02, "c1": 0.25, "d": 3e20, "f": 0.3}
    found = one(frame(columns, losses(LAWS["broken_power"], columns, truth, 0.0005, 1)), BROKEN)
    assert found.held_out is not None
    assert "loses_to_simpler" not in {each.code for each in found.findings}


def test_two_budgets_refuse_a_law_of_compute() -> None:
    table, protocol = FIRES["few_budgets"]
    (finding,) = [each for each in one(table(), protocol).findings if each.code == "few_budgets"]
    assert (finding.severity, finding.value, finding.threshold) == ("error", 2, 3)


def test_an_error_may_be_overruled_except_without_degrees_of_freedom() -> None:
    overruled = Protocol(anyway=True, n_replicates=0)
    assert not one(FIRES["mixed_tokenizer"][0](), overruled).is_refused
    assert one(FIRES["no_degrees_of_freedom"][0](), overruled).is_refused


def test_a_borrowed_exponent_asks_nothing_of_its_axis() -> None:
    two_sizes = clean().filter(pl.col("parameter_count").rank("dense") <= 2)
    assert one(two_sizes).is_refused
    borrowed = one(two_sizes, Protocol(fixed=(("A", TRUTH["A"]), ("alpha", TRUTH["alpha"])), n_replicates=0))
    assert borrowed.fit is not None
    assert borrowed.fit.estimates["beta"] == pytest.approx(TRUTH["beta"], abs=0.03)


def test_the_reach_of_a_forecast_is_told() -> None:
    seen = as_arrays(prepare(clean()), LAW.inputs)
    largest = float(seen.columns["compute_flop"].max())
    assert reach(5 * largest, seen) == pytest.approx(5)
    assert examine_reach(5 * largest, seen) == []
    (far,) = examine_reach(50 * largest, seen)
    assert isinstance(far, Finding)
    assert far.value == pytest.approx(50)


def test_neighbours_of_two_runs_are_no_neighbours() -> None:
    residuals = np.array([1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0])
    run = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
    assert lag_correlation(residuals, run) == pytest.approx(-1.0)


def released(real_data: Path, name: str) -> pl.DataFrame:
    from pipelines.bulk.observations.direct import read_losses
    from pipelines.bulk.observations.wish import Wish

    path = real_data / "scaling" / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return read_losses(Wish(str(path), "losses"), mirror=real_data, cache=real_data, offline=True)[0]


def hub_models(data: Path) -> pl.DataFrame:
    return released(data, "gemstones/our_val_loss_data.json")


def ladder_finals(data: Path) -> pl.DataFrame:
    steps = released(data, "olmo_ladder/val_losses_by_step.csv")
    rungs = pl.col("run_id").str.contains(r"^(190M|370M|760M|1B)-(1|2|5|10)xC$")
    return steps.filter(pl.col("eval_set") == "c4_en", rungs)


REAL: dict[str, tuple[Callable[[Path], pl.DataFrame], Protocol]] = {
    "no_degrees_of_freedom": (lambda data: hub_models(data).filter(pl.col("series").str.contains("Llama-2")), ONE_AXIS),
    "few_sizes": (lambda data: hub_models(data).filter(pl.col("series").str.contains("Llama-3")), ONE_AXIS),
    "many_parameters": (lambda data: hub_models(data).filter(pl.col("series").str.contains("Llama-3")), ONE_AXIS),
    "mixed_tokenizer": (lambda data: hub_models(data).with_columns(series=pl.lit("pooled")), ONE_AXIS),
    "one_ray": (
        lambda data: ladder_finals(data).filter(pl.col("run_id").str.ends_with("-1xC")),
        Protocol("chinchilla_tied", cut=Cut("final"), n_replicates=0, anyway=True),
    ),
    "narrow_sizes": (ladder_finals, Protocol(cut=Cut("final"), n_replicates=0)),
    "dependent_checkpoints": (ladder_finals, BARE),
    "large_exponent": (lambda data: released(data, "gemstones/hot_100b+_512x.jsonl"), Protocol(delta=1e-4, n_replicates=0)),
    "wide_exponent": (lambda data: released(data, "gemstones/hot_100b+_512x.jsonl"), Protocol(delta=1e-4, n_replicates=100)),
    "no_floor": (lambda data: released(data, "gemstones/hot_100b+.jsonl"), Protocol("width_depth_tokens", n_replicates=0)),
    "repeated_data": (lambda data: released(data, "datablations/parametric_fit_runs.csv"), BARE),
    "flat_profile": (
        lambda data: released(data, "datablations/parametric_fit_runs.csv"),
        Protocol(
            "data_constrained", n_replicates=0,
            fixed=(("A", float(np.exp(6.255414))), ("B", float(np.exp(7.3049974))), ("E", float(np.exp(0.6254804))),
                   ("alpha", 0.3526596), ("beta", 0.3526596)),
        ),
    ),
    "mixed_schedule": (
        lambda data: pl.concat([released(data, f"gemstones/{name}.jsonl") for name in ("hot", "cool_end")]).with_columns(
            series=pl.lit("pooled"), source_file=pl.lit("both")
        ),
        Protocol(n_replicates=0),
    ),
    "compute_not_6nd": (
        lambda data: released(data, "hitchhiker/datablations_losses.csv").filter(pl.col("series").str.contains("c4/1 ")),
        BARE,
    ),
}  # fmt: skip
REAL["several_optima"] = REAL["flat_profile"]


@pytest.mark.real
@pytest.mark.parametrize("code", sorted(REAL))
def test_a_warning_fires_on_published_data_that_deserve_it(code: str, real_data: Path) -> None:
    table, protocol = REAL[code]
    assert code in codes(table(real_data), protocol)


@pytest.mark.real
def test_the_ladders_target_is_far_beyond_it(real_data: Path) -> None:
    seen = as_arrays(prepare(ladder_finals(real_data)), LAW.inputs)
    assert reach(6 * 13_202_396_160 * 5_000_088_518_656, seen) > 200

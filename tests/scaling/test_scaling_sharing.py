"""Exponents that families share are recognised as shared, own ones as own; links and components give back what is planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from planting import TRUTH, grid, losses
from recorded import scaling_file
from scipy.optimize import least_squares

from pipelines.scaling.fitting.engine import Fit, Problem, fit_law
from pipelines.scaling.laws.links import LINKS
from pipelines.scaling.laws.registry import LAWS
from pipelines.scaling.links import capability_of_compute, fit_link, observational_law, principal_components, two_steps
from pipelines.scaling.sharing import borrow, share_exponents
from pipelines.scaling.uncertainty.bootstrap import bootstrap

LAW = LAWS["chinchilla"]
COLUMNS_OF_MODELS = ("Model", "Model Family", "Model Size (B)", "Pretraining Data Size (T)", "FLOPs (1E21)")


def family(seed: int, **changes: float) -> tuple[dict[str, np.ndarray], np.ndarray]:
    columns = {name: each for name, each in grid(7, 6).items() if name in LAW.inputs}
    return columns, losses(LAW, columns, {**TRUTH, **changes}, 0.003, seed)


def test_shared_exponents_with_shifted_intercepts_are_recognised() -> None:
    found = share_exponents([family(1), family(2, E=1.6, A=300.0), family(3, E=2.1, B=2500.0)])
    assert found.pooled.certificate.is_converged
    assert found.pooled.value >= sum(fit.value for fit in found.free)
    assert found.n_freed == 4
    assert found.p_value > 0.01
    assert found.aic_gain > 0
    assert found.pooled.estimates["alpha"] == pytest.approx(TRUTH["alpha"], abs=0.02)
    assert found.pooled.estimates["E_1"] == pytest.approx(1.6, abs=0.05)


def test_own_exponents_are_recognised_too() -> None:
    found = share_exponents([family(1), family(2, alpha=0.25, A=90.0), family(3, beta=0.5, B=60_000.0)])
    assert found.p_value < 1e-6
    assert found.aic_gain < 0


def test_the_test_of_shared_exponents_keeps_its_level() -> None:
    p = [share_exponents([family(10 * seed), family(10 * seed + 1, E=1.5)]).p_value for seed in range(30)]
    assert np.mean(np.array(p) < 0.05) < 0.25
    assert np.median(p) > 0.15


def test_a_pooled_fit_is_no_worse_than_a_general_optimisers() -> None:
    found = share_exponents([family(1), family(2, E=1.6)]).pooled
    problem = Problem(found.law, found.columns, found.target, found.objective)
    other = least_squares(
        lambda theta: problem.aim - problem.plain.predict(theta[None])[0],
        found.theta + 0.01, loss="huber", f_scale=1e-3, x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15,
    )  # fmt: skip
    assert found.value <= other.cost * (1 + 1e-9)


@pytest.fixture(scope="module")
def fits() -> dict[str, Fit]:
    return {f"family {seed}": fit_law(LAW, *family(seed, alpha=0.3 + 0.02 * seed)) for seed in range(3)}


def test_parameters_are_borrowed_from_the_nearest_relative_by_name(fits: dict[str, Fit]) -> None:
    values, source = borrow(fits, ["nobody", "family 2"])
    assert values == {name: fits["family 2"].estimates[name] for name in ("A", "alpha")}
    assert source == "from family 2"
    values, source = borrow(fits, [])
    assert values["alpha"] == sorted(fit.estimates["alpha"] for fit in fits.values())[1]
    assert "median of 3" in source
    with pytest.raises(KeyError, match="borrow"):
        borrow({}, [])


def test_one_model_is_foretold_with_a_relatives_exponent(fits: dict[str, Fit]) -> None:
    """A family of a single size, its checkpoints alone: N's term borrowed, the largest size foretold."""
    columns, loss = family(7)
    small = columns["parameter_count"] == columns["parameter_count"].min()
    relative = fit_law(LAW, *family(8))
    values, _ = borrow({"relative": relative}, ["relative"])
    own = fit_law(LAW.with_fixed(**values), {name: each[small] for name, each in columns.items()}, loss[small])
    large = columns["parameter_count"] == columns["parameter_count"].max()
    foretold = own.law.predict({name: each[large] for name, each in columns.items()}, own.theta)[0]
    error = np.mean(np.abs(foretold / loss[large] - 1))
    assert error < 0.05
    assert error < np.mean(np.abs(loss[small].min() / loss[large] - 1))


ACCURACY = {"b": 0.25, "a": 0.6, "k": 4.0, "L_0": 2.6}


def accuracies(loss: np.ndarray, sigma: float) -> np.ndarray:
    link = LINKS["accuracy_from_loss"]
    exact = link.predict({"loss": loss}, link.fitted(ACCURACY))[0]
    return exact + np.random.default_rng(1).normal(0, sigma, len(loss))


def test_links_give_back_what_is_planted() -> None:
    loss = np.linspace(1.9, 3.6, 40)
    found = fit_link("accuracy_from_loss", loss, accuracies(loss, 0.0))
    for name, truth in ACCURACY.items():
        assert found.estimates[name] == pytest.approx(truth, rel=1e-4), name
    planted = {"eps": 0.9, "k": 3.0, "gamma": 0.9}
    link = LINKS["error_from_loss"]
    error = fit_link("error_from_loss", loss, link.predict({"loss": loss}, link.fitted(planted))[0])
    for name, truth in planted.items():
        assert error.estimates[name] == pytest.approx(truth, rel=1e-4), name


def test_two_steps_carry_both_errors_to_the_score() -> None:
    columns, loss = family(4)
    law = bootstrap(fit_law(LAW, columns, loss), np.arange(len(loss)), "pairs", 100)
    score = bootstrap(fit_link("accuracy_from_loss", loss, accuracies(loss, 0.01)), np.arange(len(loss)), "pairs", 100)
    target = {"parameter_count": np.array([2e10]), "token_count": np.array([1e12])}
    found = two_steps(law, score, target)
    exact_loss = LAW.predict(target, LAW.fitted(TRUTH))[0]
    exact = LINKS["accuracy_from_loss"].predict({"loss": exact_loss}, LINKS["accuracy_from_loss"].fitted(ACCURACY))[0, 0]
    assert found.low < exact < found.high
    assert found.high - found.low < 0.1


def test_families_that_share_a_slope_are_recognised() -> None:
    member, p_values = np.repeat(np.arange(5), 8), []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        compute, noise = 10 ** rng.uniform(20, 24, 40), rng.normal(0, 0.05, 40)
        same = capability_of_compute(0.3 * np.log(compute) + member + noise, compute, member)
        assert same.shared_slope == pytest.approx(0.3, abs=0.02)
        p_values.append(same.p_value)
    assert 0.01 < np.mean(np.array(p_values) < 0.05) < 0.11
    own = capability_of_compute((0.2 + 0.05 * member) * np.log(compute) + noise, compute, member)
    assert own.p_value < 1e-6
    np.testing.assert_allclose(own.own_slopes, 0.2 + 0.05 * np.arange(5), atol=0.03)


def test_compute_buys_capability_and_capability_a_score() -> None:
    rng = np.random.default_rng(5)
    member = np.repeat(np.arange(4), 15)
    compute = 10 ** rng.uniform(20, 24, 60)
    ability = 0.25 * np.log(compute) - 12 + 0.4 * member + rng.normal(0, 0.02, 60)
    others = ability[:, None] * [0.3, 0.5, 0.4] + rng.normal(0, 0.01, (60, 3))
    score = 0.25 + 0.6 / (1 + np.exp(-2.5 * (ability - ability.mean()))) + rng.normal(0, 0.005, 60)
    small = compute < 1e23
    names = [f"family {label}" for label in member]
    law = observational_law(others[small], score[small], compute[small], [names[at] for at in np.flatnonzero(small)])
    assert law.link.estimates["b"] == pytest.approx(0.25, abs=0.05)
    assert law.link.law.fitted(law.link.estimates) == pytest.approx(law.link.theta)
    foretold = np.array([law.score(compute[at : at + 1], names[at])[0] for at in np.flatnonzero(~small)])
    assert np.abs(foretold - score[~small]).mean() < 0.02 < np.abs(score[small].max() - score[~small]).mean()


@pytest.mark.real
def test_a_held_out_benchmark_of_published_models_is_foretold_from_the_others(real_data: Path) -> None:
    """124 base models: fitted below 8.4e22 FLOP, asked for those above (Ruan et al. 2024 cut there too)."""
    table = pl.read_csv(scaling_file(real_data, "obsscaling/base_llm_benchmark_eval.csv")).drop_nulls()
    names = [name for name in table.columns if name not in COLUMNS_OF_MODELS]
    target = table["MMLU"].to_numpy()
    others = table.select(name for name in names if name != "MMLU").cast(pl.Float64).to_numpy()
    flop = table["FLOPs (1E21)"].to_numpy() * 1e21
    capability = principal_components(others).values[:, 0]
    is_small = flop < 8.4e22
    link = fit_link("score_from_capability", capability[is_small], target[is_small])
    foretold = link.law.predict({"capability": capability[~is_small]}, link.theta)[0]
    error = float(np.abs(foretold - target[~is_small]).mean())
    assert error < 0.10
    assert error < float(np.abs(target[is_small].max() - target[~is_small]).mean())


def test_components_of_planted_scores_have_the_planted_shares() -> None:
    rng = np.random.default_rng(3)
    ability = rng.normal(0, 1, (5000, 2)) * [3.0, 1.0]
    axes = np.linalg.qr(rng.normal(size=(6, 2)))[0].T
    found = principal_components(ability @ axes + 7)
    np.testing.assert_allclose(found.shares[:2], [0.9, 0.1], atol=0.01)
    np.testing.assert_allclose(np.abs(found.loadings[:2] @ axes.T), np.eye(2), atol=0.05)


@pytest.mark.real
def test_one_component_holds_84_percent_of_published_scores(real_data: Path) -> None:
    table = pl.read_csv(scaling_file(real_data, "obsscaling/base_llm_benchmark_eval.csv"))
    scores = table.drop("Model", "Model Family", "Model Size (B)", "Pretraining Data Size (T)", "FLOPs (1E21)").drop_nulls()
    assert scores.shape == (124, 8)
    values = scores.cast(pl.Float64).to_numpy()
    found = principal_components(values)
    assert found.shares[0] == pytest.approx(0.843, abs=1e-3)
    assert found.shares[:3].sum() == pytest.approx(0.974, abs=1e-3)
    scaled = principal_components(values / values.std(axis=0))
    assert scaled.shares[0] == pytest.approx(0.781, abs=1e-3)

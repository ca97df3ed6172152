"""The fitter: planted laws come back, no general optimiser finds less, derivatives are exact, certificates tell the truth."""

from __future__ import annotations

import numpy as np
import pytest
from planting import TRUTH, grid, losses
from scipy.optimize import least_squares

from pipelines.scaling.arrays import Floats
from pipelines.scaling.fitting.engine import Fit, Problem, fit_law, refit
from pipelines.scaling.laws.additive import Chinchilla
from pipelines.scaling.laws.law import Columns, Law
from pipelines.scaling.laws.registry import LAWS, law_named
from pipelines.scaling.objective import Objective

PLANTED: dict[str, dict[str, float]] = {
    "chinchilla": TRUTH,
    "power_floor_parameters": {"E": 1.8, "A": 420.0, "alpha": 0.34},
    "power_floor_tokens": {"E": 1.8, "B": 1900.0, "beta": 0.36},
    "power_floor_compute": {"E": 1.8, "K": 2.0e3, "gamma": 0.16},
    "power_parameters": {"A": 12.0, "alpha": 0.07},
    "power_compute": {"K": 27.0, "gamma": 0.05},
    "parameters_time": {"E": 1.7, "A": 420.0, "T": 30.0, "alpha": 0.34, "tau": 0.4},
    "kaplan": {"N_c": 8.8e13, "D_c": 5.4e13, "alpha_N": 0.076, "alpha_D": 0.095},
    "outer_power": {"E": 1.7, "A": 2300.0, "B": 9000.0, "alpha": 0.42, "beta": 0.44, "k": 0.6},
    "width_depth_tokens": {"E": 1.5, "W": 40.0, "H": 1.5, "B": 1900.0, "omega": 0.6, "eta": 0.5, "beta": 0.36},
    "width_depth_parameters_tokens": {
        **{"E": 1.5, "W": 40.0, "H": 1.5, "A": 300.0, "B": 1900.0},
        **{"omega": 0.6, "eta": 0.5, "alpha": 0.34, "beta": 0.36},
    },
    "over_training": {"E": 1.8, "a": 60.0, "b": 190.0, "eta": 0.12},
    "data_constrained": {**TRUTH, "R_D": 12.0, "R_N": 5.0},
    "broken_power": {"a": 1.2, "b": 80.0, "c0": 0.12, "c1": 0.1, "d": 1e21, "f": 0.5},
}


def columns_for(law: Law) -> Columns:
    """The grid with whatever else a law reads; widths and depths come apart from sizes."""
    columns = dict(grid(10, 8))
    n, d = columns["parameter_count"], columns["token_count"]
    rng = np.random.default_rng(5)
    columns["width"] = 128 * np.round(rng.uniform(4, 40, len(n)))
    columns["depth"] = np.round(rng.uniform(4, 60, len(n)))
    columns["training_seconds"] = 6 * n * d / rng.choice([1e15, 4e15, 2e16], len(n))
    ratio = d / n
    columns["compute_over_multiplier"] = columns["compute_flop"] / ratio
    columns["compute_times_multiplier"] = columns["compute_flop"] * ratio
    columns["unique_token_count"] = d / rng.choice([1, 2, 4, 10, 40], len(n))
    return {name: columns[name] for name in law.inputs}


def test_every_law_has_a_planted_truth() -> None:
    assert sorted(PLANTED) == sorted(LAWS)


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_law_without_chance_comes_back(name: str) -> None:
    law = LAWS[name]
    columns = columns_for(law)
    fit = fit_law(law, columns, losses(law, columns, PLANTED[name], 0, 0))
    assert fit.certificate.is_converged
    assert fit.value < 1e-18
    for parameter, truth in PLANTED[name].items():
        assert fit.estimates[parameter] == pytest.approx(truth, rel=1e-3), parameter


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_no_general_optimiser_finds_less_on_noisy_losses(name: str) -> None:
    law = LAWS[name]
    columns = columns_for(law)
    target = losses(law, columns, PLANTED[name], 0.004, 1)
    fit = fit_law(law, columns, target)
    design = law.design(columns)
    found = least_squares(
        lambda theta: np.log(target) - design.predict(theta[None])[0],
        law.fitted(PLANTED[name]),
        jac=lambda theta: -design.evaluate(theta[None]).gradient()[0].T,
        loss="huber",
        f_scale=1e-3,
        x_scale="jac",
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    assert fit.value <= found.cost * (1 + 1e-9)


@pytest.mark.parametrize("name", sorted(PLANTED))
@pytest.mark.parametrize("space", ["log", "raw"])
def test_derivatives_are_those_of_the_law(name: str, space: str) -> None:
    law = LAWS[name]
    columns = columns_for(law)
    problem = Problem(law, columns, losses(law, columns, PLANTED[name], 0, 0), Objective(space=space))  # type: ignore[arg-type]
    theta = law.fitted(PLANTED[name]) * 1.01
    weight = np.random.default_rng(2).random((1, len(columns[law.inputs[0]])))

    def slope(at: Floats) -> Floats:
        return problem.plain.evaluate(at[None]).slope(weight)[0]

    exact = problem.plain.evaluate(theta[None])
    bend = exact.curve(np.zeros_like(weight), -weight)[0]
    for at in range(len(theta)):
        step = np.zeros_like(theta)
        step[at] = 1e-5 * max(1.0, abs(theta[at]))
        up, down = problem.plain.predict((theta + step)[None]), problem.plain.predict((theta - step)[None])
        numeric = ((up - down) / (2 * step[at]))[0]
        np.testing.assert_allclose(exact.gradient()[0, at], numeric, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(bend[at], (slope(theta + step) - slope(theta - step)) / (2 * step[at]), rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def noisy() -> Fit:
    columns = grid()
    return fit_law(Chinchilla(), columns, losses(Chinchilla(), columns, TRUTH, 0.006, 3))


def test_a_certificate_tells_an_optimum(noisy: Fit) -> None:
    told = noisy.certificate
    assert told.is_converged
    assert told.gradient_norm < 1e-10
    assert 0 < told.smallest_eigenvalue < told.largest_eigenvalue
    assert told.share_at_best > 0.5
    assert told.at_bound == ()
    assert len(told.rivals) == 0


def test_the_same_data_give_the_same_bytes_in_any_company(noisy: Fit) -> None:
    again = fit_law(noisy.law, noisy.columns, noisy.target)
    assert again.theta.tobytes() == noisy.theta.tobytes()


def test_refits_find_what_a_full_search_finds(noisy: Fit) -> None:
    counts = np.random.default_rng(4).multinomial(len(noisy.target), np.full(len(noisy.target), 1 / len(noisy.target)), 80)
    solved = refit(noisy, counts.astype(np.float64))
    assert solved.is_converged.all()
    for at in (0, 7, 66, 79):
        alone = fit_law(noisy.law, noisy.columns, noisy.target, weight=counts[at].astype(np.float64))
        assert solved.value[at] <= alone.value * (1 + 1e-9)


def test_a_weight_of_two_is_the_observation_twice(noisy: Fit) -> None:
    weight = np.ones(len(noisy.target))
    weight[5] = 2
    twice = np.append(np.arange(len(weight)), 5)
    doubled = fit_law(noisy.law, {name: each[twice] for name, each in noisy.columns.items()}, noisy.target[twice])
    np.testing.assert_allclose(refit(noisy, weight[None]).theta[0], doubled.theta, rtol=1e-7)


def test_fixed_and_tied_parameters_stay_so(noisy: Fit) -> None:
    borrowed = fit_law(Chinchilla().with_fixed(A=400.0, alpha=0.33), noisy.columns, noisy.target)
    assert borrowed.law.names == ("E", "B", "beta")
    assert borrowed.estimates["A"] == pytest.approx(400.0)
    assert borrowed.estimates["alpha"] == 0.33
    tied = fit_law(law_named("chinchilla_tied"), noisy.columns, noisy.target)
    assert tied.estimates["alpha"] == tied.estimates["beta"]
    assert noisy.value <= min(tied.value, borrowed.value)
    at_the_best = {name: noisy.estimates[name] for name in ("A", "alpha")}
    same = fit_law(Chinchilla().with_fixed(**at_the_best), noisy.columns, noisy.target)
    assert same.value == pytest.approx(noisy.value, rel=1e-9)


def test_a_name_that_no_law_has_is_refused() -> None:
    with pytest.raises(KeyError, match="gamma"):
        Chinchilla().with_fixed(gamma=0.3)
    with pytest.raises(KeyError, match="chinchilla"):
        law_named("chinchila")


def test_least_squares_on_the_loss_itself_is_another_question(noisy: Fit) -> None:
    raw = fit_law(noisy.law, noisy.columns, noisy.target, objective=Objective(np.inf, "raw"))
    design = noisy.law.design(noisy.columns)
    found = least_squares(
        lambda theta: noisy.target - np.exp(design.predict(theta[None])[0]), raw.theta, x_scale="jac", xtol=1e-15, ftol=1e-15
    )
    assert raw.value <= found.cost * (1 + 1e-9)
    assert abs(raw.estimates["beta"] - noisy.estimates["beta"]) > 1e-5


def test_a_floor_of_zero_is_found_and_said() -> None:
    columns = grid()
    law = LAWS["power_parameters"]
    fit = fit_law(LAWS["power_floor_parameters"], columns, losses(law, columns, PLANTED["power_parameters"], 0, 0))
    assert fit.estimates["E"] < 1e-3

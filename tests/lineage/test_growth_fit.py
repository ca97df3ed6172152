"""The growth law: what is planted is found, alone or among others, and intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from growing import ages, arrivals, law, laws
from scipy.optimize import curve_fit, minimize
from scipy.special import ndtr

from pipelines.lineage.growth.fitting import fit_growth
from pipelines.lineage.growth.intervals import Draws, draw, forecast
from pipelines.lineage.growth.law import Sums, evaluate, log_posterior


def even(n: int) -> np.ndarray:
    """Shares in the middle of n equal steps: a curve without chance."""
    return (np.arange(n) + 0.5) / n


def natural(theta: np.ndarray) -> np.ndarray:
    """(μ, σ, λ) of fitted (μ, ln σ, ln λ)."""
    return np.column_stack((theta[:, 0], np.exp(theta[:, 1:])))


def test_derivatives_are_those_of_the_likelihood() -> None:
    rng = np.random.default_rng(1)
    planted = laws(6, rng)
    seen = arrivals([ages(theta, 400, rng.random(80)) for theta in planted], np.full(6, 400.0))
    sums, theta = Sums.of(seen), np.column_stack((planted[:, 0], np.log(planted[:, 1:])))
    exact = evaluate(sums, theta)
    for at, step in enumerate(1e-5 * np.eye(3)):
        up, down = evaluate(sums, theta + step), evaluate(sums, theta - step)
        np.testing.assert_allclose(exact.gradient[:, at], (up.value - down.value) / 2e-5, rtol=1e-5, atol=1e-4)
        np.testing.assert_allclose(exact.hessian[:, :, at], (up.gradient - down.gradient) / 2e-5, rtol=1e-5, atol=1e-4)


def test_a_curve_without_chance_gives_its_law_back() -> None:
    planted = laws(20, np.random.default_rng(2))
    seen = arrivals([ages(theta, 900, even(4000)) for theta in planted], np.full(20, 900.0))
    fit = fit_growth(seen)
    assert fit.is_converged.all()
    np.testing.assert_allclose(natural(fit.theta)[:, :2], planted[:, :2], atol=0.05)
    np.testing.assert_allclose(natural(fit.theta)[:, 2], planted[:, 2], rtol=0.08)
    scale = 4000 / law(np.array(900.0), planted)
    np.testing.assert_allclose(fit.scale(seen), scale, rtol=0.15)


def test_least_squares_on_such_a_curve_finds_the_same_law() -> None:
    theta = np.array([4.2, 0.9, 3.0])
    days = ages(theta, 700, even(3000))
    found, _ = curve_fit(
        lambda t, mu, sigma, fitness, scale: scale * np.expm1(fitness * ndtr((np.log(t) - mu) / sigma)),
        days,
        np.arange(3000) + 0.5,
        p0=(4.0, 1.0, 2.0, 200.0),
    )
    own = natural(fit_growth(arrivals([days], np.array([700.0]))).theta)[0]
    np.testing.assert_allclose(own[:2], found[:2], atol=0.05)
    np.testing.assert_allclose(own[2], found[2], rtol=0.1)


@pytest.mark.parametrize("n_children", [10, 40, 400])
def test_no_general_optimiser_finds_a_better_top(n_children: int) -> None:
    rng = np.random.default_rng(n_children)
    windows = rng.uniform(60, 900, 12)
    seen = arrivals([ages(theta, t, rng.random(n_children)) for theta, t in zip(laws(12, rng), windows, strict=True)], windows)
    fit = fit_growth(seen)
    assert fit.is_converged.all()
    for at in range(12):
        sums = Sums.of(seen.chosen(np.arange(12) == at))
        for start in (fit.theta[at], np.array([3.0, 0.0, 0.0]), np.array([5.0, 0.5, 2.0])):
            other = minimize(lambda x, sums=sums: -log_posterior(sums, x[None])[0], start, method="Nelder-Mead")
            assert -other.fun < fit.value[at] + 1e-3


def test_bases_do_not_see_one_another() -> None:
    rng = np.random.default_rng(5)
    sizes = [10, 500, 33, 2000, 12]
    days = [ages(theta, 300, rng.random(n)) for theta, n in zip(laws(5, rng), sizes, strict=True)]
    together = fit_growth(arrivals(days, np.full(5, 300.0)))
    for at in range(5):
        alone = fit_growth(arrivals([days[at]], np.array([300.0])))
        np.testing.assert_allclose(alone.theta[0], together.theta[at], atol=1e-6)


def coverage(draws: Draws, planted: np.ndarray) -> np.ndarray:
    truth = np.column_stack((planted[:, 0], np.log(planted[:, 1:])))
    bounds = [draws.quantiles(draws.theta[..., at]) for at in range(3)]
    return np.array([((low <= truth[:, at]) & (truth[:, at] <= high)).mean() for at, (low, _, high) in enumerate(bounds)])


@pytest.mark.parametrize("n_children", [20, 150, 1500])
def test_intervals_cover_the_planted_law(n_children: int) -> None:
    rng = np.random.default_rng(n_children)
    planted, windows = laws(120, rng), rng.uniform(180, 1500, 120)
    seen = arrivals([ages(theta, t, rng.random(n_children)) for theta, t in zip(planted, windows, strict=True)], windows)
    # Of 120 intervals that cover with 95 %, fewer than 106 do so once in a thousand times.
    assert coverage(draw(seen, fit_growth(seen)), planted).min() >= 106 / 120


@pytest.mark.parametrize("is_reinforced", [False, True], ids=["independent", "birth-process"])
def test_forecasts_cover_what_comes(is_reinforced: bool) -> None:
    """Children of 400 days are fitted, those of 180 days more foretold; planted as a Poisson process and as the law's own."""
    rng = np.random.default_rng(7)
    days, truth = [], []
    for theta in laws(200, rng):
        mean = 10 * (rng.gamma(10) / 10 if is_reinforced else 1) * law(np.array(580.0), theta)
        came = ages(theta, 580, rng.random(rng.poisson(mean)))
        if (came <= 400).sum() >= 10:
            days.append(came[came <= 400])
            truth.append(len(came))
    seen = arrivals(days, np.full(len(days), 400.0))
    low, middle, high = forecast(seen, draw(seen, fit_growth(seen)), 180)
    inside = (low <= truth) & (truth <= high)
    assert inside.mean() > 0.9
    assert abs(np.median(np.log(middle / truth))) < 0.03


def test_uploads_in_batches_widen_the_forecast() -> None:
    rng = np.random.default_rng(8)
    seen = arrivals([ages(np.array([4.0, 0.8, 2.5]), 300, rng.random(300))], np.array([300.0]))
    batched = type(seen)(seen.age, seen.start, seen.window, np.array([10.0]))
    widths = []
    for each in (seen, batched):
        low, _, high = forecast(each, draw(each, fit_growth(each)), 180)
        widths.append(high[0] - low[0])
    assert widths[1] > 2 * widths[0]

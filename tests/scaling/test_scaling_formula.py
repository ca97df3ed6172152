"""A law of the user's own, by SciPy: the same optimum as the exact fitter's, through the same study, and its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from planting import TRUTH, frame, grid, losses

from pipelines.scaling import fit
from pipelines.scaling.fitting.engine import fit_law, refit
from pipelines.scaling.laws.formula import FormulaLaw, Sought
from pipelines.scaling.laws.law import Columns, coefficient, exponent, floor
from pipelines.scaling.laws.registry import LAWS, register
from pipelines.scaling.objective import Objective

CHINCHILLA = LAWS["chinchilla"]


class Mine(FormulaLaw):
    """The additive law, written as anybody would."""

    name = "mine"
    form = "L = E + A/N^alpha + B/D^beta"
    source = "this test"
    inputs = ("parameter_count", "token_count")
    own = (
        Sought(floor(), 1, 3),
        Sought(coefficient("A", "weight of parameters"), 50, 2000),
        Sought(coefficient("B", "weight of tokens"), 50, 9000),
        Sought(exponent("alpha", "exponent of parameters"), 0.1, 0.8),
        Sought(exponent("beta", "exponent of tokens"), 0.1, 0.8),
    )

    def formula(self, columns: Columns, values: Mapping[str, float]) -> np.ndarray:
        n, d = columns["parameter_count"], columns["token_count"]
        return np.asarray(values["E"] + values["A"] / n ** values["alpha"] + values["B"] / d ** values["beta"])


@pytest.fixture
def registered() -> Iterator[None]:
    register(Mine())
    yield
    del LAWS["mine"]


def points(sigma: float = 0.004) -> tuple[dict[str, np.ndarray], np.ndarray]:
    columns = dict(grid(6, 5))
    return columns, losses(CHINCHILLA, columns, TRUTH, sigma, 2)


@pytest.mark.parametrize("delta", [1e-3, np.inf])
def test_it_finds_the_optimum_of_the_exact_fitter(delta: float) -> None:
    columns, loss = points()
    own = fit_law(Mine(), columns, loss, objective=Objective(delta))
    exact = fit_law(CHINCHILLA, columns, loss, objective=Objective(delta))
    assert own.value == pytest.approx(exact.value, rel=1e-7)
    for name, value in exact.estimates.items():
        assert own.estimates[name] == pytest.approx(value, rel=1e-2), name
    assert own.certificate.is_converged


def test_replicates_are_refitted_and_weights_are_whole() -> None:
    columns, loss = points()
    own, exact = (fit_law(law, columns, loss) for law in (Mine(), CHINCHILLA))
    counts = np.random.default_rng(1).multinomial(30, np.full(30, 1 / 30), size=3).astype(np.float64)
    np.testing.assert_allclose(refit(own, counts).value, refit(exact, counts).value, rtol=1e-4)
    with pytest.raises(ValueError, match="whole weights"):
        refit(own, counts + 0.5)


@pytest.mark.usefixtures("registered")
def test_a_registered_law_goes_through_a_whole_study() -> None:
    columns, loss = points()
    (found,) = fit(frame(columns, loss), law="mine", n_replicates=10)
    table = {row["parameter"]: row for row in found.summary().iter_rows(named=True)}
    assert table["alpha"]["estimate"] == pytest.approx(TRUTH["alpha"], abs=0.05)
    assert table["alpha"]["low95"] < table["alpha"]["high95"]
    assert found.study.held_out is not None
    told = found.predict(parameter_count=2e10, token_count=1e12)["estimate"][0]
    exact = CHINCHILLA.predict({"parameter_count": np.array([2e10]), "token_count": np.array([1e12])}, CHINCHILLA.fitted(TRUTH))
    assert told == pytest.approx(exact[0, 0], rel=0.01)


def test_a_name_that_is_taken_is_refused() -> None:
    class Taken(Mine):
        name = "kaplan"

    with pytest.raises(ValueError, match="another law is called kaplan"):
        register(Taken())


def test_a_formula_without_a_number_is_no_optimum() -> None:
    class Nowhere(Mine):
        def formula(self, columns: Columns, values: Mapping[str, float]) -> np.ndarray:
            return np.full(len(columns["token_count"]), np.nan)

    columns, loss = points()
    assert not fit_law(Nowhere(), columns, loss).certificate.is_converged

"""The projection in Polars agrees with the one in arrays, and the Newton steps reach the optimum from its nodes alone."""

from __future__ import annotations

import numpy as np
import polars as pl
from planting import TRUTH, frame, grid, losses

from pipelines.scaling.fitting.engine import Problem, fit_law
from pipelines.scaling.laws.registry import LAWS
from pipelines.scaling.objective import Objective
from pipelines.scaling.preparation import prepare
from pipelines.scaling.projection_frame import as_starts, project_series

LAW = LAWS["chinchilla"]


def families() -> pl.DataFrame:
    tables = []
    for seed in range(3):
        columns = grid(6 + seed, 5)
        truth = {**TRUTH, "alpha": 0.28 + 0.04 * seed}
        tables.append(frame(columns, losses(LAW, columns, truth, 0.004, seed), series=f"family {seed}", source_name="planted"))
    return prepare(pl.concat(tables))


def test_nodes_are_weighted_least_squares_at_their_exponents() -> None:
    table = families()
    nodes = project_series(table, n_kept=4)
    assert nodes.height == 12
    for row in nodes.iter_rows(named=True):
        own = table.filter(pl.col("series") == row["series"])
        n, d, loss = (own[name].to_numpy() for name in ("parameter_count", "token_count", "loss"))
        base = np.column_stack((np.ones(len(n)), n ** -row["alpha"], d ** -row["beta"]))
        found, squares, *_ = np.linalg.lstsq(base / loss[:, None], np.ones(len(n)), rcond=None)
        np.testing.assert_allclose(found, [row["E"], row["A"], row["B"]], rtol=1e-5)
        np.testing.assert_allclose(squares[0], row["squares"], rtol=1e-5)


def test_newton_from_these_nodes_ends_at_the_global_optimum() -> None:
    table = families()
    for (name,), nodes in project_series(table).group_by("series"):
        own = table.filter(pl.col("series") == name)
        columns = {column: own[column].to_numpy() for column in LAW.inputs}
        best = fit_law(LAW, columns, own["loss"].to_numpy())
        problem = Problem(LAW, columns, own["loss"].to_numpy(), Objective())
        solved = problem.solve(as_starts(nodes), np.ones((1, own.height)))
        assert solved.value.min() <= best.value * (1 + 1e-9)

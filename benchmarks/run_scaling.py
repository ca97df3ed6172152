"""Measured fits of scaling laws: ``python -m benchmarks.run_scaling WAY DATA``.

WAY: ``batched`` is hubtree's global fit and 1,000 bootstrap replicates; ``laws`` fits 1,000 laws of windows of planted
families; ``projection`` is the projection stage of 50 families in Polars. DATA is a CSV of parameter_count, token_count, loss.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.stopwatch import Stopwatch

N_REPLICATES = 1_000
SEED = 20_240_415
TRUTH = {"E": 1.8, "A": 420.0, "B": 1900.0, "alpha": 0.34, "beta": 0.36}


def main(way: str, data: Path) -> None:
    """Run one way and tell what it found."""
    ways: dict[str, Callable[[Stopwatch, Path], object]] = {"batched": batched, "laws": laws, "projection": projection}
    watch = Stopwatch()
    watch.tell(ways[way](watch, data))


def points(data: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N, D and L."""
    table = pl.read_csv(data)
    n, d, loss = (table[name].to_numpy() for name in ("parameter_count", "token_count", "loss"))
    return n, d, loss


def counts(n: int) -> np.ndarray:
    """The replicates that every way fits: how often each observation is drawn."""
    return np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=N_REPLICATES).astype(np.float64)


def batched(watch: Stopwatch, data: Path) -> object:
    """Global fit, then all replicates as weight vectors."""
    from pipelines.scaling.fitting.engine import fit_law, refit
    from pipelines.scaling.laws.registry import LAWS

    n, d, loss = points(data)
    with watch.stage("global fit"):
        fit = fit_law(LAWS["chinchilla"], {"parameter_count": n, "token_count": d}, loss)
    with watch.stage("1,000 replicates"):
        solved = refit(fit, counts(len(loss)))
    return {"objective": fit.value, "replicates": solved.value.tolist(), "estimates": fit.estimates}


def family(seed: int, n_sizes: int, n_checkpoints: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Checkpoints of one planted family."""
    rng = np.random.default_rng(seed)
    sizes, tokens = np.geomspace(1e8, 1e10, n_sizes), np.geomspace(2e9, 3e11, n_checkpoints)
    n, d = (each.ravel() for each in np.meshgrid(sizes, tokens, indexing="ij"))
    exact = TRUTH["E"] + TRUTH["A"] / n ** TRUTH["alpha"] + TRUTH["B"] / d ** TRUTH["beta"]
    return {"parameter_count": n, "token_count": d}, exact * np.exp(rng.normal(0, 0.01, len(n)))


def laws(watch: Stopwatch, data: Path) -> object:
    """1,000 laws: of each of 40 families 25 windows of models and shares of tokens, as in the Hitchhiker's Guide."""
    from pipelines.scaling.fitting.engine import fit_law, refit
    from pipelines.scaling.laws.registry import LAWS

    del data
    n_fitted, n_converged = 0, 0
    with watch.stage("1,000 laws"):
        for seed in range(40):
            columns, loss = family(seed, 7, 20)
            size = np.unique(columns["parameter_count"], return_inverse=True)[1]
            windows = [
                (size >= first) & (size < first + width) & (columns["token_count"] <= share * 3e11)
                for first, width in ((0, 4), (1, 4), (0, 5), (2, 5), (0, 7))
                for share in (0.2, 0.4, 0.6, 0.8, 1.0)
            ]
            fit = fit_law(LAWS["chinchilla"], columns, loss)
            solved = refit(fit, np.array(windows, dtype=np.float64))
            n_fitted, n_converged = n_fitted + len(windows), n_converged + int(solved.is_converged.sum())
    return {"n_laws": n_fitted, "n_converged": n_converged}


def projection(watch: Stopwatch, data: Path) -> object:
    """The projection stage of 50 families of 100 losses, 67 x 67 exponents each."""
    from pipelines.scaling.preparation import prepare
    from pipelines.scaling.projection_frame import project_series

    del data
    tables = []
    for seed in range(50):
        columns, loss = family(seed, 10, 10)
        tables.append(pl.DataFrame({**columns, "loss": loss}).with_columns(series=pl.lit(f"family {seed}")))
    prepared = prepare(pl.concat(tables))
    with watch.stage("projection"):
        nodes = project_series(prepared)
    return {"n_series": nodes["series"].n_unique(), "n_nodes": nodes.height}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

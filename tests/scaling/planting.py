"""Observations whose law is known."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.scaling.laws.law import Columns, Law
from pipelines.scaling.laws.registry import LAWS

TRUTH = {"E": 1.8, "A": 420.0, "B": 1900.0, "alpha": 0.34, "beta": 0.36}


def grid(n_sizes: int = 8, n_lengths: int = 6) -> Columns:
    """Sizes from 50M to 8B, each trained to lengths from 2B to 400B tokens."""
    sizes, lengths = np.geomspace(5e7, 8e9, n_sizes), np.geomspace(2e9, 4e11, n_lengths)
    n, d = (each.ravel() for each in np.meshgrid(sizes, lengths, indexing="ij"))
    return {"parameter_count": n, "token_count": d, "compute_flop": 6 * n * d}


def losses(law: Law, columns: Columns, truth: dict[str, float], sigma: float, seed: int) -> np.ndarray:
    """The law's losses with noise on their logarithm; ``sigma`` 0 is without chance."""
    exact = law.predict(columns, law.fitted(truth))[0]
    return exact * np.exp(np.random.default_rng(seed).normal(0, sigma, len(exact))) if sigma else exact


def frame(columns: Columns, loss: np.ndarray, **constants: object) -> pl.DataFrame:
    """Observations as the fits read them, one series."""
    told = {name: pl.lit(value) for name, value in {"series": "planted", "eval_set": "held-out", **constants}.items()}
    return pl.DataFrame({**columns, "loss": loss}).with_columns(**told)


def trajectories(n_sizes: int = 7, n_checkpoints: int = 12, sigma: float = 0.003, seed: int = 0) -> pl.DataFrame:
    """Checkpoints of one run a size; their errors are independent."""
    columns = grid(n_sizes, n_checkpoints)
    law = LAWS["chinchilla"]
    table = frame(columns, losses(law, columns, TRUTH, sigma, seed))
    last = pl.col("token_count").max().over("run_id")
    runs = table.with_columns(run_id=pl.format("run of {}", pl.col("parameter_count").round(0)))
    return runs.with_columns(is_final=pl.col("token_count") == last)

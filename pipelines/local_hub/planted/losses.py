"""Planted training series: models whose losses follow a known law L = E + A/N^alpha + B/D^beta."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from pipelines.local_hub.planted.parameters import stream
from pipelines.local_hub.planted.population import Population


@dataclass(frozen=True)
class Law:
    """The additive law of one series; N in parameters, D in tokens, losses in natural-log cross entropy."""

    series: str
    E: float
    A: float
    B: float
    alpha: float
    beta: float
    noise_sigma: float = 0.002
    """Standard deviation of the noise on ln L."""

    def loss(self, n_parameters: np.ndarray, n_tokens: np.ndarray) -> np.ndarray:
        """Return the noiseless loss."""
        return np.asarray(self.E + self.A / n_parameters**self.alpha + self.B / n_tokens**self.beta)


LAWS: Final = (
    Law("Aster", 1.82, 480.0, 2100.0, 0.348, 0.366),
    Law("Bolide", 1.69, 406.0, 411.0, 0.339, 0.285),
    Law("Corona", 2.05, 250.0, 900.0, 0.310, 0.330),
)
_RUN_SIZES: Final = (("70M", 7e7), ("160M", 1.6e8), ("410M", 4.1e8), ("1B", 1.0e9), ("2.8B", 2.8e9))
_CHECKPOINTS: Final = (2e9, 5e9, 1e10, 3e10, 1e11, 3e11)
"""Tokens seen at each published loss; the last one is the final one."""
_AUTHOR: Final = "scalinglab"


def plant_losses(population: Population, seed: int) -> tuple[Population, pl.DataFrame]:
    """Turn some models outside families into training runs; return the population and the observations.

    The observations hold one row a run and checkpoint: run_id, series, model_id, parameter_count, token_count, loss, is_final
    and the law's parameters.
    """
    models = population.models
    rng = stream(seed, "losses")
    runs = [(law, label, size) for law in LAWS for label, size in _RUN_SIZES]
    rows = _spread(models["kind"].to_numpy() == "single", len(runs))
    tables = [_observe(law, label, size, rng) for law, label, size in runs]
    planted = _overwrite(models, rows, _run_columns(runs, tables))
    return replace(population, models=planted), pl.concat(tables)


def _spread(is_candidate: np.ndarray, wanted: int) -> np.ndarray:
    """Return ``wanted`` rows spread evenly over the candidates."""
    candidates = np.flatnonzero(is_candidate)
    return candidates[np.linspace(0, len(candidates) - 1, wanted).astype(np.int64)]


def _observe(law: Law, label: str, size: float, rng: np.random.Generator) -> pl.DataFrame:
    tokens = np.array(_CHECKPOINTS)
    noise = np.exp(rng.normal(0, law.noise_sigma, len(tokens)))
    name = f"{law.series}-{label}"
    return pl.DataFrame(
        {
            "run_id": name,
            "series": law.series,
            "model_id": f"{_AUTHOR}/{name}",
            "parameter_count": np.full(len(tokens), size).astype(np.int64),
            "token_count": tokens.astype(np.int64),
            "loss": np.round(law.loss(np.full(len(tokens), size), tokens) * noise, 6),
            "is_final": tokens == tokens[-1],
        }
    ).with_columns(pl.lit(value).alias(key) for key, value in asdict(law).items() if key != "series")


def _run_columns(runs: list[tuple[Law, str, float]], tables: list[pl.DataFrame]) -> dict[str, list[object]]:
    names = [table["run_id"][0] for table in tables]
    n = len(runs)
    return {
        "author": [_AUTHOR] * n,
        "name": names,
        "model_id": [f"{_AUTHOR}/{name}" for name in names],
        "parameter_count": [int(size) for _, _, size in runs],
        "has_card": [True] * n,
        "is_template": [False] * n,
        "generator": ["hand"] * n,
        "has_results": [True] * n,
        "result_metric": ["loss"] * n,
        "result_value": [table["loss"][-1] for table in tables],
        "eval_set": [f"{law.series.lower()}-held-out" for law, _, _ in runs],
        "loss_table": [_markdown(table) for table in tables],
    }


def _markdown(table: pl.DataFrame) -> str:
    lines = [f"| {tokens / 1e9:g}B | {loss:.6f} |" for tokens, loss in table.select("token_count", "loss").iter_rows()]
    return "\n".join(["| tokens | loss |", "|---:|---:|", *lines])


def _overwrite(models: pl.DataFrame, rows: np.ndarray, columns: dict[str, list[object]]) -> pl.DataFrame:
    index = pl.Series(rows, dtype=pl.UInt32)
    return models.with_columns(
        models[name].clone().scatter(index, pl.Series(values, dtype=models.schema[name])) for name, values in columns.items()
    )

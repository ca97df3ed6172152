"""What design adds to scale: does knowing how a model was made predict its score better than its size alone?

The question of Not-Just-Scaling Laws (Liu et al. 2025), with two guards: relatives never stand on both sides of a split, and
the same features shuffled over the models must gain nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

FEWEST_MODELS: Final = 100
FEWEST_FAMILIES: Final = 20
"""With fewer models or families a gain is noise."""
N_FOLDS: Final = 5
N_PERMUTATIONS: Final = 30
N_BOOTSTRAPS: Final = 500
RIDGE: Final = 1.0
"""Penalty on standardised features, in units of one observation: keeps rare categories from being learnt by heart."""
RARE: Final = 5
"""Categories of fewer models are one category, other."""
_SCHEMA: Final = {
    "protocol_id": pl.String(),
    "n_scored_models": pl.Int64(),
    "n_scored_families": pl.Int64(),
    "scale_error": pl.Float64(),
    "design_error": pl.Float64(),
    "design_gain": pl.Float64(),
    "design_gain_low95": pl.Float64(),
    "design_gain_high95": pl.Float64(),
    "shuffled_gain": pl.Float64(),
    "shuffled_gain_largest": pl.Float64(),
}


def design_gains(scores: pl.DataFrame, links: pl.DataFrame, features: Sequence[str]) -> pl.DataFrame:
    """Return the gain of design features over size, one row a protocol with enough models and families, sorted.

    Args:
        scores: one row a protocol and model, see `one_score_each`, with the feature columns (texts; null is a category).
        links: pairs (child, parent) of model names; linked models are one family and stay on one side of a split.
        features: the columns of ``scores`` that describe design.

    Returns:
        Mean absolute errors of ridge regressions on log N alone and with the features, in cross-validation over families;
        the relative gain with an interval from bootstraps over families; and mean and largest gain of shuffled features.
    """
    family = families(scores["model_ref"].unique().sort(), links)
    joined = scores.join(family, on="model_ref", maintain_order="left")
    known = joined.filter(pl.col("higher").is_finite(), pl.col("parameter_count") > 0)
    rows = []
    for (protocol,), group in known.group_by("protocol_id", maintain_order=True):
        n_families = group["family"].n_unique()
        if group.height >= FEWEST_MODELS and n_families >= FEWEST_FAMILIES:
            rows.append((protocol, group.height, n_families, *_gain(str(protocol), group, features)))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").sort("protocol_id")


def families(models: pl.Series, links: pl.DataFrame) -> pl.DataFrame:
    """Return one row a model with the number of its family: names linked by pairs, without regard to case."""
    names = pl.concat([models, links["child"], links["parent"]]).str.to_lowercase().unique().sort()
    number = pl.DataFrame({"name": names, "at": range(len(names))})
    ends = [
        links.select(name=pl.col(end).str.to_lowercase()).join(number, on="name", maintain_order="left")["at"].to_numpy()
        for end in ("child", "parent")
    ]
    graph = coo_array((np.ones(len(ends[0])), (ends[0], ends[1])), shape=(len(names), len(names)))
    found = pl.DataFrame({"name": names, "family": connected_components(graph, directed=False)[1]})
    folded = models.to_frame("model_ref").with_columns(name=pl.col("model_ref").str.to_lowercase())
    return folded.join(found, on="name", maintain_order="left").select("model_ref", "family")


@dataclass(frozen=True)
class _Problem:
    """One protocol: scores, size features, design features, families and folds, row by row."""

    score: np.ndarray
    size: np.ndarray
    design: np.ndarray
    family: np.ndarray
    fold: np.ndarray


def _gain(protocol: str, group: pl.DataFrame, features: Sequence[str]) -> tuple[float, ...]:
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(protocol.encode()).digest()[:8], "big"))
    problem = _problem(group, features, rng)
    scale = _errors(problem, None)
    design = _errors(problem, problem.design)
    shuffled = [
        1 - _errors(problem, problem.design[rng.permutation(len(problem.score))]).mean() / scale.mean()
        for _ in range(N_PERMUTATIONS)
    ]
    low, high = _interval(scale, design, problem.family, rng)
    gain = 1 - design.mean() / scale.mean()
    return scale.mean(), design.mean(), gain, min(low, gain), max(high, gain), float(np.mean(shuffled)), max(shuffled)


def _problem(group: pl.DataFrame, features: Sequence[str], rng: np.random.Generator) -> _Problem:
    log_n = np.log(group["parameter_count"].to_numpy())
    family = group["family"].to_numpy()
    names = np.unique(family)
    fold_of = dict(zip(names, rng.permutation(len(names)) % N_FOLDS, strict=True))
    return _Problem(
        score=group["higher"].to_numpy(),
        size=np.column_stack([log_n, log_n**2]),
        design=np.column_stack([_indicators(group[name]) for name in features]),
        family=family,
        fold=np.array([fold_of[name] for name in family]),
    )


def _indicators(column: pl.Series) -> np.ndarray:
    """Return one column of zeros and ones a category that is not rare; the others are the base line."""
    values = column.cast(pl.String).fill_null("(unknown)")
    counts = values.value_counts().filter(pl.col("count") >= RARE)
    kept = counts.sort(column.name)[column.name].to_list()
    return np.column_stack([np.zeros(len(values)), *((values == value).to_numpy().astype(float) for value in kept)])


def _errors(problem: _Problem, design: np.ndarray | None) -> np.ndarray:
    """Return each model's absolute error when its own fold was left out."""
    table = problem.size if design is None else np.column_stack([problem.size, design])
    errors = np.empty(len(problem.score))
    for fold in range(N_FOLDS):
        held = problem.fold == fold
        if held.any() and not held.all():
            errors[held] = np.abs(problem.score[held] - _ridge(table[~held], problem.score[~held], table[held]))
    return errors


def _ridge(table: np.ndarray, score: np.ndarray, held: np.ndarray) -> np.ndarray:
    mean, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread < 1e-12] = 1.0
    scaled = (table - mean) / spread
    weights = np.linalg.solve(scaled.T @ scaled + RIDGE * np.eye(table.shape[1]), scaled.T @ (score - score.mean()))
    return np.asarray(score.mean() + ((held - mean) / spread) @ weights)


def _interval(scale: np.ndarray, design: np.ndarray, family: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % interval of the gain over bootstraps of whole families."""
    _, place = np.unique(family, return_inverse=True)
    sums = np.column_stack([np.bincount(place, weights=errors) for errors in (scale, design)])
    counts = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=N_BOOTSTRAPS)
    totals = counts @ sums
    low, high = np.quantile(1 - totals[:, 1] / totals[:, 0], [0.025, 0.975])
    return float(low), float(high)

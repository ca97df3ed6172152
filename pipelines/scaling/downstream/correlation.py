"""How scores rank with compute, by metric kind.

The nearer a metric is to the likelihood of the right answer, the better compute predicts it; each step towards accuracy adds
the probability of wrong answers and loses some (Schaeffer et al. 2024, Why Has Predicting Downstream Capabilities of Frontier
AI Models with Scale Remained Elusive?).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy.stats import norm, rankdata

FEWEST_MODELS: Final = 5
"""Below so many models, or three different computes, a rank correlation says nothing."""
_SCHEMA: Final = {
    "protocol_id": pl.String(),
    "metric_kind": pl.String(),
    "n_scored_models": pl.Int64(),
    "n_computes": pl.Int64(),
    "rank_correlation": pl.Float64(),
    "rank_correlation_low95": pl.Float64(),
    "rank_correlation_high95": pl.Float64(),
}


def rank_correlations(scores: pl.DataFrame) -> pl.DataFrame:
    """Return Spearman's correlation of score and training compute, one row a protocol that has enough models, sorted.

    The score is turned so that larger is better. The interval is that of Bonett and Wright (2000) by Fisher's z.

    Args:
        scores: one row a protocol and model, see `one_score_each`.
    """
    known = scores.filter(pl.col("higher").is_finite(), pl.col("compute") > 0)
    rows = []
    for (protocol,), group in known.group_by("protocol_id", maintain_order=True):
        value, compute = group["higher"].to_numpy(), group["compute"].to_numpy()
        n_computes = len(np.unique(compute))
        if len(value) < FEWEST_MODELS or n_computes < 3 or len(np.unique(value)) < 2:
            continue
        found = spearman(value, compute)
        rows.append((protocol, group["metric_kind"][0], len(value), n_computes, found, *_interval(found, len(value))))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").sort("protocol_id")


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Return the correlation of two arrays' ranks, ties sharing their mean rank."""
    return float(np.clip(np.corrcoef(rankdata(one), rankdata(other))[0, 1], -1, 1))


def _interval(correlation: float, n: int) -> tuple[float, float]:
    error = np.sqrt((1 + correlation**2 / 2) / (n - 3))
    reach = norm.ppf(0.975) * error
    centre = np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))
    low, high = np.tanh(centre - reach), np.tanh(centre + reach)
    return min(float(low), correlation), max(float(high), correlation)

"""Bases whose children follow a known law, for the tests of growth."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from scipy.special import ndtr, ndtri

from pipelines.lineage.growth.arrivals import YOUNGEST, Arrivals, Floats

UNTIL = datetime(2026, 11, 20)


def law(days: Floats, theta: Floats) -> Floats:
    """c(t)/m for θ = (μ, σ, λ)."""
    return np.expm1(theta[..., 2] * ndtr((np.log(days) - theta[..., 0]) / theta[..., 1]))


def ages(theta: Floats, window: float, at: Floats) -> Floats:
    """The days at which the shares ``at`` (0–1) of the children of the window have come."""
    mu, sigma, fitness = theta
    return np.exp(mu + sigma * ndtri(np.log1p(at * law(np.array(window), theta)) / fitness))


def arrivals(ages_by_base: list[Floats], windows: Floats) -> Arrivals:
    """Arrivals that come one at a time."""
    n = np.array([len(each) for each in ages_by_base])
    flat = np.maximum(np.concatenate([np.sort(each) for each in ages_by_base]), YOUNGEST)
    return Arrivals(flat, np.cumsum(n) - n, np.asarray(windows, dtype=float), np.ones(len(n)))


def laws(n_bases: int, rng: np.random.Generator) -> Floats:
    """Laws as the planted hub draws them, (n_bases, 3): μ, σ, λ."""
    return np.stack((rng.normal(4, 0.4, n_bases), rng.uniform(0.6, 1.2, n_bases), rng.uniform(1.5, 4, n_bases)), axis=1)


def children(
    parent_id: str, days: Floats, *, window: float, authors: list[str] | None = None, is_parent_birth_known: bool = True
) -> pl.DataFrame:
    """The frame that `describe_growth` reads, for one base that was born ``window`` days before the end."""
    born = UNTIL - timedelta(days=window)
    days = np.sort(days)
    return pl.DataFrame(
        {
            "parent_id": [parent_id] * len(days),
            "parent_created_at": [born] * len(days),
            "is_parent_birth_known": [is_parent_birth_known] * len(days),
            "child_id": [f"{parent_id}-{number:05d}" for number in range(len(days))],
            "child_created_at": [born + timedelta(days=float(day)) for day in days],
            "child_author": authors or [f"author-{number}" for number in range(len(days))],
            "family_id": [parent_id] * len(days),
        },
        schema_overrides={"child_created_at": pl.Datetime("us"), "parent_created_at": pl.Datetime("us")},
    )

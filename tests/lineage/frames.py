"""Small hubs for the tests of lineage: models and claims in a few words."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

DAY_ZERO = datetime(2024, 1, 1)


def models(*ids: str, born: dict[str, int] | None = None) -> pl.DataFrame:
    """One row an id; created one day after the other in the order given, or on the day numbers of ``born``."""
    days = {model: day for day, model in enumerate(ids)} | (born or {})
    rows = [{"model_id": model, "created_at": DAY_ZERO + timedelta(days=days[model])} for model in ids]
    return pl.DataFrame(rows, schema={"model_id": pl.String, "created_at": pl.Datetime("us")})


def claims(*pairs: tuple[str, str] | tuple[str, str, str | None] | tuple[str, str, str | None, str]) -> pl.DataFrame:
    """One row a (child, parent as written, relation, evidence)."""
    rows = [
        {
            "child_id": pair[0],
            "parent_ref": pair[1],
            "relation": pair[2] if len(pair) > 2 else None,
            "evidence": pair[3] if len(pair) > 3 else "tag",
            "rule": None,
            "excerpt": None,
            "confidence": 1.0,
            "n_mentions": 1,
            "observed_at": DAY_ZERO,
        }
        for pair in pairs
    ]
    schema = {
        "child_id": pl.String,
        "parent_ref": pl.String,
        "relation": pl.String,
        "evidence": pl.String,
        "rule": pl.String,
        "excerpt": pl.String,
        "confidence": pl.Float64,
        "n_mentions": pl.Int64,
        "observed_at": pl.Datetime("us"),
    }
    return pl.DataFrame(rows, schema=schema)


def moves(**pairs: str) -> pl.DataFrame:
    """old_id -> model_id."""
    return pl.DataFrame(
        {"old_id": list(pairs), "model_id": list(pairs.values())}, schema={"old_id": pl.String, "model_id": pl.String}
    )

"""Succession: which model its own maker says has come after it. No weights pass along it, so it makes no families."""

from __future__ import annotations

import polars as pl

from pipelines.lineage.resolving import resolve_claims


def resolve_successions(
    claims: pl.DataFrame, models: pl.DataFrame, renames: pl.DataFrame, legacy: pl.DataFrame
) -> pl.DataFrame:
    """Return ``successions``: every statement with the successor it comes down to and how.

    Args:
        claims: as ``sql/lineage/succession_claims.sql`` makes them, in the columns of parent claims.
        models: model_id of every known model.
        renames: old_id -> model_id, proved by the hub's key or a redirect.
        legacy: old_id -> model_id, documented moves of bare ids.

    Returns:
        model_id, successor_ref, successor_id, resolution, repairs, confidence, observed_at; sorted by key.
    """
    resolved = resolve_claims(claims, models, renames, legacy)
    named = resolved.rename({"child_id": "model_id", "parent_ref": "successor_ref", "parent_id": "successor_id"})
    columns = ("model_id", "successor_ref", "successor_id", "resolution", "repairs", "confidence", "observed_at")
    return named.select(columns).sort("model_id", "successor_ref")

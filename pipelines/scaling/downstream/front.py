"""Who stands in front: models that no other model matches that is as small and as old."""

from __future__ import annotations

import numpy as np
import polars as pl


def score_fronts(scores: pl.DataFrame) -> pl.DataFrame:
    """Return the models that no other dominates, one row a protocol and model, in order of protocol, date and size.

    A model dominates another when its score is at least as good, it is at most as large and was there at most as late, and it
    is better in one of the three.

    Args:
        scores: one row a protocol and model with ``known_at`` (when the model was there, naive UTC); those without score,
            size or date are left out.
    """
    known = scores.filter(pl.col("higher").is_finite(), pl.col("parameter_count") > 0).drop_nulls("known_at")
    fronts = [_front(group) for _, group in known.group_by("protocol_id", maintain_order=True)]
    columns = ["protocol_id", "model_ref", "model_id", "value", "parameter_count", "known_at"]
    if not fronts:
        return known.select(columns)
    return pl.concat(fronts).select(columns).sort("protocol_id", "known_at", "parameter_count", "model_ref")


def _front(group: pl.DataFrame) -> pl.DataFrame:
    """Walk from old to new, keeping the best score seen at each size so far: a model stays if none as small is as good."""
    ordered = group.sort("known_at", "parameter_count", "higher", "model_ref", descending=[False, False, True, False])
    size, score = ordered["parameter_count"].to_numpy(), ordered["higher"].to_numpy()
    day = ordered["known_at"].to_numpy()
    kept: list[int] = []
    for at in range(len(size)):
        rivals = np.array(kept, dtype=np.int64)
        matched = (size[rivals] <= size[at]) & (score[rivals] >= score[at])
        same = (size[rivals] == size[at]) & (score[rivals] == score[at]) & (day[rivals] == day[at])
        if not (matched & ~same).any():
            kept.append(at)
    return ordered[kept]

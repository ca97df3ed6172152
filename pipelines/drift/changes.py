"""Numbers that parent and child both have, and how the mean changes from one to the other, with intervals over families."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy import sparse

from pipelines.drift.linked import SCOPES, Linked, in_scope
from pipelines.drift.resampling import MIN_FAMILIES, PUBLISHED, Resamples, ratio_interval, resampled_sums
from pipelines.drift.sets import Flags, Floats

_DIGITS: Final = 6
SCHEMA: Final[dict[str, pl.DataType]] = {
    "drift_measure": pl.String(),
    "relation_scope": pl.String(),
    "n_measured_pairs": pl.Int64(),
    "parent_mean": pl.Float64(),
    "child_mean": pl.Float64(),
    "mean_change": pl.Float64(),
    "mean_change_low95": pl.Float64(),
    "mean_change_high95": pl.Float64(),
    "undefaulted_mean_change": pl.Float64(),
    "undefaulted_mean_change_low95": pl.Float64(),
    "undefaulted_mean_change_high95": pl.Float64(),
    "n_clusters": pl.Int64(),
}
"""Columns of the tables of changes, the name of the trait left out."""


@dataclass(frozen=True)
class Measured:
    """One number of both ends of every edge."""

    name: str
    before: Floats | Flags
    """Of the parent."""
    after: Floats | Flags
    """Of the child."""
    is_measured: Flags
    """Whether both ends have it."""
    is_default: Flags
    """The child's value is what its tool writes: left out of the undefaulted change."""


def mean_changes(linked: Linked, measured: Iterable[Measured], resamples: Resamples = PUBLISHED) -> pl.DataFrame:
    """Return one row a measure and scope that holds a pair.

    `mean_change` is the mean over pairs of child less parent; its interval draws families again, null for fewer than ten.
    """
    rows = [row for each in measured for scope in SCOPES if (row := _row(linked, each, scope, resamples))]
    return pl.DataFrame(rows, schema=SCHEMA).sort("drift_measure", "relation_scope")


def _row(linked: Linked, each: Measured, scope: str, resamples: Resamples) -> dict[str, object] | None:
    chosen = in_scope(linked.relation, scope) & each.is_measured
    if not chosen.any():
        return None
    before, after = each.before[chosen], each.after[chosen]
    row: dict[str, object] = {
        "drift_measure": each.name,
        "relation_scope": scope,
        "n_measured_pairs": int(chosen.sum()),
        "parent_mean": round(float(before.mean()), _DIGITS),
        "child_mean": round(float(after.mean()), _DIGITS),
        "n_clusters": len(np.unique(linked.family[chosen])),
    }
    for name, kept in (("mean_change", chosen), ("undefaulted_mean_change", chosen & ~each.is_default)):
        row |= _interval(name, linked, each.after[kept].astype(np.float64) - each.before[kept], kept, resamples)
    return row


def _interval(name: str, linked: Linked, change: Floats, kept: Flags, resamples: Resamples) -> dict[str, object]:
    if not len(change):
        return {}
    mean = round(float(change.mean()), _DIGITS)
    family = linked.family[kept]
    if len(np.unique(family)) < MIN_FAMILIES:
        return {name: mean}
    sums = [np.bincount(family, weights, minlength=linked.n_families) for weights in (change, np.ones(len(change)))]
    above, below = resampled_sums(sparse.csr_matrix(np.stack(sums)), resamples)
    low, high = ratio_interval(above[None], below[None])
    ends = (round(float(low[0]), _DIGITS), round(float(high[0]), _DIGITS))
    return {name: mean, f"{name}_low95": min(ends[0], mean), f"{name}_high95": max(ends[1], mean)}

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
from pipelines.drift.sets import Codes, Flags, Floats

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
    rows: list[dict[str, object]] = []
    sums: list[Floats] = []
    asked: list[tuple[int, str]] = []
    n_families: list[int] = []
    for each in measured:
        for scope in SCOPES:
            chosen = in_scope(linked.relation, scope) & each.is_measured
            if not chosen.any():
                continue
            rows.append(_row(linked, each, scope, chosen))
            for name, kept in (("mean_change", chosen), ("undefaulted_mean_change", chosen & ~each.is_default)):
                change, family = each.after[kept].astype(np.float64) - each.before[kept], linked.family[kept]
                if len(change):
                    rows[-1][name] = round(float(change.mean()), _DIGITS)
                if (n_held := len(np.unique(family))) >= MIN_FAMILIES:
                    ones = np.ones(len(change))
                    sums += [_by_family(linked, family, of) for of in (change, ones)]
                    asked.append((len(rows) - 1, name))
                    n_families.append(n_held)
    if asked:
        resampled = resampled_sums(sparse.csr_matrix(np.stack(sums)), resamples)
        ends = np.round(np.stack(ratio_interval(resampled[::2], resampled[1::2], np.array(n_families))), _DIGITS)
        for (row, name), low, high in zip(asked, *ends.tolist(), strict=True):
            rows[row] |= _around(name, rows[row][name], low, high)
    return pl.DataFrame(rows, schema=SCHEMA).sort("drift_measure", "relation_scope")


def _by_family(linked: Linked, family: Codes, values: Floats) -> Floats:
    return np.bincount(family, values, minlength=linked.n_families).astype(np.float64)


def _row(linked: Linked, each: Measured, scope: str, chosen: Flags) -> dict[str, object]:
    return {
        "drift_measure": each.name,
        "relation_scope": scope,
        "n_measured_pairs": int(chosen.sum()),
        "parent_mean": round(float(each.before[chosen].mean()), _DIGITS),
        "child_mean": round(float(each.after[chosen].mean()), _DIGITS),
        "n_clusters": len(np.unique(linked.family[chosen])),
    }


def _around(name: str, mean: object, low: float, high: float) -> dict[str, object]:
    """Return the ends of an interval; a percentile interval of a skewed mean may miss the mean itself by a hair."""
    assert isinstance(mean, float)
    return {f"{name}_low95": min(low, mean), f"{name}_high95": max(high, mean)}

"""How often a trait changes from parent to child: rates by scope, with intervals over families and a null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, overload

import numpy as np
import polars as pl
from scipy import sparse

from pipelines.drift.dealing import N_DEALS, null_rates
from pipelines.drift.linked import RELATIONS, SCOPES, in_scope
from pipelines.drift.pairs import Pairs
from pipelines.drift.resampling import MIN_FAMILIES, PUBLISHED, Resamples, ratio_interval, resampled_sums
from pipelines.drift.sets import Floats

RATES: Final = {
    "mutation_rate": ("distance", "declared"),
    "change_rate": ("changed", "declared"),
    "entry_rate": ("missing_to_present", "parent_missing"),
    "loss_rate": ("present_to_missing", "parent_present"),
    "undefaulted_mutation_rate": ("undefaulted_distance", "undefaulted"),
}
"""Each rate as one sum over another."""
_COUNTS: Final = {
    "n_declared_pairs": "declared",
    "n_changed_pairs": "changed",
    "n_missing_to_present": "missing_to_present",
    "n_present_to_missing": "present_to_missing",
    "n_both_missing": "both_missing",
    "n_list_events": "list_event",
    "n_default_pairs": "default",
}
_DIGITS: Final = 6
SCHEMA: Final[dict[str, pl.DataType]] = {
    "trait": pl.String(),
    "relation_scope": pl.String(),
    **dict.fromkeys(_COUNTS, pl.Int64()),
    **{f"{rate}{end}": pl.Float64() for rate in RATES for end in ("", "_low95", "_high95")},
    "null_rate": pl.Float64(),
    "p_value": pl.Float64(),
    "n_clusters": pl.Int64(),
    "largest_cluster_share": pl.Float64(),
}


@dataclass(frozen=True)
class _Sums:
    """Every statistic of one trait summed by family, and in resamples of families; rows are (statistic, relation)."""

    names: tuple[str, ...]
    by_family: sparse.csr_matrix
    resampled: Floats

    def families(self, name: str, scope: str) -> Floats:
        """Return the sum of each family."""
        return np.asarray(self.by_family[self._rows(name, scope)].sum(axis=0)).reshape(-1)

    def samples(self, name: str, scope: str) -> Floats:
        """Return the sum of each resample."""
        summed: Floats = self.resampled[self._rows(name, scope)].sum(axis=0)
        return summed

    def _rows(self, name: str, scope: str) -> list[int]:
        first = self.names.index(name) * len(RELATIONS)
        return [first + RELATIONS.index(relation) for relation in SCOPES[scope]]


def mutation_rates(traits: dict[str, Pairs], *, resamples: Resamples = PUBLISHED, n_deals: int = N_DEALS) -> pl.DataFrame:
    """Return one row a trait and scope in which some pair declares the trait: the table ``trait_mutations``, protocol left out.

    Args:
        traits: the pairs of each trait, over the same families.
        resamples: how intervals are drawn; their seed is that of the dealing, too.
        n_deals: deals of the null.
    """
    blocks = []
    for pairs in traits.values():
        statistics = _statistics(pairs)
        blocks.append(sparse.vstack([_in_families(pairs, values) for values in statistics.values()], format="csr"))
    rows: list[dict[str, object]] = []
    if blocks:
        resampled = np.split(resampled_sums(sparse.vstack(blocks, format="csr"), resamples), len(blocks))
        for (trait, pairs), block, samples in zip(traits.items(), blocks, resampled, strict=True):
            sums = _Sums(tuple(statistics), block, samples)
            for scope in SCOPES:
                if sums.families("declared", scope).any():
                    chosen = pairs.only(in_scope(pairs.linked.relation, scope))
                    null, p_value = null_rates(chosen, seed=resamples.seed, n_deals=n_deals)
                    told = {"null_rate": _rounded(null), "p_value": p_value}
                    rows.append({"trait": trait, "relation_scope": scope, **_row(sums, scope), **told})
    return pl.DataFrame(rows, schema=SCHEMA)


def _statistics(pairs: Pairs) -> dict[str, Floats]:
    has_before, has_after = pairs.before > 0, pairs.after > 0
    is_told = ~pairs.is_list_event
    declared, default = pairs.is_declared, pairs.is_declared & pairs.is_default
    flags = {
        "declared": declared,
        "changed": pairs.is_changed,
        "missing_to_present": ~has_before & has_after,
        "parent_missing": ~has_before,
        "present_to_missing": has_before & ~has_after,
        "parent_present": has_before & is_told,
        "both_missing": ~has_before & ~has_after,
        "list_event": pairs.is_list_event,
        "default": default,
        "undefaulted": declared & ~default,
    }
    sums = {name: flag.astype(np.float64) for name, flag in flags.items()}
    return sums | {"distance": pairs.distance, "undefaulted_distance": np.where(default, 0.0, pairs.distance)}


def _in_families(pairs: Pairs, values: Floats) -> sparse.csr_matrix:
    """Sum values by relation and family."""
    rows, columns = pairs.linked.relation, pairs.linked.family
    held = np.flatnonzero(values)
    entries = (values[held], (rows[held], columns[held]))
    return sparse.coo_matrix(entries, shape=(len(RELATIONS), pairs.linked.n_families)).tocsr()


def _row(sums: _Sums, scope: str) -> dict[str, object]:
    declared = sums.families("declared", scope)
    row: dict[str, object] = {
        "n_clusters": int((declared > 0).sum()),
        "largest_cluster_share": _rounded(declared.max() / declared.sum()),
    }
    row |= {column: int(sums.families(name, scope).sum()) for column, name in _COUNTS.items()}
    for rate, (above, below) in RATES.items():
        row |= _rate(rate, sums, scope, above, below)
    return row


def _rate(name: str, sums: _Sums, scope: str, above: str, below: str) -> dict[str, object]:
    """Return a rate and its interval; both null where it is a share of nothing, the interval for few families."""
    over, under = sums.families(above, scope), sums.families(below, scope)
    if not under.any():
        return {}
    rate = _rounded(over.sum() / under.sum())
    n_families = int((under > 0).sum())
    if n_families < MIN_FAMILIES:
        return {name: rate}
    low, high = ratio_interval(sums.samples(above, scope)[None], sums.samples(below, scope)[None], n_families)
    # A percentile interval of a skewed rate may miss the rate itself by a hair.
    return {name: rate, f"{name}_low95": min(_rounded(low[0]), rate), f"{name}_high95": max(_rounded(high[0]), rate)}


@overload
def _rounded(value: float) -> float: ...
@overload
def _rounded(value: float | None) -> float | None: ...
def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), _DIGITS)

"""The null of inheritance: what the mutation rate would be if parents' values were dealt anew among the parents."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipelines.drift.pairs import Pairs
from pipelines.drift.sets import Codes, Floats

N_DEALS: Final = 199
_LARGEST_TABLE: Final = 4_000_000
_FEW_DEALS: Final = 49
"""Deals where the distances of all sets do not fit into a table (traits of very many values, as data sets)."""
MIN_PARENTS: Final = 5


def null_rates(pairs: Pairs, *, seed: int, n_deals: int = N_DEALS) -> tuple[float | None, float | None]:
    """Return the mean mutation rate over deals, and the share of deals at most as high as the observed rate.

    The unit is the parent: all its children meet the same dealt value, so that a parent of thousands of children counts once.
    Children keep their values. The observed deal counts as one. (None, None) for fewer than five parents, or without deals.
    """
    if not n_deals:
        return None, None
    declared = pairs.is_declared
    parent, who = np.unique(pairs.linked.parent[declared], return_inverse=True)
    if len(parent) < MIN_PARENTS:
        return None, None
    own = np.zeros(len(parent), dtype=np.int64)
    own[who] = pairs.before[declared]
    child_sets, after = np.unique(pairs.after[declared], return_inverse=True)
    parent_sets, before = np.unique(own, return_inverse=True)
    met, n_met = np.unique(who * len(child_sets) + after, return_counts=True)
    parents_met, sets_met = np.divmod(met, len(child_sets))
    is_small = len(parent_sets) * len(child_sets) <= _LARGEST_TABLE
    table = _table(pairs, parent_sets, child_sets) if is_small else None
    rng = np.random.default_rng((seed, len(parent), len(met)))

    def rate(dealt: Codes) -> float:
        if table is not None:
            apart = table[dealt[parents_met], sets_met]
        else:
            apart = pairs.sets.distance(parent_sets[dealt[parents_met]], child_sets[sets_met])
        return float(apart @ n_met / n_met.sum())

    observed = rate(before)
    deals = np.array([rate(rng.permutation(before)) for _ in range(n_deals if is_small else _FEW_DEALS)])
    return float(deals.mean()), float((1 + (deals <= observed + 1e-12).sum()) / (1 + len(deals)))


def _table(pairs: Pairs, parent_sets: Codes, child_sets: Codes) -> Floats:
    """Return the Jaccard distance of every set of a parent to every set of a child."""
    members, size = pairs.sets.members, pairs.sets.size
    common = (members[parent_sets] @ members[child_sets].T).toarray()
    together = size[parent_sets][:, None] + size[child_sets][None, :] - common
    distance: Floats = 1.0 - common / together
    return distance

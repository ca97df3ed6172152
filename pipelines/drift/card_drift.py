"""How cards change from parent to child: length, templates, sections, completeness, and whether there is a card at all.

A pair is an edge whose two ends have a current card (for ``has_card``: whose two ends were visited). Every edge of
a merge is a pair. The interval draws families again, as all tables of drift do (`resampling`), and stands for the mean change
alone; medians stand beside the means, since a few very long cards make a mean.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy import sparse

from pipelines.drift.linked import RELATIONS, SCOPES, Linked, in_scope, link
from pipelines.drift.resampling import MIN_FAMILIES, SEED, Resamples, ratio_interval, resampled_sums
from pipelines.drift.sets import Codes, Floats

_DIGITS: Final = 6
SCHEMA: Final[dict[str, pl.DataType]] = {
    "relation_scope": pl.String(),
    "card_measure": pl.String(),
    "n_pairs": pl.Int64(),
    "n_clusters": pl.Int64(),
    **dict.fromkeys(
        (
            "parent_mean",
            "child_mean",
            "mean_change",
            "mean_change_low95",
            "mean_change_high95",
            "parent_median",
            "child_median",
        ),
        pl.Float64(),
    ),
}


def card_drift(edges: pl.DataFrame, measured: pl.DataFrame, *, seed: int = SEED) -> pl.DataFrame:
    """Return one row a scope of relations and measure with at least one pair, sorted: the table ``card_drift``.

    Args:
        edges: parent_id, child_id, relation, family_id (of the parent); cut edges left out.
        measured: one row a model: model_id, and one column of numbers a measure, null where the model has no such number.
        seed: of the resamples.
    """
    linked = link(edges)
    names = [name for name in measured.columns if name != "model_id"]
    known = linked.model_ids.alias("model_id").to_frame().join(measured, on="model_id", how="left", maintain_order="left")
    values = known.select(pl.col(name).cast(pl.Float64) for name in names).to_numpy()
    if not names or not len(linked.parent):
        return pl.DataFrame(schema=SCHEMA)
    before, after = values[linked.parent].T, values[linked.child].T
    is_pair = ~np.isnan(before) & ~np.isnan(after)
    change = np.where(is_pair, after - before, 0.0)
    sums = sparse.vstack([_by_family(linked, row) for row in (*change, *is_pair.astype(np.float64))], format="csr")
    resampled = resampled_sums(sums, Resamples(seed=seed))
    n_rows = len(names) * len(RELATIONS)
    rows = []
    for scope in SCOPES:
        in_it = in_scope(linked.relation, scope)
        for number, name in enumerate(names):
            chosen = in_it & is_pair[number]
            if not chosen.any():
                continue
            relations = np.array([number * len(RELATIONS) + RELATIONS.index(each) for each in SCOPES[scope]])
            samples = resampled[relations].sum(axis=0), resampled[n_rows + relations].sum(axis=0)
            told = _row(before[number][chosen], after[number][chosen], linked.family[chosen], samples)
            rows.append({"relation_scope": scope, "card_measure": name, **told})
    return pl.DataFrame(rows, schema=SCHEMA).sort("relation_scope", "card_measure")


def _by_family(linked: Linked, values: Floats) -> sparse.csr_matrix:
    """Sum the values of edges by relation and family."""
    held = np.flatnonzero(values)
    entries = (values[held], (linked.relation[held], linked.family[held]))
    return sparse.coo_matrix(entries, shape=(len(RELATIONS), linked.n_families)).tocsr()


def _row(before: Floats, after: Floats, family: Codes, samples: tuple[Floats, Floats]) -> dict[str, object]:
    n_clusters = len(np.unique(family))
    change = round(float((after - before).mean()), _DIGITS)
    row: dict[str, object] = {
        "n_pairs": len(before),
        "n_clusters": n_clusters,
        "parent_mean": round(float(before.mean()), _DIGITS),
        "child_mean": round(float(after.mean()), _DIGITS),
        "mean_change": change,
        "parent_median": float(np.median(before)),
        "child_median": float(np.median(after)),
    }
    if n_clusters < MIN_FAMILIES:
        return row
    low, high = ratio_interval(samples[0][None], samples[1][None], n_clusters)
    # The points of a skewed statistic may miss it by a hair.
    ends = min(round(float(low[0]), _DIGITS), change), max(round(float(high[0]), _DIGITS), change)
    return row | {"mean_change_low95": ends[0], "mean_change_high95": ends[1]}

"""Sections of cards that a child takes over from its parent word for word, by section and relation.

A section is inherited where the child's current card holds under the headings of that section the very text (without the
lines of a generator's template) that the parent's current card holds there. Pairs are edges, not cut, of which both ends fill
the section; every edge of a merge is one. Intervals draw families again, as all tables of drift do (`resampling`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy import sparse

from pipelines.drift.linked import RELATIONS, SCOPES, Linked, in_scope, link
from pipelines.drift.resampling import MIN_FAMILIES, SEED, Resamples, ratio_interval, resampled_sums
from pipelines.drift.sets import Codes, Flags, Floats

_DIGITS: Final = 6
SCHEMA: Final[dict[str, pl.DataType]] = {
    "relation_scope": pl.String(),
    "section": pl.String(),
    "n_pairs": pl.Int64(),
    "n_clusters": pl.Int64(),
    "n_inherited": pl.Int64(),
    **dict.fromkeys(("inherited_share", "inherited_share_low95", "inherited_share_high95"), pl.Float64()),
}


def inherited_sections(edges: pl.DataFrame, sections: pl.DataFrame, *, seed: int = SEED) -> pl.DataFrame:
    """Return one row a scope of relations and section that both ends of at least one pair fill: ``inherited_sections``.

    Args:
        edges: parent_id, child_id, relation, family_id (of the parent); cut edges left out.
        sections: model_id, section, text_hash of the sections that a model's current card fills; equal hashes are equal texts.
        seed: of the resamples.
    """
    linked = link(edges)
    names = sections["section"].unique().sort().to_list()
    pairs = _pairs(linked, sections, names)
    if pairs.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    edge, section = pairs["edge"].to_numpy(), pairs["place"].to_numpy()
    is_same: Flags = pairs["is_same"].to_numpy()
    relation, family = linked.relation[edge], linked.family[edge]
    cell = section * len(RELATIONS) + relation
    shape = (len(names) * len(RELATIONS), linked.n_families)
    sums = [sparse.coo_matrix((ones, (cell, family)), shape=shape) for ones in (is_same.astype(np.float64), np.ones(len(cell)))]
    resampled = resampled_sums(sparse.vstack(sums, format="csr"), Resamples(seed=seed))
    rows = []
    for scope in SCOPES:
        in_it = in_scope(relation, scope)
        for number, name in enumerate(names):
            chosen = in_it & (section == number)
            if chosen.any():
                cells = number * len(RELATIONS) + np.array([RELATIONS.index(each) for each in SCOPES[scope]])
                samples = resampled[cells].sum(axis=0), resampled[shape[0] + cells].sum(axis=0)
                rows.append({"relation_scope": scope, "section": name, **_row(is_same[chosen], family[chosen], samples)})
    return pl.DataFrame(rows, schema=SCHEMA).sort("relation_scope", "section")


def _pairs(linked: Linked, sections: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Return one row an edge and section that both ends fill: edge, place of the section, whether the text is the same."""
    models = linked.model_ids.alias("model_id").to_frame().with_row_index("model").cast({"model": pl.Int64()})
    places = pl.DataFrame({"section": names, "place": np.arange(len(names))}, schema={"section": pl.String, "place": pl.Int64})
    filled = sections.join(models, on="model_id").join(places, on="section").select("model", "place", "text_hash")
    edges = pl.DataFrame({"edge": np.arange(len(linked.parent)), "parent": linked.parent, "child": linked.child})
    above = edges.join(filled, left_on="parent", right_on="model")
    both = above.join(filled, left_on=["child", "place"], right_on=["model", "place"], suffix="_below")
    return both.select("edge", "place", is_same=pl.col("text_hash") == pl.col("text_hash_below")).sort("edge", "place")


def _row(is_same: Flags, family: Codes, samples: tuple[Floats, Floats]) -> dict[str, object]:
    n_clusters, share = len(np.unique(family)), round(float(is_same.mean()), _DIGITS)
    row: dict[str, object] = {
        "n_pairs": len(is_same),
        "n_clusters": n_clusters,
        "n_inherited": int(is_same.sum()),
        "inherited_share": share,
    }
    if n_clusters < MIN_FAMILIES:
        return row
    low, high = ratio_interval(samples[0][None], samples[1][None], n_clusters)
    # The points of a skewed statistic may miss it by a hair.
    ends = min(round(float(low[0]), _DIGITS), share), max(round(float(high[0]), _DIGITS), share)
    return row | {"inherited_share_low95": ends[0], "inherited_share_high95": ends[1]}

"""Moves of values along pairs: from which value of the parent to which of the child, and why it counts."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

from pipelines.drift.linked import RELATIONS
from pipelines.drift.pairs import Pairs
from pipelines.drift.sets import TraitSets


def moves_of(pairs: Pairs) -> pl.DataFrame:
    """Return one row a changed pair and move: from_code, to_code, is_added, is_removed, is_single, edge (index of the pair).

    A move goes from a value p of the parent to a value c of the child, p not c, where c is new to the child (added) or p is
    lost (removed). A plain swap is both, and one move. The paper adds the two up, so that it counts a swap twice.
    """
    edges = np.flatnonzero(pairs.is_changed)
    n_sets = pairs.sets.members.shape[0]
    kinds, kind = np.unique(pairs.before[edges] * n_sets + pairs.after[edges], return_inverse=True)
    before, after = np.divmod(kinds, n_sets)
    moves = _crossed(pairs.sets, before, after)
    changed = pl.DataFrame({"kind": kind.astype(np.int64), "edge": edges.astype(np.int64)})
    return changed.join(moves, on="kind").drop("kind").sort("edge", "from_code", "to_code")


def _crossed(sets: TraitSets, before: np.ndarray, after: np.ndarray) -> pl.DataFrame:
    """Return the moves of each kind of pair."""
    size = sets.size
    held = pl.DataFrame({"kind": np.arange(len(before)), "is_single": (size[before] == 1) & (size[after] == 1)})
    from_ = _listed(sets.members[before], "from_code").join(_listed(sets.members[after], "to_code"), on="kind")
    common = _listed(sets.members[before].multiply(sets.members[after]).tocsr(), "value").with_columns(is_common=pl.lit(True))
    crossed = from_.filter(pl.col("from_code") != pl.col("to_code"))
    for end, name in (("to_code", "is_kept_to"), ("from_code", "is_kept_from")):
        kept = common.rename({"value": end, "is_common": name})
        crossed = crossed.join(kept, on=["kind", end], how="left")
    flagged = crossed.with_columns(
        is_added=pl.col("is_kept_to").is_null(),
        is_removed=pl.col("is_kept_from").is_null(),
    ).filter(pl.col("is_added") | pl.col("is_removed"))
    return flagged.join(held, on="kind").select("kind", "from_code", "to_code", "is_added", "is_removed", "is_single")


def _listed(members: sparse.csr_matrix, name: str) -> pl.DataFrame:
    """Return (kind, value) of the ones of a matrix."""
    kind = np.repeat(np.arange(members.shape[0]), np.diff(members.indptr))
    return pl.DataFrame({"kind": kind.astype(np.int64), name: members.indices.astype(np.int64)})


def moves_by_family(pairs: Pairs, moves: pl.DataFrame) -> pl.DataFrame:
    """Return the moves of each family and relation: relation, family, from_code, to_code and the counts of them."""
    edge = moves["edge"].to_numpy()
    located = moves.with_columns(
        relation=pl.Series(pairs.linked.relation[edge]), family=pl.Series(pairs.linked.family[edge])
    )  # fmt: skip
    return (
        located.group_by("relation", "family", "from_code", "to_code")
        .agg(
            n_moves=pl.len().cast(pl.Int64),
            n_single_moves=pl.col("is_single").sum().cast(pl.Int64),
            n_added=pl.col("is_added").sum().cast(pl.Int64),
            n_removed=pl.col("is_removed").sum().cast(pl.Int64),
        )
        .sort("relation", "family", "from_code", "to_code")
    )


def named_moves(pairs: Pairs, by_family: pl.DataFrame, trait: str) -> pl.DataFrame:
    """Return the moves of families in words: trait, relation, family_id, from_value, to_value, n_moves, n_added, n_removed."""
    values = pl.Series(pairs.sets.values, dtype=pl.String)
    names = {"relation": pl.Series(RELATIONS), "family": pairs.linked.family_ids, "from_code": values, "to_code": values}
    columns = [series.gather(by_family[name]).alias(name) for name, series in names.items()]
    counts = by_family.select("n_moves", "n_single_moves", "n_added", "n_removed")
    return pl.DataFrame(columns).hstack(counts).select(
        pl.lit(trait).alias("trait"),
        "relation",
        pl.col("family").alias("family_id"),
        pl.col("from_code").alias("from_value"),
        pl.col("to_code").alias("to_value"),
        *counts.columns,
    )  # fmt: skip

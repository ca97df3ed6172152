"""Families as truth: weak components of all edges, with and without those of merges."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_SCOPES = ("all", "no_merges")


def families_truth(ids: pl.Series, edges: pl.DataFrame) -> pl.DataFrame:
    """Return one row a family of two models or more.

    Columns: family_scope (all edges, or no_merges: without edges whose relation is merge), root_id (the oldest member that
    has no parent; null if all have one, as in a cycle), n_models, n_edges, depth (edges on the longest way down, those inside
    cycles left out), n_merges. ``ids`` are all model ids in creation order; edges hold parent_id, child_id and relation.
    """
    number = pl.DataFrame({"id": ids}).with_row_index("node")
    named = edges.join(number.rename({"id": "child_id", "node": "child"}), on="child_id", maintain_order="left")
    linked = named.join(number.rename({"id": "parent_id", "node": "parent"}), on="parent_id", maintain_order="left")
    return pl.concat([_scope(scope, ids, linked) for scope in _SCOPES])


def _scope(scope: str, ids: pl.Series, edges: pl.DataFrame) -> pl.DataFrame:
    kept = edges if scope == "all" else edges.filter(pl.col("relation") != "merge")
    child, parent = kept["child"].to_numpy().astype(np.int64), kept["parent"].to_numpy().astype(np.int64)
    n = len(ids)
    graph = coo_array((np.ones(len(child), dtype=np.int8), (parent, child)), shape=(n, n)).tocsr()
    family = connected_components(graph, directed=True, connection="weak")[1]
    cycle = connected_components(graph, directed=True, connection="strong")[1]
    has_parent = np.zeros(n, dtype=bool)
    has_parent[child] = True
    is_merge = np.zeros(n, dtype=bool)
    is_merge[child[(kept["relation"] == "merge").to_numpy()]] = True
    outside = cycle[child] != cycle[parent]
    nodes = pl.DataFrame(
        {"family": family, "id": ids, "depth": _depths(n, child[outside], parent[outside]), "is_root": ~has_parent,
         "is_merge": is_merge, "n_edges": np.bincount(child, minlength=n)},
    )  # fmt: skip
    table = nodes.group_by("family", maintain_order=True).agg(
        pl.col("id").filter("is_root").first().alias("root_id"),
        pl.len().cast(pl.Int64).alias("n_models"),
        pl.col("n_edges").sum().cast(pl.Int64),
        pl.col("depth").max(),
        pl.col("is_merge").sum().cast(pl.Int64).alias("n_merges"),
    )
    chosen = table.filter(pl.col("n_models") > 1).sort("n_models", "root_id", descending=[True, False])
    return chosen.select(pl.lit(scope).alias("family_scope"), pl.exclude("family"))


def _depths(n: int, child: np.ndarray, parent: np.ndarray) -> np.ndarray:
    """Return the longest way from above to each model, raising one level a round until nothing moves."""
    depth = np.zeros(n, dtype=np.int64)
    while True:
        raised = depth.copy()
        np.maximum.at(raised, child, depth[parent] + 1)
        if np.array_equal(raised, depth):
            return depth
        depth = raised

"""Families as truth: weak components of all edges, with and without those of merges."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_SCOPES = ("all", "no_merges")


def families_truth(ids: pl.Series, edges: pl.DataFrame) -> pl.DataFrame:
    """Return one row a family: a weak component with at least one edge, in each scope.

    Columns: family_scope (all edges, or no_merges: without edges whose relation is merge), root_id (the one member without
    parents; null if there are several or, in a cycle, none), n_roots, n_models (listed ones), n_nodes (with parents that are
    not listed), n_edges, n_merges, depth (edges on the longest way down, those inside cycles left out). Sorted by scope and
    falling size. A parent that is not listed and has no owner is no identity, so it joins nobody. ``ids`` are all listed model
    ids; edges hold parent_id, child_id, relation and is_parent_listed.
    """
    named = edges.filter(pl.col("is_parent_listed") | pl.col("parent_id").str.contains("/", literal=True))
    outside = named.join(pl.DataFrame({"parent_id": ids}), on="parent_id", how="anti", maintain_order="left")
    nodes = pl.concat([ids.alias("id"), outside["parent_id"].unique(maintain_order=True).alias("id")]).to_frame()
    numbered = nodes.with_row_index("node")
    linked = named.join(numbered.rename({"id": "child_id", "node": "child"}), on="child_id", maintain_order="left").join(
        numbered.rename({"id": "parent_id", "node": "parent"}), on="parent_id", maintain_order="left"
    )
    listed = nodes.with_columns((pl.int_range(pl.len()) < len(ids)).alias("is_listed"))
    return pl.concat([_scope(scope, listed, linked) for scope in _SCOPES])


def _scope(scope: str, nodes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    kept = edges if scope == "all" else edges.filter((pl.col("relation") != "merge").fill_null(True))
    described = _describe(nodes, kept)
    table = described.group_by("family", maintain_order=True).agg(
        pl.col("id").filter("is_root").first().alias("root_id"),
        pl.col("is_root").sum().cast(pl.Int64).alias("n_roots"),
        pl.col("is_listed").sum().cast(pl.Int64).alias("n_models"),
        pl.len().cast(pl.Int64).alias("n_nodes"),
        pl.col("n_parents").sum().cast(pl.Int64).alias("n_edges"),
        pl.col("is_merge").sum().cast(pl.Int64).alias("n_merges"),
        pl.col("depth").max(),
    )
    families = table.filter(pl.col("n_edges") > 0).with_columns(
        pl.when(pl.col("n_roots") == 1).then("root_id").alias("root_id")
    )
    ordered = families.sort("n_models", "root_id", descending=[True, False], maintain_order=True)
    return ordered.select(pl.lit(scope).alias("family_scope"), pl.exclude("family"))


def _describe(nodes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Return the nodes with their family's number, depth, count of parents, and whether they are roots or merges."""
    n = nodes.height
    child, parent = (edges[end].to_numpy().astype(np.int64) for end in ("child", "parent"))
    graph = coo_array((np.ones(len(child), dtype=np.int8), (parent, child)), shape=(n, n)).tocsr()
    family = connected_components(graph, directed=True, connection="weak")[1]
    cycle = connected_components(graph, directed=True, connection="strong")[1]
    n_parents = np.bincount(child, minlength=n)
    is_merge = np.zeros(n, dtype=bool)
    is_merge[child[(edges["relation"] == "merge").fill_null(False).to_numpy()]] = True
    between = cycle[child] != cycle[parent]
    return nodes.with_columns(
        family=pl.Series(family),
        depth=pl.Series(_depths(n, child[between], parent[between])),
        n_parents=pl.Series(n_parents),
        is_root=pl.Series(n_parents == 0),
        is_merge=pl.Series(is_merge),
    )


def _depths(n: int, child: np.ndarray, parent: np.ndarray) -> np.ndarray:
    """Return the longest way from above to each model; a round looks only below the models that the last one lowered."""
    depth = np.zeros(n, dtype=np.int64)
    while len(child):
        below = np.zeros(n, dtype=np.int64)
        np.maximum.at(below, child, depth[parent] + 1)
        is_lowered = below > depth
        depth = np.maximum(depth, below)
        moved = is_lowered[parent]
        child, parent = child[moved], parent[moved]
    return depth

"""Families: which models hang together, where they begin, and each model's place among them.

A family is a weak component with at least two members. Three scopes answer three questions: ``no_merges`` (who was made
from whom, one line of descent), ``all`` (merges glue families together), ``as_declared`` (letter-for-letter claims between
known models alone, as the published notebooks count).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from pipelines.lineage import graph, shape
from pipelines.lineage.descendants import Descendants, count_descendants
from pipelines.lineage.descent import Descent
from pipelines.lineage.forest import Flags, Ints
from pipelines.lineage.relation import node_kinds

Scope = Literal["no_merges", "all", "as_declared"]
SCOPES: Final[tuple[Scope, ...]] = ("no_merges", "all", "as_declared")


@dataclass(frozen=True)
class Lineage:
    """What `describe_lineage` returns: the tables ``edges`` and ``families``, and one row a linked model."""

    edges: pl.DataFrame
    families: pl.DataFrame
    nodes: pl.DataFrame


@dataclass(frozen=True)
class _Hub:
    """The linked nodes and their edges as arrays; nodes are numbered by id in alphabetical order."""

    nodes: pl.DataFrame
    """model_id, created_at, is_listed."""
    parents: Ints
    children: Ints

    @property
    def n_nodes(self) -> int:
        return self.nodes.height

    def age_rank(self) -> Ints:
        """Order all nodes by creation time and id; nodes of unknown age come first, as nothing is known to precede them."""
        order = self.nodes.with_row_index("node").sort("created_at", "model_id", nulls_last=False)["node"]
        return _inverse(order.to_numpy().astype(np.int64))


def describe_lineage(accepted: pl.DataFrame, models: pl.DataFrame) -> Lineage:
    """Cut cycles, find families in every scope, and place each linked model.

    Args:
        accepted: as `resolving.accept_edges` returns them, one row a pair.
        models: model_id and created_at of every known model.

    Returns:
        edges with ``is_cut``; families as in the contract; nodes: model_id, n_parents, n_children, n_descendants,
        family_id (scope no_merges), root_id, depth, generation, node_kind; placeholders are no rows of nodes.
    """
    hub = _hub(accepted, models)
    is_cut = graph.edges_to_cut(hub.n_nodes, hub.parents, hub.children, hub.age_rank())
    edges = accepted.with_columns(is_cut=pl.Series(is_cut, dtype=pl.Boolean))
    place = _Place.of(hub, ~is_cut)
    parts = [_families(scope, hub, edges, place) for scope in SCOPES]
    families = pl.concat([families for families, _ in parts]).sort("family_scope", "family_id")
    nodes = hub.nodes.with_columns(
        n_parents=np.bincount(hub.children, minlength=hub.n_nodes),
        n_children=np.bincount(hub.parents, minlength=hub.n_nodes),
        n_descendants=pl.when(pl.Series(place.n_descendants.is_exact)).then(pl.Series(place.n_descendants.count)),
        depth=place.descent.depth,
        generation=place.descent.generation,
        root_id=hub.nodes["model_id"].gather(place.root),
        family_id=parts[SCOPES.index("no_merges")][1],
        node_kind=node_kinds(hub.n_nodes, hub.parents, hub.children, accepted["relation"]),
    )
    return Lineage(edges=edges, families=families, nodes=nodes.filter("is_listed").drop("is_listed", "created_at"))


def _hub(accepted: pl.DataFrame, models: pl.DataFrame) -> _Hub:
    ids = pl.concat([accepted["parent_id"], accepted["child_id"]]).unique().sort().alias("model_id")
    nodes = (
        ids.to_frame()
        .join(models.select("model_id", "created_at", is_listed=pl.lit(True)), on="model_id", how="left", maintain_order="left")
        .with_columns(pl.col("is_listed").fill_null(False))
    )
    numbers = ids.to_frame().with_columns(node=pl.int_range(pl.len(), dtype=pl.Int64))
    parents, children = (_numbered(accepted[end], numbers) for end in ("parent_id", "child_id"))
    return _Hub(nodes, parents, children)


def _numbered(ends: pl.Series, numbers: pl.DataFrame) -> Ints:
    joined = ends.alias("model_id").to_frame().join(numbers, on="model_id", how="left", maintain_order="left")
    return joined["node"].to_numpy()


@dataclass(frozen=True)
class _Place:
    """Each node's place in the uncut graph: its descent, number of descendants, and the most important root above it."""

    descent: Descent
    n_descendants: Descendants
    importance: Ints
    """Rank of the node as a root: most descendants first, then older, then by id; 0 is the most important."""
    root: Ints

    @staticmethod
    def of(hub: _Hub, is_kept: Flags) -> _Place:
        descent = Descent.of(hub.n_nodes, hub.parents[is_kept], hub.children[is_kept])
        n_descendants = count_descendants(descent)
        order = np.lexsort((hub.age_rank(), -n_descendants.count))
        importance = _inverse(order)
        return _Place(descent, n_descendants, importance, order[descent.inherit_least(importance)])


def edges_of_scope(edges: pl.DataFrame, scope: Scope) -> pl.Series:
    """Return which edges make the families of a scope, as a Boolean series in the order of ``edges``.

    A placeholder without an owner (``model``, ``BART``) is no identity and joins nobody. ``no_merges`` leaves out the edges
    whose relation, declared or inferred (`relation.relate`), is merge. A child of several parents that is no merge keeps
    all its edges, so it may join families: mostly it names the whole line above it (docs/relations.md counts them).
    """
    is_identity = pl.col("is_parent_listed") | pl.col("parent_id").str.contains("/", literal=True)
    is_merge = (pl.col("relation") == "merge").fill_null(False)
    rule = {
        "no_merges": is_identity & ~is_merge,
        "all": is_identity,
        "as_declared": pl.col("is_declared") & pl.col("is_parent_listed") & ~pl.col("is_repaired"),
    }
    return edges.select(rule[scope].alias("is_inside")).to_series()


def _families(scope: Scope, hub: _Hub, edges: pl.DataFrame, place: _Place) -> tuple[pl.DataFrame, pl.Series]:
    """Return the families of a scope, and the family_id of each node (null for nodes outside every family)."""
    is_inside = edges_of_scope(edges, scope).to_numpy()
    parents, children = hub.parents[is_inside], hub.children[is_inside]
    is_uncut = ~edges["is_cut"].to_numpy()[is_inside]
    component = graph.weak_components(hub.n_nodes, parents, children)
    descent = Descent.of(hub.n_nodes, parents[is_uncut], children[is_uncut])
    members = hub.nodes.with_columns(
        node=pl.int_range(pl.len()),
        component=component,
        depth=descent.depth,
        importance=place.importance,
        n_parents=np.bincount(children, minlength=hub.n_nodes),
        n_children=np.bincount(parents, minlength=hub.n_nodes),
    ).filter(pl.len().over("component") > 1)
    inside = pl.DataFrame({"component": component[parents], "is_cut": ~is_uncut})
    families = (
        _summary(members, inside)
        .join(shape.balance(descent, component), on="component", how="left")
        .join(shape.distances(parents, children, component), on="component", how="left")
        .with_columns(family_scope=pl.lit(scope))
    )
    by_node = pl.DataFrame({"component": component}).join(families, on="component", how="left", maintain_order="left")
    columns = (
        "family_id", "family_scope", "root_id", "n_models", "n_placeholders", "n_edges", "n_cut_edges", "n_roots", "depth",
        "width", "n_leaves", "n_merges", "is_tree", "sackin_index", "balance", "wiener_index", "wiener_reason",
        "structural_virality", "first_created_at", "last_created_at",
    )  # fmt: skip
    return families.select(columns), by_node["family_id"]


def _summary(members: pl.DataFrame, inside: pl.DataFrame) -> pl.DataFrame:
    """Return one row a component: its root, size, shape and span."""
    is_root = pl.col("depth") == 0
    shape = members.group_by("component").agg(
        root_id=pl.col("model_id").filter(is_root).sort_by(pl.col("importance").filter(is_root)).first(),
        n_models=pl.col("is_listed").sum().cast(pl.Int64),
        n_placeholders=(~pl.col("is_listed")).sum().cast(pl.Int64),
        depth=pl.col("depth").max(),
        n_leaves=(pl.col("n_children") == 0).sum().cast(pl.Int64),
        n_merges=(pl.col("n_parents") > 1).sum().cast(pl.Int64),
        first_created_at=pl.col("created_at").min(),
        last_created_at=pl.col("created_at").max(),
    )
    width = members.group_by("component", "depth").len().group_by("component").agg(width=pl.col("len").max().cast(pl.Int64))
    edges = inside.group_by("component").agg(n_edges=pl.len().cast(pl.Int64), n_cut_edges=pl.col("is_cut").sum().cast(pl.Int64))
    return shape.join(width, on="component").join(edges, on="component").with_columns(family_id=pl.col("root_id"))


def _inverse(order: Ints) -> Ints:
    """Return the rank of each element, given the elements in rank order."""
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank

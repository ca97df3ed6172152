"""The family of one model: its ancestors and descendants along accepted edges, as frames and as a networkx graph."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from pipelines.lineage.forest import Flags, Ints
from pipelines.lineage.graph import weak_components
from warehouse.errors import NotFound, UsageError

if TYPE_CHECKING:
    import networkx as nx

UNSURE: Final = 0.8
"""A relation of less confidence than this is drawn dashed: rules that go by names alone, or several parents without a sign."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, halves of characters and what XML forbids."""


class Relatives(NamedTuple):
    """A model's family.

    Attributes:
        nodes: one row a relative, the model itself among them: model_id, side (ancestor, self, descendant), distance in
            edges, is_listed, then the columns of ``models``, null for placeholders; sorted by distance and model_id.
        edges: one row an accepted pair between them, cut edges left out: the columns of ``edges``; sorted.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame


def family_tree(model_id: str, *, models: pl.DataFrame, edges: pl.DataFrame, depth: int | None = None) -> nx.DiGraph:
    """Return a model's ancestors and descendants as a graph from parent to child.

    `pipelines.query.family_tree` reads the two frames from a published file and calls this.

    Args:
        model_id: as the hub writes it; a placeholder (a parent that no listing holds) may be asked for too.
        models: one row a model: model_id and any columns wanted as attributes.
        edges: one row an accepted pair, of the whole hub or of the family: parent_id, child_id and any columns wanted as
            attributes; pairs with ``is_cut`` are left out.
        depth: 1 for parents and children alone; None for all.

    Returns:
        A graph that every writer of networkx takes as it is. Nodes have ``side`` (ancestor, self, descendant), ``distance`` in
        edges, ``is_listed`` and the columns of ``models``; edges the columns of ``edges`` and ``is_unsure`` (only a card's
        words name the pair, or the relation's confidence is below 0.8). Attributes are text, whole numbers, finite
        numbers or Booleans: absent values are left out, instants are ISO 8601 text, lists are text joined by "|", and control
        characters become U+FFFD, in names too; names that fall together so are told apart by a number.

    Raises:
        NotFound: neither frame has the model.
        UsageError: ``depth`` is negative.
    """
    family = relatives(model_id, models=models, edges=edges, depth=depth)
    return graph_of(family.nodes, family.edges)


def graph_of(nodes: pl.DataFrame, edges: pl.DataFrame) -> nx.DiGraph:
    """Return models and the pairs among them as a graph from parent to child, with the attributes that `family_tree` tells.

    Args:
        nodes: one row a model: model_id and the attributes; every end of a pair is among them.
        edges: one row a pair: parent_id, child_id and the attributes.
    """
    import networkx as nx

    names = _clean_names(nodes["model_id"])
    graph = nx.DiGraph()
    for row in nodes.iter_rows(named=True):
        graph.add_node(names[row.pop("model_id")], **_attributes(row))
    for row in edges.with_columns(is_unsure=_is_unsure(edges)).iter_rows(named=True):
        graph.add_edge(names[row.pop("parent_id")], names[row.pop("child_id")], **_attributes(row))
    return graph


def relatives(model_id: str, *, models: pl.DataFrame, edges: pl.DataFrame, depth: int | None = None) -> Relatives:
    """Return the family of `family_tree` as frames; arguments and errors are the same."""
    links = edges.filter(~pl.col("is_cut")) if "is_cut" in edges.columns else edges
    placed = distances(model_id, links, depth)
    if placed.height == 1 and model_id not in models["model_id"] and model_id not in _ends(links):
        raise NotFound(f"no such model: {model_id}", hint="write it as owner/name, in the hub's own case", model_id=model_id)
    known = models.with_columns(is_listed=pl.lit(True))
    nodes = placed.join(known, on="model_id", how="left").with_columns(pl.col("is_listed").fill_null(False))
    attributes = [name for name in models.columns if name != "model_id"]
    return Relatives(
        nodes.select("model_id", "side", "distance", "is_listed", *attributes).sort("distance", "model_id"),
        _edges_among(links, placed).sort("parent_id", "child_id"),
    )


def distances(model_id: str, links: pl.DataFrame, depth: int | None = None) -> pl.DataFrame:
    """Return how far each relative is from a model, whatever the size of the hub.

    Args:
        model_id: whose relatives are wanted.
        links: parent_id, child_id; cut edges left out.
        depth: at most so many edges up and down; None for all.

    Returns:
        One row a relative, the model itself among them: model_id, side (ancestor, self, descendant), distance. On a cycle
        that nobody cut, a relative counts as descendant.

    Raises:
        UsageError: ``depth`` is negative.
    """
    if depth is not None and depth < 0:
        raise UsageError(f"a depth of {depth} makes no sense", hint="0 shows the model alone")
    names, parents, children = _numbered(model_id, links)
    above, below = _steps(children, parents, len(names), depth), _steps(parents, children, len(names), depth)
    side = pl.when(pl.col("model_id") == model_id).then(pl.lit("self"))
    placed = pl.DataFrame({"model_id": names, "above": above, "below": below}).filter(
        (pl.col("above") >= 0) | (pl.col("below") >= 0)
    )
    return placed.select(
        "model_id",
        side=side.when(pl.col("below") >= 0).then(pl.lit("descendant")).otherwise(pl.lit("ancestor")),
        distance=pl.when(pl.col("below") >= 0).then("below").otherwise("above"),
    )


def component_of(model_id: str, links: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that hang together with a model in either direction, in their order; none if it has no relatives."""
    names, parents, children = _numbered(model_id, links)
    component = weak_components(len(names), parents, children)
    return links.filter(pl.Series(component[parents] == component[0], dtype=pl.Boolean))


def _ends(links: pl.DataFrame) -> pl.Series:
    return pl.concat([links["parent_id"], links["child_id"]])


def _numbered(model_id: str, links: pl.DataFrame) -> tuple[pl.Series, Ints, Ints]:
    """Number the nodes, the model asked for first: their names, and parents and children as numbers."""
    own = pl.Series([model_id], dtype=pl.String)
    numbers = pl.concat([own, _ends(links)]).unique(maintain_order=True).alias("name").to_frame().with_row_index("number")
    ends = (
        links.select(name=end).join(numbers, on="name", how="left", maintain_order="left")["number"].cast(pl.Int64).to_numpy()
        for end in ("parent_id", "child_id")
    )
    parents, children = ends
    return numbers["name"], parents, children


def _steps(starts: Ints, ends: Ints, n_nodes: int, depth: int | None) -> Ints:
    """Return the edges from node 0 to each node, breadth first along start -> end; -1 where none leads."""
    matrix = csr_array((np.ones(len(starts), dtype=np.int8), (starts, ends)), shape=(n_nodes, n_nodes))
    steps = dijkstra(matrix, indices=0, unweighted=True, limit=math.inf if depth is None else depth)
    return np.where(np.isfinite(steps), steps, -1).astype(np.int64)


def _edges_among(links: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Keep the edges on the ways to the model and from it: both ends above it, or both below."""
    is_inside = [
        _are_in(links["parent_id"], side) & _are_in(links["child_id"], side)
        for side in (
            placed.filter(pl.col("side") != "descendant")["model_id"],
            placed.filter(pl.col("side") != "ancestor")["model_id"],
        )
    ]
    return links.filter(pl.Series(is_inside[0] | is_inside[1]))


def _are_in(ids: pl.Series, wanted: pl.Series) -> Flags:
    found: Flags = ids.is_in(wanted.implode()).to_numpy()
    return found


def _is_unsure(edges: pl.DataFrame) -> pl.Expr:
    """Tell the edges that a drawing dashes; false where the frame does not say."""
    doubts = []
    if "relation_confidence" in edges.columns:
        doubts.append(pl.col("relation_confidence") < UNSURE)
    if "is_declared" in edges.columns:
        doubts.append(~pl.col("is_declared"))
    return pl.any_horizontal(pl.lit(False), *doubts).fill_null(False)


def _clean_names(ids: pl.Series) -> dict[str, str]:
    """Return the name of each model in the graph: its id, in nearly all cases."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for model_id in ids:
        clean = name = _clean(model_id)
        turn = 1
        while name in taken:
            turn += 1
            name = f"{clean} ({turn})"
        names[model_id] = name
        taken.add(name)
    return names


def _attributes(row: Mapping[str, object]) -> dict[str, object]:
    typed = ((name, _attribute(value)) for name, value in row.items())
    return {name: value for name, value in typed if value is not None}


def _attribute(value: object) -> object:
    match value:
        case str():
            return _clean(value)
        case float():
            return value if math.isfinite(value) else None
        case date():
            return value.isoformat()
        case list():
            return "|".join(_clean(str(item)) for item in value if item is not None)
        case _:
            return value


def _clean(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)

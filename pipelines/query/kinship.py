"""How two models are related, and what hangs on one: questions along the accepted edges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import networkx as nx
import polars as pl

from pipelines.lineage.tree import component_of
from pipelines.query.family import find_model, relatives
from pipelines.query.own import ask, reading

Kind = Literal["same", "ancestor", "descendant", "sibling", "same_family", "unrelated"]


@dataclass(frozen=True)
class Kinship:
    """What ``model_id`` is to ``other_id``, and the chain of models that joins them, both ends included."""

    model_id: str
    other_id: str
    kind: Kind
    path: tuple[str, ...]
    """Down the edges from the ancestor to the descendant; for siblings over a shared parent; in one family along the
    shortest chain of edges in whatever direction; empty for unrelated models."""


@dataclass(frozen=True)
class Impact:
    """What hangs on a model: every model below it, and how much they are used."""

    model_id: str
    n_children: int
    n_descendants: int
    downloads_at_stake: int
    """Downloads of the last 30 days of all descendants; unknown ones count nothing."""
    n_downloads_unknown: int
    descendants: pl.DataFrame
    """One row a descendant: model_id, distance, license_id, downloads_30d, pipeline_tag, removed_at; most downloaded first."""


def kinship(database: Path, model_id: str, other_id: str) -> Kinship:
    """Say what one model is to another: same, ancestor, descendant, sibling, same_family or unrelated.

    Edges cut to break a cycle are left out. Siblings share a parent. A family here is a weak component of all accepted
    edges, merges included, so models joined by a merge alone are related by it.

    Raises:
        NotFound: nothing is published, or a model is unknown; the hint names models of a similar name.
    """
    family = relatives(database, model_id)
    known = family.nodes.filter(side="self")["model_id"].item()
    with reading(database) as connection:
        other = find_model(connection, other_id)
    if known == other:
        return Kinship(known, other, "same", (known,))
    lineal = _graph(family.edges)
    for kind, start, end in (("ancestor", known, other), ("descendant", other, known)):
        if path := _path(lineal, start, end):
            return Kinship(known, other, kind, path)  # type: ignore[arg-type]  # the two literals of the loop
    return _collateral(database, known, other)


def _collateral(database: Path, known: str, other: str) -> Kinship:
    """Tell siblings and members of one family from unrelated models."""
    with reading(database) as connection:
        component = _graph(component_of(known, ask(connection, "links")))
    if other not in component:
        return Kinship(known, other, "unrelated", ())
    shared = sorted(set(component.predecessors(known)) & set(component.predecessors(other)))
    if shared:
        return Kinship(known, other, "sibling", (known, shared[0], other))
    return Kinship(known, other, "same_family", _path(component.to_undirected(as_view=True), known, other))


def impact(database: Path, model_id: str) -> Impact:
    """Return everything downstream of a model that is withdrawn or changes its licence.

    Raises:
        NotFound: nothing is published, or there is no such model.
    """
    nodes = relatives(database, model_id).nodes
    known = nodes.filter(side="self")["model_id"].item()
    below = nodes.filter(side="descendant").sort("downloads_30d", "model_id", descending=[True, False], nulls_last=True)
    columns = ("model_id", "distance", "license_id", "downloads_30d", "pipeline_tag", "removed_at")
    return Impact(
        model_id=known,
        n_children=below.filter(distance=1).height,
        n_descendants=below.height,
        downloads_at_stake=int(below["downloads_30d"].sum() or 0),
        n_downloads_unknown=below["downloads_30d"].null_count(),
        descendants=below.select(columns),
    )


def _graph(edges: pl.DataFrame) -> nx.DiGraph:
    return nx.DiGraph(edges.select("parent_id", "child_id").iter_rows())


def _path(graph: nx.Graph, start: str, end: str) -> tuple[str, ...]:
    if start not in graph or end not in graph:
        return ()
    try:
        return tuple(nx.shortest_path(graph, start, end))
    except nx.NetworkXNoPath:
        return ()

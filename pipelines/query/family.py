"""A model's relatives: everything above and below it along accepted edges, as two frames."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from pipelines.query.own import ask, reading
from warehouse.errors import NotFound, UsageError


class Relatives(NamedTuple):
    """A model's family.

    Attributes:
        nodes: one row a relative, the model itself among them: model_id, side (ancestor, self, descendant), distance in
            edges, is_listed, license_id, downloads_30d, pipeline_tag, created_at, removed_at, n_parents, n_children; sorted by
            distance and model_id. Values of placeholders are null.
        edges: one row an accepted pair between them, cut edges left out: parent_id, child_id, relation,
            relation_source, n_claims, is_repaired, is_time_inverted; sorted.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame


def relatives(database: Path, model_id: str, *, depth: int | None = None) -> Relatives:
    """Return all ancestors and descendants of a model, at most ``depth`` edges away.

    Args:
        database: the published file, or the link to it.
        model_id: any case; a placeholder (a parent that no listing holds) may be asked for too.
        depth: 1 for parents and children alone; None for all.

    Raises:
        NotFound: nothing is published, or there is no such model; the hint names models of a similar name.
        UsageError: ``depth`` is negative.
    """
    if depth is not None and depth < 0:
        raise UsageError(f"a depth of {depth} makes no sense", hint="0 shows the model alone")
    with reading(database) as connection:
        known = find_model(connection, model_id)
        edges = ask(connection, "relatives_edges", model_id=known)
        distances = _distances(edges, known, depth)
        traits = ask(connection, "models_among", model_ids=list(distances))
    return Relatives(_nodes(distances, traits), _edges_among(edges, distances))


def find_model(connection: duckdb.DuckDBPyConnection, model_id: str) -> str:
    """Return the id as the hub writes it.

    Raises:
        NotFound: there is no such model.
    """
    found = ask(connection, "model_named", model_id=model_id)
    if found.height:
        return str(found["model_id"][0])
    similar = ask(connection, "models_like", model_id=model_id)["model_id"].to_list()
    hint = f"did you mean {', or '.join(similar)}?" if similar else "write it as owner/name"
    raise NotFound(f"no such model: {model_id}", hint=hint, model_id=model_id)


def _distances(edges: pl.DataFrame, model_id: str, depth: int | None) -> dict[str, tuple[str, int]]:
    """Return side and distance of each relative; the edges hold no others than relatives, each on one side."""
    children = _neighbours(edges, "parent_id", "child_id")
    parents = _neighbours(edges, "child_id", "parent_id")
    above = _walk(parents, model_id, depth)
    below = _walk(children, model_id, depth)
    found = {name: ("ancestor", steps) for name, steps in above.items()}
    found |= {name: ("descendant", steps) for name, steps in below.items()}
    return {**found, model_id: ("self", 0)}


def _neighbours(edges: pl.DataFrame, start: str, end: str) -> dict[str, list[str]]:
    grouped = edges.group_by(start, maintain_order=True).agg(end)
    return dict(zip(grouped[start].to_list(), grouped[end].to_list(), strict=True))


def _walk(neighbours: Mapping[str, list[str]], start: str, depth: int | None) -> dict[str, int]:
    """Return the steps to everything that can be reached, breadth first."""
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        if depth is not None and steps[name] >= depth:
            continue
        for neighbour in neighbours.get(name, ()):
            if neighbour not in steps:
                steps[neighbour] = steps[name] + 1
                waiting.append(neighbour)
    return steps


def _nodes(distances: Mapping[str, tuple[str, int]], traits: pl.DataFrame) -> pl.DataFrame:
    placed = pl.DataFrame(
        [(name, side, steps) for name, (side, steps) in distances.items()],
        schema={"model_id": pl.String, "side": pl.String, "distance": pl.Int64},
        orient="row",
    )
    known = traits.with_columns(is_listed=pl.lit(True))
    joined = placed.join(known, on="model_id", how="left").with_columns(pl.col("is_listed").fill_null(False))
    columns = ["model_id", "side", "distance", "is_listed", *traits.columns[1:]]
    return joined.select(columns).sort("distance", "model_id")


def _edges_among(edges: pl.DataFrame, distances: Mapping[str, tuple[str, int]]) -> pl.DataFrame:
    near = pl.Series(list(distances), dtype=pl.String)
    return edges.filter(pl.col("parent_id").is_in(near.implode()), pl.col("child_id").is_in(near.implode()))

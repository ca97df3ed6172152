"""What a published file knows of one model's relatives."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from pipelines.lineage.tree import Relatives, distances
from pipelines.lineage.tree import relatives as relatives_among
from pipelines.query.own import ask, reading
from warehouse.errors import NotFound


class Family(NamedTuple):
    """The rows of the published file that speak of a model's relatives."""

    model_id: str
    """As the hub writes it."""
    models: pl.DataFrame
    """One row a listed relative: ``sql/query/models_among.sql``."""
    edges: pl.DataFrame
    """One row an accepted pair among them: ``sql/query/edges_among.sql``."""


def read_family(database: Path, model_id: str, *, depth: int | None = None) -> Family:
    """Read what `pipelines.lineage.family_tree` needs; arguments and errors are those of `pipelines.query.family_tree`.

    The pairs of all edges are read and walked as arrays: SQL would go over the table once for each generation, and a chain
    may have thousands.
    """
    with reading(database) as connection:
        known = find_model(connection, model_id)
        near = distances(known, ask(connection, "links"), depth)["model_id"].to_list()
        return Family(known, ask(connection, "models_among", model_ids=near), ask(connection, "edges_among", model_ids=near))


def relatives(database: Path, model_id: str, *, depth: int | None = None) -> Relatives:
    """Return the frames of a family; arguments and errors are those of `pipelines.query.family_tree`."""
    family = read_family(database, model_id, depth=depth)
    return relatives_among(family.model_id, models=family.models, edges=family.edges, depth=depth)


def unknown_parents(database: Path) -> list[str]:
    """Return the parents that models claim and that no listing holds, the most claimed first."""
    with reading(database) as connection:
        return ask(connection, "unknown_parents")["parent_id"].to_list()


def find_model(connection: duckdb.DuckDBPyConnection, model_id: str) -> str:
    """Return the id as the hub writes it.

    Raises:
        NotFound: there is no such model.
    """
    found = ask(connection, "model_named", model_id=model_id)
    if found.height:
        return str(found["model_id"][0])
    similar = ask(connection, "models_like", model_id=model_id)["model_id"].to_list()
    hint = f"did you mean {', '.join(similar)}?" if similar else "write it as owner/name"
    raise NotFound(f"no such model: {model_id}", hint=hint, model_id=model_id)

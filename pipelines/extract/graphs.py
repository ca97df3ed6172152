"""Families as graphs for Gephi, Cytoscape, igraph and networkx: the largest ones and those that are asked for.

A family is one of scope ``no_merges`` in the table ``families``; its graph has its models and placeholders as nodes, and its
edges but those cut to break a cycle. The whole hub is no file for a graph program: ``edges.parquet`` and
``model_edges_with_traits.parquet`` are its edge lists.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl

from pipelines.extract.files import ExtractFile, described
from pipelines.lineage.tree import graph_of
from pipelines.query.coverage import read_coverage
from pipelines.query.family import find_model
from pipelines.query.graph_files import MOST_NODES, GraphFormat, write_graph
from pipelines.query.own import ask
from warehouse.errors import NotFound, UsageError

if TYPE_CHECKING:
    import networkx as nx

FOLDER: Final = "graphs"
LARGEST: Final = 10
"""Families that are written unasked, the largest first."""

_FORMATS: Final[tuple[GraphFormat, ...]] = ("graphml", "gexf")
_MOST: Final = min(MOST_NODES[form] for form in _FORMATS)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class FamilyGraph:
    """One family that was written: its nodes (placeholders among them), its edges, its files."""

    family_id: str
    n_nodes: int
    n_edges: int
    files: tuple[ExtractFile, ...]


@dataclass(frozen=True)
class LeftOut:
    """A family that is among the largest and not written, and why."""

    family_id: str
    reason: str


def write_graphs(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, n_largest: int = LARGEST, asked: Sequence[str] = ()
) -> tuple[tuple[FamilyGraph, ...], tuple[LeftOut, ...]]:
    """Write families as GraphML and GEXF into ``folder/graphs/``, the largest first.

    Args:
        connection: to the published file.
        folder: of the extracts.
        n_largest: so many of the largest families.
        asked: models, in any case, whose families are written too.

    Returns:
        The families written, and those of the largest that are too large for a graph program, with the reason.

    Raises:
        NotFound: an asked model is unknown, or has no relatives.
        UsageError: an asked family is too large.
    """
    wanted = sorted({family_of(connection, model_id) for model_id in asked})
    sizes = ask(connection, "family_sizes", n_families=n_largest, family_ids=wanted)
    n_nodes = pl.col("n_models") + pl.col("n_placeholders")
    too_large = sizes.filter(n_nodes > _MOST).select("family_id", n_nodes.alias("n_nodes"))
    left_out = tuple(LeftOut(family, _reason(family, n)) for family, n in too_large.iter_rows())
    for family in left_out:
        if family.family_id in wanted:
            hint = "take edges.parquet, or a part of the family: hubtree tree MODEL --depth 2 --format gexf --out family.gexf"
            raise UsageError(family.reason, hint=hint)
    chosen = sizes.filter(n_nodes <= _MOST)["family_id"].to_list()
    if chosen:
        (folder / FOLDER).mkdir()
    return tuple(_written(connection, folder, chosen)), left_out


def family_of(connection: duckdb.DuckDBPyConnection, model_id: str) -> str:
    """Return the family (scope no_merges) of a model.

    Raises:
        NotFound: there is no such model, or it has no relatives.
    """
    known = find_model(connection, model_id)
    found = ask(connection, "family_of_model", model_id=known)["family_id"].to_list()
    if not found:
        raise NotFound(f"{known} has no relatives: it belongs to no family", hint="ask for a model that has", model_id=known)
    return str(found[0])


def _reason(family: str, n_nodes: int) -> str:
    return f"the family of {family} has {n_nodes:,} models, too many for a graph program (at most {_MOST:,})"


def _written(connection: duckdb.DuckDBPyConnection, folder: Path, chosen: Sequence[str]) -> Iterator[FamilyGraph]:
    models = ask(connection, "models_of_families", family_ids=list(chosen)).partition_by("family_id", as_dict=True)
    edges = ask(connection, "edges_of_families", family_ids=list(chosen)).partition_by("family_id", as_dict=True)
    told = read_coverage(connection).sentence
    for family, stem in zip(chosen, _stems(chosen), strict=True):
        graph = family_graph(models[family,].drop("family_id"), edges[family,].drop("family_id"))
        graph.graph["description"] = told
        paths = [write_graph(graph, form, folder / FOLDER / f"{stem}.{form}") for form in _FORMATS]
        files = tuple(described(path, folder, len(graph)) for path in paths)
        yield FamilyGraph(family, len(graph), graph.number_of_edges(), files)


def family_graph(models: pl.DataFrame, edges: pl.DataFrame) -> nx.DiGraph:
    """Return a whole family as a graph; parents that no listing holds are nodes with ``is_listed`` false."""
    placeholders = edges.filter(~pl.col("is_parent_listed"))["parent_id"].unique().sort()
    nodes = pl.concat(
        [models.with_columns(is_listed=pl.lit(True)), pl.DataFrame({"model_id": placeholders, "is_listed": False})],
        how="diagonal",
    )
    return graph_of(nodes, edges.drop("is_parent_listed"))


def _stems(families: Sequence[str]) -> list[str]:
    """Name files after families: ``owner--name``; a name that had to be changed ends in some letters of its checksum."""
    stems: list[str] = []
    for family in families:
        plain = family.replace("/", "--")
        safe = _UNSAFE.sub("_", plain)[:_LONGEST_NAME]
        if safe != plain or safe.lower() in {stem.lower() for stem in stems}:
            safe = f"{safe}-{hashlib.sha256(family.encode()).hexdigest()[:8]}"
        stems.append(safe)
    return stems

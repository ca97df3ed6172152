"""A family as a file for graph programs: GraphML and GEXF (Gephi, Cytoscape, igraph), and SVG drawn by Graphviz.

A graph of `pipelines.lineage.family_tree` holds nothing that these forms can't carry. All the same a file counts only after it
was read back with the nodes and as many edges as it was written with.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal
from xml.etree.ElementTree import SubElement

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from pipelines.query.tree import tree_dot
from warehouse.errors import ContractViolation, NotFound, UsageError
from warehouse.files import write_whole

GraphFormat = Literal["graphml", "gexf", "svg"]

MOST_NODES: Final = {"graphml": 200_000, "gexf": 200_000, "svg": 2_000}
"""Beyond these a program that opens the file, or Graphviz that draws it, takes minutes; the edge table serves better."""
_SECONDS_TO_DRAW: Final = 120


def write_graph(graph: nx.DiGraph, form: GraphFormat, path: Path) -> Path:
    """Write a family to a file; the file appears whole or not at all.

    Raises:
        UsageError: the family is too large for the format; the hint names what serves instead.
        NotFound: SVG is asked for and Graphviz is not installed.
        ContractViolation: what was written does not read back as the same graph.
        NoSpace: the file can't be written.
    """
    if len(graph) > MOST_NODES[form]:
        hint = 'cut it with --depth, or take edges as a table: hubtree sql "select * from edges" --limit 0 --out edges.parquet'
        raise UsageError(f"{len(graph):,} models are too many for {form} (at most {MOST_NODES[form]:,})", hint=hint)
    return write_whole(path, lambda temporary: _WRITERS[form](graph, temporary))


def _write_graphml(graph: nx.DiGraph, path: Path) -> None:
    # The writer without lxml, so that an unrelated dependency never changes what is written.
    nx.write_graphml_xml(graph, path)
    _compare(graph, nx.read_graphml(path), "GraphML")


def _write_gexf(graph: nx.DiGraph, path: Path) -> None:
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(graph)
    for meta in writer.xml.findall("meta"):
        if described := graph.graph.get("description"):
            SubElement(meta, "description").text = described
        del meta.attrib["lastmodifieddate"]  # the day of the writing: the same family is the same file on every day
    with path.open("wb") as stream:
        writer.write(stream)
    _compare(graph, nx.read_gexf(path), "GEXF")


def _compare(written: nx.DiGraph, found: nx.Graph, form: str) -> None:
    if set(written) != set(found) or written.number_of_edges() != found.number_of_edges():
        raise ContractViolation(f"the {form} file does not read back as the graph that was written")


def _write_svg(graph: nx.DiGraph, path: Path) -> None:
    program = shutil.which("dot")
    if program is None:
        raise NotFound("Graphviz is not installed", hint="install the package graphviz, or use --format dot, graphml or gexf")
    try:
        drawn = subprocess.run(
            [program, "-Tsvg"], input=tree_dot(graph).encode(), capture_output=True, timeout=_SECONDS_TO_DRAW, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError("Graphviz took too long to draw this family", hint="cut it with --depth") from error
    except subprocess.CalledProcessError as error:
        raise ContractViolation(f"Graphviz refused the family: {error.stderr.decode(errors='replace')[:300]}") from error
    path.write_bytes(drawn.stdout)


_WRITERS: Final[dict[str, Callable[[nx.DiGraph, Path], None]]] = {
    "graphml": _write_graphml,
    "gexf": _write_gexf,
    "svg": _write_svg,
}

"""A family as a file for graph programs: GraphML and GEXF (Gephi, Cytoscape, igraph), and SVG drawn by Graphviz.

XML forbids some characters that names may hold, and networkx writes them all the same, or leaves an empty file behind
(ecosystem notes on networkx 3.6). So they become U+FFFD, and a file counts only after it was read back with as many nodes
and edges as it was written with.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

import networkx as nx

from pipelines.query.tree import tree_dot
from warehouse.errors import ContractViolation, NotFound, UsageError
from warehouse.files import write_whole

GraphFormat = Literal["graphml", "gexf", "svg"]

MOST_NODES: Final = {"graphml": 200_000, "gexf": 200_000, "svg": 2_000}
"""Beyond these a program that opens the file, or Graphviz that draws it, takes minutes; the edge table serves better."""
_SECONDS_TO_DRAW: Final = 120
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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


def for_xml(graph: nx.DiGraph) -> nx.DiGraph:
    """Return the graph with every character that XML forbids replaced by U+FFFD; names that fall together are told apart."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in graph:
        names[name] = _free_name(_clean(name), taken)
        taken.add(names[name])
    cleaned = nx.DiGraph()
    for name, values in graph.nodes(data=True):
        cleaned.add_node(names[name], **_clean_values(values))
    for parent, child, values in graph.edges(data=True):
        cleaned.add_edge(names[parent], names[child], **_clean_values(values))
    return cleaned


def _free_name(name: str, taken: set[str]) -> str:
    free, turn = name, 1
    while free in taken:
        turn += 1
        free = f"{name} ({turn})"
    return free


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _clean_values(values: dict[str, object]) -> dict[str, object]:
    return {key: _clean(value) if isinstance(value, str) else value for key, value in values.items()}


def _write_graphml(graph: nx.DiGraph, path: Path) -> None:
    cleaned = for_xml(graph)
    # The writer without lxml, so that an unrelated dependency never changes what is written.
    nx.write_graphml_xml(cleaned, path)
    _compare(cleaned, nx.read_graphml(path), "GraphML")


def _write_gexf(graph: nx.DiGraph, path: Path) -> None:
    cleaned = for_xml(graph)
    nx.write_gexf(cleaned, path)
    _compare(cleaned, nx.read_gexf(path), "GEXF")


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

"""A family as a networkx graph, and the graph as JSON and Graphviz text. Pure: frames in, graphs and text out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import networkx as nx
import polars as pl

from pipelines.query.printable import printable

_HIGHLIGHT: Final = "filled,bold"


def family_graph(nodes: pl.DataFrame, edges: pl.DataFrame) -> nx.DiGraph:
    """Build a graph from parent to child whose attributes every graph format of networkx can write.

    Args:
        nodes: one row a model: model_id, and any attributes.
        edges: one row a pair: parent_id, child_id, and any attributes.

    Returns:
        Nodes in the frame's order. Absent values are left out, instants are ISO 8601 text, lists are
        text joined by "|".
    """
    graph = nx.DiGraph()
    for row in nodes.iter_rows(named=True):
        graph.add_node(row.pop("model_id"), **_attributes(row))
    for row in edges.iter_rows(named=True):
        graph.add_edge(row.pop("parent_id"), row.pop("child_id"), **_attributes(row))
    return graph


def _attributes(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _attribute(value) for name, value in row.items() if value is not None}


def _attribute(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return "|".join(map(str, value)) if isinstance(value, list) else value


def focus(graph: nx.DiGraph) -> str:
    """Return the model that the family was asked for."""
    return str(next(name for name, side in graph.nodes(data="side") if side == "self"))


def by_downloads(graph: nx.DiGraph, names: set[str]) -> list[str]:
    """Sort models: most downloads first, unknown last, then by id."""

    def rank(name: str) -> tuple[bool, int, str]:
        downloads = graph.nodes[name].get("downloads_30d")
        return downloads is None, -(downloads or 0), name

    return sorted(names, key=rank)


def tree_json(graph: nx.DiGraph) -> str:
    """Write a family as one JSON object: model_id, nodes and edges, each with the attributes of `relatives`."""
    document = {
        "model_id": focus(graph),
        "nodes": [{"model_id": name, **values} for name, values in graph.nodes(data=True)],
        "edges": [{"parent_id": parent, "child_id": child, **values} for parent, child, values in graph.edges(data=True)],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def tree_dot(graph: nx.DiGraph) -> str:
    """Write a family as a Graphviz digraph, parents left of children, the asked model highlighted."""
    return "\n".join(["digraph family {", "  rankdir=LR;", "  node [shape=box];", *_dot_lines(graph), "}", ""])


def _dot_lines(graph: nx.DiGraph) -> Iterator[str]:
    for name, values in graph.nodes(data=True):
        yield f"  {_quoted(name)} [{_dot_style(name, values)}];"
    for parent, child, values in graph.edges(data=True):
        label = f" [label={_quoted(values['relation'])}]" if "relation" in values else ""
        yield f"  {_quoted(parent)} -> {_quoted(child)}{label};"


def _dot_style(name: str, values: Mapping[str, Any]) -> str:
    label = f"{name} ({values['license_id']})" if "license_id" in values else name
    style = "dashed" if not values.get("is_listed") else "solid"
    return f"label={_quoted(label)}, style={_quoted(_HIGHLIGHT if values.get('side') == 'self' else style)}"


def _quoted(text: str) -> str:
    """Quote for Graphviz: a backslash would start an escape of its own, such as \\N for the node's name."""
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"') + '"'

"""A family drawn as JSON and as Graphviz text, and the marks that all drawings share. Pure: graphs in, text out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from pipelines.lineage.tree import UNSURE
from pipelines.printable import printable

if TYPE_CHECKING:
    import networkx as nx

_HIGHLIGHT: Final = "filled,bold"

INFERRED: Final = "the relation is inferred by a rule, nobody declared it"
UNSURE_MEANING: Final = f"only a card's words name the pair, or the relation's confidence is below {UNSURE:g}"
NOT_LISTED: Final = "no listing holds this model: it lies outside, is deleted, private or misspelt"


def focus(graph: nx.DiGraph) -> str:
    """Return the model that the family was asked for."""
    return str(next(name for name, side in graph.nodes(data="side") if side == "self"))


def by_downloads(graph: nx.DiGraph, names: set[str]) -> list[str]:
    """Sort models: most downloads first, unknown last, then by id."""

    def rank(name: str) -> tuple[bool, int, str]:
        downloads = graph.nodes[name].get("downloads_30d")
        return downloads is None, -(downloads or 0), name

    return sorted(names, key=rank)


def marked_relation(edge: Mapping[str, Any]) -> str:
    """Name an edge's relation, with ``?`` behind it if it is inferred, ``??`` if it is unsure."""
    return f"{edge.get('relation', 'derived')}{_mark(edge)}"


def _mark(edge: Mapping[str, Any]) -> str:
    if edge.get("is_unsure"):
        return "??"
    return "?" if edge.get("relation_source") == "inferred" else ""


def marks_used(graph: nx.DiGraph) -> dict[str, str]:
    """Return the marks of `marked_relation` that a drawing of the graph shows, with their meaning."""
    marks = {_mark(edge) for _, _, edge in graph.edges(data=True)}
    meanings = {"?": INFERRED, "??": f"unsure: {UNSURE_MEANING}"}
    return {mark: meaning for mark, meaning in meanings.items() if mark in marks}


def tree_json(graph: nx.DiGraph) -> str:
    """Write a family as one JSON object: model_id, legend, and nodes and edges with the attributes of `family_tree`."""
    document = {
        "model_id": focus(graph),
        "legend": {"relation_source inferred": INFERRED, "is_unsure": UNSURE_MEANING, "is_listed false": NOT_LISTED},
        "nodes": [{"model_id": name, **values} for name, values in graph.nodes(data=True)],
        "edges": [{"parent_id": parent, "child_id": child, **values} for parent, child, values in graph.edges(data=True)],
    }
    return json.dumps(document, indent=2)  # in ASCII, so that no name steers a terminal


def tree_dot(graph: nx.DiGraph) -> str:
    """Write a family as a Graphviz digraph, parents left of children, the asked model highlighted, with a legend below."""
    lines = [*_dot_legend(graph), *_dot_lines(graph)]
    return "\n".join(["digraph family {", "  rankdir=LR;", "  node [shape=box];", *lines, "}", ""])


def _dot_legend(graph: nx.DiGraph) -> Iterator[str]:
    """Explain the marks that the drawing shows, in the graph's own label: a node of that name might be a model."""
    lines = [f"{mark}  {meaning}{' (dashed arrow)' if mark == '??' else ''}" for mark, meaning in marks_used(graph).items()]
    if not all(is_listed for _, is_listed in graph.nodes(data="is_listed")):
        lines.append(f"dashed box: {NOT_LISTED}")
    if lines:
        text = "".join(f"{line}\\l" for line in lines)
        yield f'  label="{text}"; labelloc=b; labeljust=l; fontsize=10;'


def _dot_lines(graph: nx.DiGraph) -> Iterator[str]:
    for name, values in graph.nodes(data=True):
        yield f"  {_quoted(name)} [{_dot_style(name, values)}];"
    for parent, child, values in graph.edges(data=True):
        label = [f"label={_quoted(marked_relation(values))}"] if "relation" in values else []
        style = ["style=dashed"] if values.get("is_unsure") else []
        attributes = f" [{', '.join(label + style)}]" if label or style else ""
        yield f"  {_quoted(parent)} -> {_quoted(child)}{attributes};"


def _dot_style(name: str, values: Mapping[str, Any]) -> str:
    label = f"{name} ({values['license_id']})" if "license_id" in values else name
    style = "dashed" if not values.get("is_listed") else "solid"
    return f"label={_quoted(label)}, style={_quoted(_HIGHLIGHT if values.get('side') == 'self' else style)}"


def _quoted(text: str) -> str:
    """Quote for Graphviz: a backslash would start an escape of its own, such as \\N for the node's name."""
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"') + '"'

"""A family drawn for a terminal: ancestors on top, then the model with its descendants as an indented tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipelines.printable import printable
from pipelines.query.tree import by_downloads, focus, marked_relation, marks_used

if TYPE_CHECKING:
    import networkx as nx

DEEPEST: Final = 100
"""Generations drawn in each direction: every line is as long as it is deep, so a chain of 30,000 would fill gigabytes."""


@dataclass(frozen=True)
class _Place:
    """A line to be drawn: a model under a parent, or a note in place of models left out."""

    name: str
    parent: str | None
    lead: str
    indent: str
    level: int = 0
    note: str = ""


def tree_text(graph: nx.DiGraph, *, depth: int | None = None, max_children: int = 20) -> str:
    """Draw a family.

    Args:
        graph: of `pipelines.lineage.family_tree`.
        depth: the depth the family was asked with, so that models cut off by it say that they have more children.
        max_children: most children drawn under one model, most downloaded first; the rest is counted.

    Returns:
        Lines with relation (marked as `marked_relation` does, explained below), id, licence and downloads of the last 30 days.
        A model with several parents is drawn out once and referred to afterwards. At most `DEEPEST` generations are
        drawn in each direction; what is left out is told.
    """
    model_id = focus(graph)
    ancestors = {name: values["distance"] for name, values in graph.nodes(data=True) if values["side"] == "ancestor"}
    descendants = {name for name, side in graph.nodes(data="side") if side == "descendant"}
    lines: list[str] = []
    if ancestors:
        near = {name for name, distance in ancestors.items() if distance <= DEEPEST}
        lines.append(f"Ancestors ({len(ancestors):,})")
        if left := len(ancestors) - len(near):
            lines.append(f"… {left:,} further up (use --format graphml)")
        lines.extend(_forest(graph.subgraph(near | {model_id}), max_children, depth=None))
        lines.append("")
    lines.append(f"Descendants ({len(descendants):,})" if descendants else "No descendants")
    lines.extend(_drawn(graph.subgraph(descendants | {model_id}), [model_id], max_children, depth))
    if marks := marks_used(graph):
        lines.extend(["", *(f"{mark}  {meaning}" for mark, meaning in marks.items())])
    return "\n".join(lines) + "\n"


def _forest(graph: nx.DiGraph, max_children: int, depth: int | None) -> Iterator[str]:
    """Draw the ancestors from their roots down to the model."""
    roots = {name for name in graph if graph.in_degree(name) == 0}
    return _drawn(graph, by_downloads(graph, roots or set(graph)), max_children, depth)


def _drawn(graph: nx.DiGraph, roots: list[str], max_children: int, depth: int | None) -> Iterator[str]:
    """Draw depth first without recursion, because a chain may be longer than Python's stack."""
    waiting = [_Place(name, None, "", "") for name in reversed(roots)]
    drawn: set[str] = set()
    while waiting:
        place = waiting.pop()
        if place.note:
            yield place.lead + place.note
            continue
        is_repeat = place.name in drawn and graph.out_degree(place.name) > 0
        yield place.lead + _label(graph, place, depth) + (" (drawn above)" if is_repeat else "")
        if place.name not in drawn:
            drawn.add(place.name)
            waiting.extend(reversed(_places_below(graph, place, max_children)))


def _places_below(graph: nx.DiGraph, place: _Place, max_children: int) -> list[_Place]:
    children = by_downloads(graph, set(graph.successors(place.name)))
    end, level = f"{place.indent}└─ ", place.level + 1
    if children and level > DEEPEST:
        return [_Place("", place.name, end, "", level, "… goes on below (ask for this model, or use --format graphml)")]
    places = [_Place(name, place.name, f"{place.indent}├─ ", f"{place.indent}│  ", level) for name in children[:max_children]]
    if left := len(children) - max_children if len(children) > max_children else 0:
        places.append(_Place("", place.name, end, "", level, f"… and {left:,} more (use --max-children)"))
    elif places:
        places[-1] = replace(places[-1], lead=end, indent=f"{place.indent}   ")
    return places


def _label(graph: nx.DiGraph, place: _Place, depth: int | None) -> str:
    """Write a model's line: relation, id, licence, downloads, and what a reader should know of it."""
    values = graph.nodes[place.name]
    edge = graph.edges[place.parent, place.name] if place.parent is not None else {}
    is_self = values.get("side") == "self"
    facts = [
        printable(place.name) + (" ◀" if is_self else ""),
        printable(values.get("license_id", "no licence declared" if values.get("is_listed") else "not listed")),
        _counted(values["downloads_30d"], "download") if "downloads_30d" in values else "",
        "" if values.get("has_weights", True) else "no weights",
        f"removed {values['removed_at'][:10]}" if "removed_at" in values else "",
        "older than its parent" if edge.get("is_time_inverted") else "",
        _parents_elsewhere(graph, place),
        f"{_counted(values['n_children'], 'child', 'children')} not drawn" if _is_cut_off(values, depth) else "",
    ]
    return (f"{marked_relation(edge)}: " if edge else "") + " · ".join(fact for fact in facts if fact)


def _parents_elsewhere(graph: nx.DiGraph, place: _Place) -> str:
    """Count the parents of a descendant that are not in the drawing."""
    values = graph.nodes[place.name]
    others = values.get("n_parents", 0) - graph.in_degree(place.name)
    return f"{_counted(others, 'parent')} elsewhere" if values.get("side") == "descendant" and others > 0 else ""


def _is_cut_off(values: dict[str, object], depth: int | None) -> bool:
    """Whether the asked depth ends at this model although it has children."""
    is_at_end = depth is not None and values.get("side") != "ancestor" and values.get("distance") == depth
    return is_at_end and bool(values.get("n_children"))


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"

"""The yardstick: lineage numbers of a listing in plain Python and networkx, as a researcher's notebook computes them.

The rule here is the simple one: a claim is a tag that starts with ``base_model:``, its rest is compared with the listed ids
as an exact string; no alias, rename or case repair (`yardstick_repaired` goes on from there). Nothing of hubtree computes
anything in it, so its numbers are also an independent check.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import networkx as nx
import pandas as pd

PREFIX = "base_model:"
LICENCE_PREFIX = "license:"

Claims = list[tuple[str, str]]


def read_claims(models: pd.DataFrame) -> Claims:
    """Return (child, declared parent) for every claim, in the order of the tags."""
    claims = []
    for child, tags in zip(models["id"], models["tags"], strict=True):
        for tag in tags:
            if tag.startswith(PREFIX):
                claims.append((child, tag[len(PREFIX) :]))
    return claims


def read_licences(models: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the licence tags of every model that has any."""
    licences = {}
    for model_id, tags in zip(models["id"], models["tags"], strict=True):
        found = frozenset(tag[len(LICENCE_PREFIX) :] for tag in tags if tag.startswith(LICENCE_PREFIX))
        if found:
            licences[model_id] = found
    return licences


def build_graph(models: pd.DataFrame, claims: Claims) -> nx.DiGraph:
    """Return the graph parent -> child over the listed models, self claims and unlisted parents left out."""
    graph = nx.DiGraph()
    graph.add_nodes_from(models["id"])
    graph.add_edges_from((parent, child) for child, parent in claims if parent in graph and parent != child)
    return graph


def claim_numbers(models: pd.DataFrame, claims: Claims) -> dict[str, Any]:
    """Count what the models declare."""
    listed = set(models["id"])
    n_claims = Counter(child for child, _ in claims)
    dangling = [parent for _, parent in claims if parent not in listed]
    return {
        "models": len(models),
        "claims": len(claims),
        "models_with_parent": len(n_claims),
        "models_with_several_claims": sum(n > 1 for n in n_claims.values()),
        "most_claims": max(n_claims.values(), default=0),
        "self_claims": sum(child == parent for child, parent in claims),
        "dangling_claims": len(dangling),
        "dangling_parents": len(set(dangling)),
    }


def component_numbers(graph: nx.DiGraph) -> dict[str, Any]:
    """Count the families: weakly connected components of more than one model."""
    sizes = sorted((len(component) for component in nx.weakly_connected_components(graph)), reverse=True)
    families = [size for size in sizes if size > 1]
    return {
        "edges": graph.number_of_edges(),
        "components": len(sizes),
        "families": len(families),
        "models_in_families": sum(families),
        "largest_families": families[:5],
    }


def shape_numbers(graph: nx.DiGraph) -> dict[str, Any]:
    """Measure the linked models: roots, leaves, parents, children, cycles and depth."""
    children = dict(graph.out_degree())
    most = sorted(children.items(), key=lambda item: (-item[1], item[0]))[:5]
    cycles = [component for component in nx.strongly_connected_components(graph) if len(component) > 1]
    depths = depth_of(graph)
    by_depth = Counter(min(depth, 5) for depth in depths.values())
    return {
        "children_with_several_listed_parents": sum(n > 1 for _, n in graph.in_degree()),
        "roots": sum(n == 0 for _, n in graph.in_degree()),
        "leaves": sum(n == 0 for n in children.values()),
        "most_children": dict(most),
        "cycles": sorted(len(component) for component in cycles),
        "longest_chain": max(depths.values(), default=0),
        "models_by_depth": {("5+" if depth == 5 else str(depth)): by_depth[depth] for depth in sorted(by_depth)},
    }


def depth_of(graph: nx.DiGraph) -> dict[str, int]:
    """Return every model's longest path from a root, in edges, with each cycle taken as one node."""
    condensed = nx.condensation(graph)
    depths: dict[int, int] = {}
    for node in nx.topological_sort(condensed):
        depths[node] = max((depths[parent] + 1 for parent in condensed.predecessors(node)), default=0)
    return {model_id: depths[node] for model_id, node in condensed.graph["mapping"].items()}


def licence_numbers(models: pd.DataFrame, graph: nx.DiGraph) -> dict[str, Any]:
    """Measure how licences change along the edges.

    The mutation rate is the mean Jaccard distance of the two sets of licences, over the edges whose ends both have one.
    """
    licences = read_licences(models)
    pairs = lost = same = 0
    distance = 0.0
    moves: Counter[str] = Counter()
    for parent, child in graph.edges():
        before, after = licences.get(parent), licences.get(child)
        same += before == after
        lost += before is not None and after is None
        if before is None or after is None:
            continue
        pairs += 1
        distance += 1 - len(before & after) / len(before | after)
        if before != after and len(before) == len(after) == 1:
            moves[f"{min(before)} -> {min(after)}"] += 1
    return {
        "models_with_licence": len(licences),
        "models_with_several_licences": sum(len(found) > 1 for found in licences.values()),
        "licence_pairs": pairs,
        "licence_mutation": round(distance / pairs, 4) if pairs else None,
        "licence_lost": lost,
        "same_licence": same,
        "top_licence_moves": dict(moves.most_common(5)),
    }

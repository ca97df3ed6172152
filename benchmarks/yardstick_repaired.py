"""The yardstick, second half: the repaired graph, its families and each model's place, as a notebook computes them.

Claims are looked up without regard to case, then in the table of bare ids that moved to an owner; what is found nowhere
stays as a placeholder. Dictionaries, lists and networkx; nothing of hubtree but two of its code tables (CSV files) is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from benchmarks.yardstick_notebook import Claims

CODES = Path(__file__).resolve().parent.parent / "warehouse" / "codes"

MODEL_ID = re.compile(r"[\w.-]+(/[\w.-]+)?", re.ASCII)
WEIGHT_FILE = re.compile(r"[^/]*\.(safetensors|ckpt|pt|pth|bin|h5|gguf|onnx)", re.IGNORECASE)
NULL_WORDS = {"none", "null", "nan", "n/a", "na", ""}

MERGE_TAGS = {"merge", "mergekit", "lazymergekit", "frankenmerge", "mergekit-moe"}
MERGE_NAME = re.compile(
    r"slerp|(^|[-_.])(ties|dare|franken\w*|merged?|passthrough|model_?stock|moe|\d+x\d+b)([-_.]|$)", re.ASCII
)

Created = dict[str, pd.Timestamp]
"""When each linked model was created; placeholders are not in it."""


def read_created(models: pd.DataFrame) -> pd.Series:
    """Return when each model was created, by its id."""
    return pd.Series(pd.to_datetime(models["createdAt"]).dt.tz_localize(None).to_numpy(), index=models["id"])


def read_legacy_ids() -> dict[str, str]:
    """Return the documented moves of bare ids, by the old id in lower case."""
    table = pd.read_csv(CODES / "legacy_ids.csv")
    return {old.lower(): new for old, new in zip(table["legacy_id"], table["model_id"], strict=True)}


def is_model_id(ref: str) -> bool:
    """Tell whether a trimmed reference can be a model's id."""
    return ref.lower() not in NULL_WORDS and not WEIGHT_FILE.fullmatch(ref) and MODEL_ID.fullmatch(ref) is not None


def resolve(claims: Claims, models: pd.DataFrame, moved: dict[str, str]) -> pd.DataFrame:
    """Return one row a claim that names a model: child, parent, is_exact (found letter for letter)."""
    by_folded = {model_id.lower(): model_id for model_id in models["id"]}
    listed = set(models["id"])
    unknown: dict[str, str] = {}
    rows = []
    for child, ref in claims:
        name = ref.strip()
        if not is_model_id(name):
            continue
        folded = name.lower()
        found = by_folded.get(folded) or (moved.get(folded) if moved.get(folded) in listed else None)
        if found is None:
            unknown[folded] = min(unknown.get(folded, name), name)
        rows.append((child, found, folded, found == ref))
    resolved = pd.DataFrame(rows, columns=["child", "parent", "folded", "is_exact"])
    resolved["parent"] = resolved["parent"].fillna(resolved["folded"].map(unknown))
    return resolved[["child", "parent", "is_exact"]]


def find_edges(resolved: pd.DataFrame, created: pd.Series) -> pd.DataFrame:
    """Return one row a pair: parent, child, is_exact, is_listed, is_inverted (the child is older than its parent)."""
    others = resolved[resolved["child"] != resolved["parent"]]
    edges = others.groupby(["parent", "child"], as_index=False)["is_exact"].any()
    listed = set(created.index)
    edges["is_listed"] = [parent in listed for parent in edges["parent"]]
    edges["is_inverted"] = edges["child"].map(created) < edges["parent"].map(created)
    return edges


def created_among(edges: pd.DataFrame, created: pd.Series) -> Created:
    """Return the dates of the models that the edges link."""
    linked = set(edges["parent"]) | set(edges["child"])
    return {model_id: date for model_id, date in created.items() if model_id in linked}


def age(model_id: str, created: Created) -> tuple[pd.Timestamp, str]:
    """Return the key that orders models by age; those of unknown age come first."""
    return created.get(model_id, pd.Timestamp.min), model_id


def edges_to_cut(graph: nx.DiGraph, created: Created) -> set[tuple[str, str]]:
    """Return the edges inside cycles that lead from a younger model to an older one."""
    cut = set()
    for group in nx.strongly_connected_components(graph):
        if len(group) > 1:
            inside = graph.subgraph(group).edges()
            cut |= {(parent, child) for parent, child in inside if age(child, created) <= age(parent, created)}
    return cut


def repaired_graph(claims: Claims, models: pd.DataFrame) -> tuple[pd.DataFrame, set[tuple[str, str]], Created]:
    """Return the repaired edges, those of them to cut, and when the linked models were created."""
    dates = read_created(models)
    edges = find_edges(resolve(claims, models, read_legacy_ids()), dates)
    merges = find_merges(edges, models)
    edges["is_merge"] = [child in merges for child in edges["child"]]
    created = created_among(edges, dates)
    whole = nx.from_pandas_edgelist(edges, "parent", "child", create_using=nx.DiGraph)
    return edges, edges_to_cut(whole, created), created


def edge_numbers(edges: pd.DataFrame, cut: set[tuple[str, str]]) -> dict[str, Any]:
    """Count the pairs before and after repair."""
    listed = edges[edges["is_listed"]]
    return {
        "pairs": len(edges),
        "listed_pairs": len(listed),
        "declared_pairs": int(listed["is_exact"].sum()),
        "inverted_pairs": int(edges["is_inverted"].sum()),
        "inverted_declared_pairs": int((listed["is_inverted"] & listed["is_exact"]).sum()),
        "cut_pairs": len(cut),
    }


def longest_paths(dag: nx.DiGraph) -> dict[str, int]:
    """Return the longest path from a root to each model, in edges."""
    depth: dict[str, int] = {}
    for node in nx.topological_sort(dag):
        depth[node] = max((depth[parent] + 1 for parent in dag.predecessors(node)), default=0)
    return depth


def best_roots(dag: nx.DiGraph, rank: dict[str, Any]) -> dict[str, str]:
    """Return the root above each model that ranks first."""
    best: dict[str, str] = {}
    for node in nx.topological_sort(dag):
        above = [best[parent] for parent in dag.predecessors(node)]
        best[node] = min(above, key=rank.__getitem__) if above else node
    return best


def find_merges(edges: pd.DataFrame, models: pd.DataFrame) -> set[str]:
    """Return the models made of several parents by a merge: a tag of the merging tools, or the name, says so."""
    n_parents = edges.groupby("child").size()
    several = set(n_parents[n_parents > 1].index)
    merges = set()
    for model_id, tags in zip(models["id"], models["tags"], strict=True):
        if model_id in several and (MERGE_TAGS & set(tags) or MERGE_NAME.search(model_id.split("/")[-1].lower())):
            merges.add(model_id)
    return merges


def scopes(edges: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the edges of each kind of family: without merges, all, and as declared."""
    is_identity = edges["is_listed"] | edges["parent"].str.contains("/", regex=False)
    return {
        "no_merges": edges[is_identity & ~edges["is_merge"]],
        "all": edges[is_identity],
        "as_declared": edges[edges["is_listed"] & edges["is_exact"]],
    }


def describe_families(
    scope: str, edges: pd.DataFrame, cut: set[tuple[str, str]], rank: dict[str, Any], created: Created
) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """Yield each family of a scope, one row, with its members."""
    pairs = list(zip(edges["parent"], edges["child"], strict=True))
    graph = nx.DiGraph(pairs)
    dag = graph.copy()
    dag.remove_edges_from(cut)
    depth, in_degree, out_degree = longest_paths(dag), dict(graph.in_degree()), dict(graph.out_degree())
    for members in nx.weakly_connected_components(graph):
        listed = [member for member in members if member in created]
        dates = [created[member] for member in listed]
        root = min((member for member in members if depth[member] == 0), key=rank.__getitem__)
        yield (
            {
                "family_id": root,
                "family_scope": scope,
                "root_id": root,
                "n_models": len(listed),
                "n_placeholders": len(members) - len(listed),
                "n_edges": sum(out_degree[member] for member in members),
                "n_cut_edges": sum(graph.has_edge(*edge) and edge[0] in members for edge in cut),
                "depth": max(depth[member] for member in members),
                "width": max(Counter(depth[member] for member in members).values()),
                "n_leaves": sum(out_degree[member] == 0 for member in members),
                "n_merges": sum(in_degree[member] > 1 for member in members),
                "first_created_at": min(dates),
                "last_created_at": max(dates),
            },
            members,
        )


def describe_lineage(edges: pd.DataFrame, cut: set[tuple[str, str]], created: Created) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the families of all scopes, and each linked model's place."""
    graph = nx.from_pandas_edgelist(edges, "parent", "child", create_using=nx.DiGraph)
    dag = graph.copy()
    dag.remove_edges_from(cut)
    n_descendants = {node: len(nx.descendants(dag, node)) for node in dag}
    rank = {node: (-n_descendants[node], age(node, created)) for node in dag}
    families, family_of = [], {}
    for scope, inside in scopes(edges).items():
        for family, members in describe_families(scope, inside, cut, rank, created):
            families.append(family)
            if scope == "no_merges":
                family_of.update(dict.fromkeys(members, family["family_id"]))
    depth, roots = longest_paths(dag), best_roots(dag, rank)
    places = [
        (
            node,
            graph.in_degree(node),
            graph.out_degree(node),
            n_descendants[node],
            family_of.get(node),
            roots[node],
            depth[node],
        )
        for node in graph
        if node in created
    ]
    columns = ["model_id", "n_parents", "n_children", "n_descendants", "family_id", "root_id", "depth"]
    return pd.DataFrame(families), pd.DataFrame(places, columns=columns)

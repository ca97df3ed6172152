"""Similarity of relatives as a researcher's notebook computes it, against hubtree, on one listing already built.

The notebook's way: for each draw all weights are summed anew over the graph, and each of 10,000 bootstraps is one call of
``choice``. A few draws and bootstraps are timed and multiplied, since all of them take hours. What both ways share (edit
distances, vectors) is left out of the notebook's time, which favours it. Run it with a build's folder of tables:
``python benchmarks/notebook_similarity.py BUILD/main``; it prints seconds as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from math import comb
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl

from pipelines.lineage.families import edges_of_scope
from pipelines.lineage.similarity import Design, draw_pairs, similarity_of_metadata

N_PAIRS, N_BOOTSTRAPS, N_TIMED = 5_000, 10_000, 20
N_MEASURES = 6
"""Three text measures, with and without the control."""


def draw_siblings(graph: nx.DiGraph) -> tuple[str, str]:
    """Draw a pair of siblings, weighing every node by its pairs of children."""
    nodes = list(graph.nodes)
    parent = random.choices(nodes, weights=[comb(graph.out_degree(node), 2) for node in nodes])[0]
    first, second = random.sample(list(graph.successors(parent)), 2)
    return first, second


def seconds(action: Callable[[], object], times: int = 1) -> float:
    """Return the mean time of an action."""
    begun = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - begun) / times


def main(folder: Path) -> None:
    """Time both ways in scope no_merges and print the seconds."""
    edges = pl.read_parquet(folder / "edges.parquet")
    edges = edges.filter(edges_of_scope(edges, "no_merges") & pl.col("is_parent_listed") & ~pl.col("is_cut"))
    graph = nx.DiGraph(edges.select("parent_id", "child_id").rows())
    values = np.random.default_rng(0).random(N_PAIRS)
    a_draw = seconds(lambda: draw_siblings(graph), N_TIMED)
    a_bootstrap = seconds(lambda: np.random.choice(values, N_PAIRS).mean(), N_TIMED * 10)
    n_motifs = 7
    notebook = n_motifs * (N_PAIRS * a_draw + N_MEASURES * N_BOOTSTRAPS * a_bootstrap)

    def ours() -> None:
        design = Design(n_pairs=N_PAIRS, n_bootstraps=N_BOOTSTRAPS)
        draws = draw_pairs(edges, design).filter(edge_scope="no_merges")
        similarity_of_metadata(draws, pl.read_parquet(folder / "models.parquet"), design)

    found = {
        "notebook_seconds": notebook,
        "hubtree_seconds": seconds(ours),
        "notebook_draw": a_draw,
        "notebook_bootstrap": a_bootstrap,
    }
    print(json.dumps({name: round(value, 6) for name, value in found.items()}, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Similarity of relatives, a notebook's way and hubtree's: ``python -m benchmarks.notebook_similarity TABLES_OF_A_BUILD``.

The notebook's way, as in the seed paper's code: each draw of a motif lists the nodes or edges of the graph, and weighs them
anew where the motif asks for it; each of 10,000 bootstraps is one call of ``choice``. All of them would take most of an hour,
so some draws and bootstraps are timed and multiplied. What both ways share (edit distances, vectors) is left out of the
notebook's time and is in hubtree's.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from math import comb
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl

from benchmarks.part_similarity import N_BOOTSTRAPS, N_MEASURES, N_PAIRS, N_WEIGHTED, TIMED_BOOTSTRAPS, TIMED_DRAWS
from benchmarks.stopwatch import Stopwatch
from pipelines.lineage.families import edges_of_scope
from pipelines.lineage.similarity import Design, draw_pairs, similarity_of_metadata


def draw_random(graph: nx.DiGraph) -> object:
    """Draw two models."""
    return random.sample(list(graph.nodes), 2)


def draw_edge(graph: nx.DiGraph) -> object:
    """Draw a parent and its child."""
    return random.choice(list(graph.edges))


def draw_siblings(graph: nx.DiGraph) -> object:
    """Draw a pair of siblings, weighing every node by its pairs of children."""
    nodes = list(graph.nodes)
    parent = random.choices(nodes, weights=[comb(graph.out_degree(node), 2) for node in nodes])[0]
    return random.sample(list(graph.successors(parent)), 2)


def seconds(action: Callable[[], object], times: int) -> float:
    """Return the mean time of an action."""
    begun = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - begun) / times


def main(folder: Path) -> None:
    """Time both ways in scope no_merges; tell what the notebook's would take."""
    watch = Stopwatch()
    every = pl.read_parquet(folder / "edges.parquet")
    models = pl.read_parquet(folder / "models.parquet")
    with watch.stage("hubtree: drawn, measured, 10,000 bootstraps"):
        design = Design(n_pairs=N_PAIRS, n_bootstraps=N_BOOTSTRAPS)
        draws = draw_pairs(every, design).filter(edge_scope="no_merges")
        similarity_of_metadata(draws, models, design)
    edges = every.filter(edges_of_scope(every, "no_merges") & pl.col("is_parent_listed") & ~pl.col("is_cut"))
    graph = nx.DiGraph(edges.select("parent_id", "child_id").rows())
    values = np.random.default_rng(0).random(N_PAIRS)
    with watch.stage("notebook: the sample that is timed"):
        a_draw = {draw: seconds(lambda draw=draw: draw(graph), TIMED_DRAWS) for draw in (draw_random, draw_edge, draw_siblings)}
        a_bootstrap = seconds(lambda: np.random.choice(values, N_PAIRS).mean(), TIMED_BOOTSTRAPS)
    draws_of_all = a_draw[draw_random] + a_draw[draw_edge] + N_WEIGHTED * a_draw[draw_siblings]
    n_motifs = N_WEIGHTED + 2
    watch.tell(
        {
            "draws": N_PAIRS * draws_of_all,
            "bootstraps": n_motifs * N_MEASURES * N_BOOTSTRAPS * a_bootstrap,
            "edges": edges.height,
        }
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

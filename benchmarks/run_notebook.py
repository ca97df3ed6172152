"""The measured notebook: ``python -m benchmarks.run_notebook LISTING OUTPUT`` computes everything and writes its two tables."""

from __future__ import annotations

import sys
from pathlib import Path

import networkx as nx
import pandas as pd

from benchmarks import yardstick_drift, yardstick_notebook, yardstick_repaired
from benchmarks.stages import DECLARED_GRAPH
from benchmarks.stopwatch import Stopwatch


def main(listing: Path, output: Path) -> None:
    """Run the notebook's cells, one stage each."""
    watch = Stopwatch()
    with watch.stage(DECLARED_GRAPH[0]):
        models = pd.read_parquet(listing)
    with watch.stage(DECLARED_GRAPH[1]):
        claims = yardstick_notebook.read_claims(models)
        declared = yardstick_notebook.build_graph(models, claims)
        numbers = yardstick_notebook.claim_numbers(models, claims)
    with watch.stage(DECLARED_GRAPH[2]):
        numbers |= yardstick_notebook.component_numbers(declared)
        declared.remove_nodes_from(list(nx.isolates(declared)))
    with watch.stage(DECLARED_GRAPH[3]):
        numbers |= yardstick_notebook.shape_numbers(declared)
    with watch.stage(DECLARED_GRAPH[4]):
        numbers |= yardstick_notebook.licence_numbers(models, declared)
    with watch.stage("tasks and languages"):
        numbers |= yardstick_drift.task_numbers(models, declared) | yardstick_drift.language_numbers(models, declared)
    with watch.stage("repair"):
        edges, cut, created = yardstick_repaired.repaired_graph(claims, models)
        numbers |= yardstick_repaired.edge_numbers(edges, cut)
    with watch.stage("families and places"):
        families, places = yardstick_repaired.describe_lineage(edges, cut, created)
    with watch.stage("write"):
        families.to_parquet(output / "families.parquet")
        places.to_parquet(output / "places.parquet")
    watch.tell(numbers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""The notebook's lineage alone, no licences, tasks, languages: ``python -m benchmarks.run_notebook_lineage LISTING OUTPUT``."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from benchmarks import yardstick_notebook, yardstick_repaired
from benchmarks.stages import NOTEBOOK_LINEAGE
from benchmarks.stopwatch import Stopwatch


def main(listing: Path, output: Path) -> None:
    """Read the claims, repair them, find families and places, and write these two tables."""
    watch = Stopwatch()
    with watch.stage("read the listing"):
        models = pd.read_parquet(listing)
    with watch.stage("claims"):
        claims = yardstick_notebook.read_claims(models)
    with watch.stage(NOTEBOOK_LINEAGE[0]):
        edges, cut, created = yardstick_repaired.repaired_graph(claims, models)
    with watch.stage(NOTEBOOK_LINEAGE[1]):
        families, places = yardstick_repaired.describe_lineage(edges, cut, created)
    with watch.stage("write"):
        families.to_parquet(output / "families.parquet")
        places.to_parquet(output / "places.parquet")
    watch.tell({"claims": len(claims), "pairs": len(edges), "families": len(families)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

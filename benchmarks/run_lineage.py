"""The measured lineage: ``python -m benchmarks.run_lineage FOLDER [OUTPUT]``, from claims to families with shape.

FOLDER holds ``claims``, ``births`` and ``signs`` as Parquet; families and places are written into OUTPUT, where it is given.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.stages import RESOLVE_AND_DESCRIBE
from benchmarks.stopwatch import Stopwatch
from pipelines.lineage.concentration import tree_concentration
from pipelines.lineage.families import describe_lineage
from pipelines.lineage.relation import relate
from pipelines.lineage.resolving import accept_edges, resolve_claims
from warehouse import codes


def main(folder: Path, output: Path | None) -> None:
    """Run the steps of the lineage room as the build does, one stage each."""
    watch = Stopwatch()
    with watch.stage("read"):
        claims, births, signs = (pl.read_parquet(folder / f"{name}.parquet") for name in ("claims", "births", "signs"))
        legacy = codes.frame("legacy_ids").select(old_id="legacy_id", model_id="model_id")
        renames = legacy.clear()
    with watch.stage(RESOLVE_AND_DESCRIBE[0]):
        parent_claims = resolve_claims(claims, births, renames, legacy)
        n_claims = claims.height
        del claims
    with watch.stage(RESOLVE_AND_DESCRIBE[1]):
        accepted = accept_edges(parent_claims, births)
        del parent_claims
    with watch.stage(RESOLVE_AND_DESCRIBE[2]):
        related = relate(accepted, signs)
    with watch.stage(RESOLVE_AND_DESCRIBE[3]):
        lineage = describe_lineage(related, births)
        tree_concentration(lineage.families, births.height)
    if output:
        with watch.stage("write"):
            lineage.families.write_parquet(output / "families.parquet")
            lineage.nodes.write_parquet(output / "places.parquet")
    watch.tell({"claims": n_claims, "edges": lineage.edges.height, "families": lineage.families.height})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)

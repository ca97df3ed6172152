"""The measured drift tables: ``python -m benchmarks.run_drift FOLDER``, over ``models.parquet`` and ``edges.parquet`` there."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.stopwatch import Stopwatch
from pipelines.builder.drift import write_drift
from pipelines.builder.folder import BuildFolder
from pipelines.builder.trends import write_orders
from pipelines.clock import now
from pipelines.settings import Settings


def main(path: Path) -> None:
    """Make all drift tables as a build does, and tell the rates and the flows that have an interval."""
    settings, watch = Settings.from_environment(), Stopwatch()
    folder = BuildFolder(path, now(), None, {})
    no_cards = pl.DataFrame(schema={"model_number": pl.Int64, "metadata": pl.String})  # the recorded listing holds none
    folder.table("lineage", "card_metadata").parent.mkdir(exist_ok=True)
    no_cards.write_parquet(folder.table("lineage", "card_metadata"))
    with watch.stage("drift tables"), folder.engine(settings) as engine:
        folder.see(engine, "main", "models", "edges")
        write_drift(folder, engine)
    with watch.stage("orders"):
        write_orders(folder)
    rates = pl.read_parquet(folder.table("main", "trait_mutations"))
    moves = pl.read_parquet(folder.table("main", "trait_transitions"))
    told = {
        f"{row['protocol']} {row['trait']} {row['relation_scope']}": (row["n_declared_pairs"], row["mutation_rate"])
        for row in rates.to_dicts()
    }
    n_intervals = moves["net_flow_low95"].count() // 2  # both directions of a flow share one
    plain = moves.filter(protocol="paper", trait="license", relation_scope="all")
    swaps = {f"{row['from_value']} -> {row['to_value']}": row["n_single_moves"] for row in plain.to_dicts()}
    watch.tell({"rates": told, "swaps": swaps, "n_flows_with_interval": n_intervals})


if __name__ == "__main__":
    main(Path(sys.argv[1]))

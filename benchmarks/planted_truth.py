"""A build against the truth of a planted hub: ``python -m benchmarks.planted_truth --models 5000 --seed 7 --evidence all``.

Plants a hub whose history is known, lands it without a crawl, runs the steps of the build that lead from the landing zone to
families, and compares every claim, edge, relation, node kind, family and place with the truth. What differs is told with its
reason: the evidence that is missing, by a rule over the truth tables. What no rule foresees is unexplained, and the command
ends with code 1. ``--null`` plants a hub without families, of which nothing at all may be reported.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from benchmarks.planted_comparison import Compared, compare_all, summary
from benchmarks.planted_evidence import EVIDENCE, MEANING, SEEN_AT, Evidence, land_hub, plant_with
from benchmarks.planted_expected import created_of, expected_of, graph_of, truth_of
from pipelines.builder import card_texts, folder, tables
from pipelines.builder.analysis import write_analysis
from pipelines.local_hub.planted import HubShape, PlantedHub, plant
from pipelines.settings import Settings

FOUND: Final = ("parent_claims", "edges", "models", "families")
REPORTED: Final[dict[str, pl.Expr]] = dict.fromkeys(
    ("parent_claims", "merge_recipes", "claim_disagreements", "successions", "edges", "families", "lookalikes", "growth_fits",
     "similarity"), pl.lit(True),
) | {
    "attachment_fits": pl.col("attachment_exponent").is_not_null(),
    "models": pl.any_horizontal(pl.col("node_kind", "family_id", "root_id", "depth").is_not_null()),
}  # fmt: skip
"""Tables, and which of their rows say that models have relatives."""


def compared_with_truth(n_models: int, seed: int, evidence: Evidence, card_share: float = 1.0) -> list[Compared]:
    """Plant, build and compare one hub."""
    hub = plant_with(n_models, seed, evidence, card_share)
    found = build(hub, FOUND, with_redirects=evidence == "redirects")
    planted, (expected, whys) = truth_of(hub), expected_of(hub, evidence)
    created = created_of(hub)
    graph = graph_of(expected, created)
    is_same = planted.edges.sort("parent_id", "child_id").equals(expected.edges.sort("parent_id", "child_id"))
    return compare_all((planted, graph if is_same else graph_of(planted, created)), (expected, graph), found, whys)


def reported_of_nothing(n_models: int, seed: int) -> dict[str, int]:
    """Build a hub without families and dirt; return how many rows of each table speak of relatives: none should."""
    hub = plant(n_models, seed, shape=HubShape(linked_share=0.0), dirty_share=None)
    found = build(hub, tuple(REPORTED), analysed=True)
    return {name: table.filter(REPORTED[name]).height for name, table in found.items()}


def build(
    hub: PlantedHub, wanted: tuple[str, ...], *, with_redirects: bool = False, analysed: bool = False
) -> dict[str, pl.DataFrame]:
    """Land a hub in a home of its own, run the steps up to families (and analyses), and return the wanted tables."""
    with TemporaryDirectory(prefix="hubtree-planted-") as home:
        settings = Settings.from_environment({"HUBTREE_HOME": home})
        land_hub(settings.layout.landing, hub, with_redirects=with_redirects)
        begun = folder.begin(settings.layout, "planted-truth", started_at=SEEN_AT, as_of=None)
        tables.stage(begun, settings)
        card_texts.parse_card_texts(begun, settings)
        tables.describe_descent(begun, settings)
        if analysed:
            write_analysis(begun, settings)
        return {name: pl.read_parquet(begun.table("main", name)) for name in wanted}


def main(arguments: list[str]) -> int:
    """Print one table a size and kind of evidence; return 1 if anything is unexplained."""
    asked = _parser().parse_args(arguments)
    n_wrong = 0
    listed: list[pl.DataFrame] = []
    for n_models in asked.models:
        if asked.null:
            reported = reported_of_nothing(n_models, asked.seed)
            n_wrong += sum(reported.values())
            print(f"#### {n_models:,} models without families, seed {asked.seed}\n")
            print("; ".join(f"{name} {count:,}" for name, count in reported.items()) + ".\n", flush=True)
            continue
        for evidence in asked.evidence:
            compared = compared_with_truth(n_models, asked.seed, evidence, asked.card_share)
            n_wrong += sum(each.n_unexplained for each in compared)
            listed += [each.differences.with_columns(n_models=n_models, evidence=pl.lit(evidence)) for each in compared]
            print(f"#### {n_models:,} models, seed {asked.seed}, evidence: {evidence} ({MEANING[evidence]})\n")
            print(summary(compared) + "\n", flush=True)
    if asked.list and listed:
        pl.concat(listed).write_csv(asked.list)
    return 1 if n_wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planted_truth", description="A build against planted truth.")
    parser.add_argument("--models", type=int, nargs="+", default=[5_000], help="grown models (default: 5000)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--evidence", nargs="+", choices=EVIDENCE, default=EVIDENCE, help="what is landed (default: each)")
    parser.add_argument("--card-share", type=float, default=1.0, help="share of models whose card is written (default: 1)")
    parser.add_argument("--null", action="store_true", help="plant a hub without families instead")
    parser.add_argument("--list", type=Path, help="write every difference into this CSV file")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

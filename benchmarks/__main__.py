"""The benchmark: ``python -m benchmarks [--rounds N] [--only PART …] [--json FILE] [--page FILE]``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from benchmarks import (
    part_cards,
    part_crawl,
    part_descent,
    part_drift,
    part_lineage,
    part_nightly,
    part_scale,
    part_scaling,
    part_similarity,
    part_sql,
    part_whole,
    part_year,
)
from benchmarks.machine import machine, versions
from benchmarks.measuring import ROOT, BenchmarkFailed
from benchmarks.page import write_results
from benchmarks.report import Part, as_json, show

PARTS = ("lineage", "sql", "drift", "descent", "similarity", "scale", "crawl", "cards", "nightly", "year", "whole", "scaling")
ON_RECORDED = {"lineage", "sql", "drift", "descent", "similarity", "crawl"}


def main() -> int:
    """Measure what was asked for, tell it, and return the exit code."""
    asked = _arguments()
    console, on, with_ = Console(width=120), machine(), versions()
    for facts in (on, with_):
        console.print(", ".join(f"{name} {value}" for name, value in facts.items()), highlight=False)
    parts: list[Part] = []
    failure = ""
    with tempfile.TemporaryDirectory(prefix="hubtree-bench-") as folder:
        try:
            _measure(Path(folder), asked, parts, console)
        except BenchmarkFailed as error:
            failure = str(error)
    if asked.json:
        figures = json.dumps(as_json(parts, on, with_, asked.rounds), indent=2)
        asked.json.write_text(f"{figures}\n", encoding="utf-8")
    if asked.page and not failure:
        write_results(asked.page, parts, (on, with_), asked.rounds)
    if failure:
        console.print(f"the benchmark failed: {failure}", highlight=False, markup=False)
    return 1 if failure else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed and memory of hubtree, as ratios in one run."
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is run; figures are medians (default: 3)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="the parts to run (sql and drift need lineage)")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=part_whole.SIZES,
        help="models of the hubs of part whole (default: 10^5, 10^6, 3·10^6)",
    )
    parser.add_argument("--json", type=Path, help="write all figures into this file")
    parser.add_argument("--page", type=Path, help="replace the results in this Markdown page")
    return parser.parse_args()


def _measure(work: Path, asked: argparse.Namespace, parts: list[Part], console: Console) -> None:
    """Run the parts in turn and show each as soon as it is there."""

    def add(part: Part) -> None:
        parts.append(part)
        show(part, console)

    listing = _recorded() / "hub" / "listing_2024-07.parquet"
    if listing.is_file():
        for part in _on_recorded(work, listing, asked):
            add(part)
    elif ON_RECORDED & set(asked.only):
        add(
            Part(
                "Recorded data",
                "Lineage, SQL, drift, similarity and recorded pages need it.",
                skipped=f"{listing} is not here (HUBTREE_REAL_DATA names its folder)",
            )
        )
    if "scale" in asked.only:
        add(part_scale.run(work, asked.rounds))
    if "crawl" in asked.only:
        add(part_crawl.run_planted(work, asked.rounds))
    if "cards" in asked.only:
        add(part_cards.run(_recorded() / "hub", asked.rounds))
    if "nightly" in asked.only:
        add(part_nightly.run(work, asked.rounds))
    if "year" in asked.only:
        add(part_year.run(work, asked.rounds))
    if "whole" in asked.only:
        add(part_whole.run(work, asked.sizes))
    if "scaling" in asked.only:
        add(part_scaling.run(work, _recorded() / "scaling" / "chinchilla" / "svg_extracted_data.csv", asked.rounds))


def _on_recorded(work: Path, listing: Path, asked: argparse.Namespace) -> Iterator[Part]:
    """Yield the parts that need the recorded listing."""
    if {"lineage", "sql", "drift"} & set(asked.only):
        part, home = part_lineage.run(work, listing, asked.rounds)
        yield part
        if "sql" in asked.only:
            yield part_sql.run(home, asked.rounds)
        if "drift" in asked.only:
            yield part_drift.run(home, work, asked.rounds)
    if {"descent", "similarity"} & set(asked.only):
        prepared = part_descent.prepare(work, listing)
        if "descent" in asked.only:
            yield part_descent.run(work, listing, prepared, asked.rounds)
        if "similarity" in asked.only:
            yield part_similarity.run(prepared.tables, asked.rounds)
    if "crawl" in asked.only:
        yield part_crawl.run_recorded(work, listing, asked.rounds)


def _recorded() -> Path:
    return Path(os.environ.get("HUBTREE_REAL_DATA", ROOT.parent / "shared" / "data"))


if __name__ == "__main__":
    sys.exit(main())

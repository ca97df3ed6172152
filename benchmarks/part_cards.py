"""Reading cards: how many a second and core, how the time grows, and how long near-duplicates of a whole hub take."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.measuring import Measured, alternate, measure, module, ratio
from benchmarks.report import Part, row

METHOD = """\
The recorded cards of February 2022 and April 2025, in one process and thread, CPU seconds of the reading alone. hubtree reads
front matter, lengths, generators, sections, parents, results, emissions and the MinHash signature; the yardstick, RepoCard of
huggingface_hub, the front matter alone. Growth compares invented cards of a megabyte with those of a quarter: 4 is linear.
Near-duplicates: 500,000 invented signatures, half of them copies of others with up to 0.4 of their bins changed."""


def run(hub: Path, rounds: int) -> Part:
    """Measure on the recorded cards in a folder."""
    part = Part("Reading cards", METHOD)
    if not (hub / "cards_2022-02.parquet").is_file():
        part.skipped = f"{hub} holds no recorded cards (HUBTREE_REAL_DATA names their folder)"
        return part
    ways = {way: (lambda way=way: measure(module("run_cards", way, hub))) for way in ("hubtree", "repocard")}
    runs = alternate(ways, rounds)
    part.rows += [row(f"{way}, all recorded cards", runs[way]) for way in ways]
    speeds = [run.told["cards"] / _cpu(run) for run in runs["hubtree"]]
    part.find("cards a second and core, read whole", median(speeds), "cards/s", ">= 3,000")
    part.find("bytes a second and core", median(run.told["bytes"] / _cpu(run) for run in runs["hubtree"]) / 1e6, "MB/s")
    times = ratio(map(_cpu, runs["repocard"]), map(_cpu, runs["hubtree"]))
    part.find("RepoCard's time for the front matter alone, by hubtree's for all", times, "times")
    grown = [measure(module("run_cards", "growth", hub)) for _ in range(rounds)]
    part.find("worst growth of time for four times the card", max(_growths(grown)), "times", "about 4")
    gathered = [measure(module("run_cards", "duplicates", hub)) for _ in range(rounds)]
    part.rows.append(row("near-duplicates among 500,000 signatures", gathered))
    part.find("near-duplicates among 500,000 cards", median(run.stages["gather"][0] for run in gathered), "s")
    return part


def _cpu(run: Measured) -> float:
    return run.stages["read"][1]


def _growths(runs: list[Measured]) -> list[float]:
    """Return the growth of each kind of card: the median over the rounds."""
    names = dict.fromkeys(name.rpartition(" ")[0] for name in runs[0].stages)
    sizes = sorted({int(name.rpartition(" ")[2]) for name in runs[0].stages})
    return [median(run.stages[f"{name} {sizes[1]}"][1] / run.stages[f"{name} {sizes[0]}"][1] for run in runs) for name in names]

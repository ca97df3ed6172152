"""Lineage of planted hubs of growing size: seconds, memory, and how fast the cost grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path
from statistics import linear_regression, median

from benchmarks.measuring import Measured, alternate, measure, module
from benchmarks.report import Part, row, stage_rows
from benchmarks.stages import RESOLVE_AND_DESCRIBE

SIZES = (100_000, 1_000_000, 3_000_000)
SEED = 7

METHOD = """\
The lineage room alone, from claims to families with shape: references resolved, pairs accepted, relations settled, cycles
cut, families of three scopes, places of all linked models. Claims come from planted families, three sources a pair, and lie in
Parquet files that are written beforehand and not timed; no records, no cards. Seconds and peak memory are of a whole process.
The exponent is the slope of log seconds of these stages over log models; a cost of n log n has the exponent told beside it."""


def run(work: Path, rounds: int, sizes: Sequence[int] = SIZES) -> Part:
    """Write the claims of every size, then measure."""
    for size in sizes:
        measure(module("planted_claims", size, SEED, work / f"claims-{size}"), tells=False)
    ways = {str(size): lambda size=size: measure(module("run_lineage", work / f"claims-{size}")) for size in sizes}
    return _told(dict(zip(sizes, alternate(ways, rounds).values(), strict=True)))


def _told(runs: Mapping[int, Sequence[Measured]]) -> Part:
    part = Part("Lineage of planted hubs of growing size", METHOD)
    for size, measured in runs.items():
        told = measured[0].told
        part.rows += [
            row(f"{size:,} models, {told['claims']:,} claims, {told['edges']:,} edges", measured),
            *stage_rows(measured),
        ]
    largest = max(runs)
    part.find(f"{largest:,} models: whole process, wall", median(run.wall_seconds for run in runs[largest]), "s", "< 40")
    part.find(f"{largest:,} models: peak memory", max(run.peak_bytes for run in runs[largest]) / 1e9, "GB", "< 6")
    for which, name in enumerate(("wall", "CPU")):
        seconds = {size: median(_lineage(run, which) for run in measured) for size, measured in runs.items()}
        target = f"≤ {exponent({size: size * log(size) for size in runs}):.2f} (n log n)"
        part.find(f"exponent of the growth, {name}", exponent(seconds), "", target if name == "wall" else "")
    return part


def _lineage(run: Measured, which: int) -> float:
    return sum(run.stages[name][which] for name in RESOLVE_AND_DESCRIBE)


def exponent(cost: Mapping[int, float]) -> float:
    """Return the slope of log cost over log size, by least squares."""
    return linear_regression([log(size) for size in cost], [log(value) for value in cost.values()]).slope

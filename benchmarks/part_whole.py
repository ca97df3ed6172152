"""Everything at growing size: a planted hub landed by pages, built, checked, published, extracted and asked."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.measuring import HUBTREE, Measured, measure, module
from benchmarks.part_scale import exponent
from benchmarks.report import Part, row, stage_rows

SIZES = (100_000, 1_000_000, 3_000_000)
N_CHANGED = 10_000
FIRST_DAY = "2025-11-01"
TIMES = 5
FIRST_SIGHT, KNOWN, CHANGED = "cards of first sight", "cards known", f"{N_CHANGED:,} models changed"

METHOD = f"""\
Planted hubs with cards for a tenth of their models, in landing files of 1,000 records as a crawl leaves them (written before,
not timed). Built whole, checks and publishing included, three times: with cards never seen, with all cards in the cache, and
after a night in which {N_CHANGED:,} models and their cards changed. Then every extract is written, and every question of the
cookbook asked {TIMES} times. Each size is run once; the exponent is the slope of log seconds over log models."""


def run(work: Path, sizes: Sequence[int] = SIZES) -> Part:
    """Measure every size; a home is deleted when its figures are there."""
    part = Part("Whole nights of planted hubs of growing size", METHOD)
    known: dict[int, Measured] = {}
    for size in sizes:
        home = work / f"whole-{size}"
        measure(module("planted_nights", size, N_CHANGED, home), tells=False)
        known[size] = _one_size(part, size, home)
        shutil.rmtree(home)
    _tell_growth(part, known)
    return part


def _one_size(part: Part, size: int, home: Path) -> Measured:
    """Add the figures of one size; return the build with known cards."""
    as_of_first = module("run_hubtree", "build", FIRST_DAY)
    builds = {FIRST_SIGHT: as_of_first, KNOWN: as_of_first, CHANGED: module("run_hubtree", "build")}
    runs = {name: measure(command, home=home) for name, command in builds.items()}
    for name, measured in runs.items():
        part.rows += [row(f"{size:,} models, build, {name}", [measured]), *stage_rows([measured])]
    part.rows.append(row(f"{size:,} models, extracts", [measure([HUBTREE, "extract"], home=home, tells=False)]))
    asked = measure(module("run_sql", home / "published" / "hub.duckdb", TIMES)).told
    part.find(f"{size:,} models: median question of the cookbook", median(warm for _, warm in asked.values()), "s", "< 0.2")
    changed = runs[CHANGED].wall_seconds / runs[KNOWN].wall_seconds
    part.find(f"{size:,} models: {CHANGED} / {KNOWN}, wall", changed, "times", "≤ 1")
    return runs[KNOWN]


def _tell_growth(part: Part, known: Mapping[int, Measured]) -> None:
    largest = max(known)
    part.find(f"{largest:,} models: build, {KNOWN}, wall", known[largest].wall_seconds, "s", "< 120")
    part.find(f"{largest:,} models: peak memory", known[largest].peak_bytes / 1e9, "GB", "< 8")
    if len(known) > 1:
        for name, seconds in (
            ("wall", {size: run.wall_seconds for size, run in known.items()}),
            ("CPU", {size: run.cpu_seconds for size, run in known.items()}),
        ):
            part.find(f"exponent of the growth of the build, {name}", exponent(seconds), "", "≤ 1.1")

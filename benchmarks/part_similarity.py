"""Similarity of relatives: hubtree's draws, measures and bootstraps against drawing and bootstrapping as a notebook does."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.measuring import measure, module
from benchmarks.report import Part, Row, row, stage_rows

N_PAIRS, N_BOOTSTRAPS = 5_000, 10_000
N_MEASURES = 6
"""Three text measures, with and without the control."""
N_WEIGHTED = 5
"""Motifs whose draw weighs the whole graph; all are charged what siblings cost, the cheapest of them."""
TIMED_DRAWS, TIMED_BOOTSTRAPS = 20, 500

METHOD = f"""\
Seven motifs, {N_PAIRS:,} pairs each, three text measures on metadata with and without the control, {N_BOOTSTRAPS:,} bootstraps
of each mean, scope no_merges of the 760,000 models of July 2024. hubtree's time is of the whole: drawing, comparing, intervals
over pairs and over families. The notebook's is extrapolated: {TIMED_DRAWS} draws of each kind and {TIMED_BOOTSTRAPS} bootstraps
are timed, and multiplied linearly to all draws and bootstraps; comparing is left out, which favours it."""


def run(tables: Path, rounds: int) -> Part:
    """Measure on a build's folder of tables."""
    part = Part("Similarity of relatives with 10,000 bootstraps", METHOD)
    runs = [measure(module("notebook_similarity", tables)) for _ in range(rounds)]
    ours = [next(iter(run.stages.values()))[0] for run in runs]
    draws, bootstraps = ([run.told[name] for run in runs] for name in ("draws", "bootstraps"))
    part.rows += [row("both ways, the notebook's as a sample", runs), *stage_rows(runs)]
    part.rows += [
        Row("notebook, extrapolated: all draws", median(draws)),
        Row("notebook, extrapolated: all bootstraps", median(bootstraps)),
    ]
    whole = [(first + second) / third for first, second, third in zip(draws, bootstraps, ours, strict=True)]
    part.find("notebook extrapolated / hubtree, wall", median(whole), "times", "≥ 30")
    alone = median(second / third for second, third in zip(bootstraps, ours, strict=True))
    part.find("the notebook's bootstraps alone / hubtree's whole, wall", alone, "times")
    return part

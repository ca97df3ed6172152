"""All drift tables of the recorded listing with 2,000 bootstraps against a notebook of the same numbers."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.measuring import BenchmarkFailed, Measured, measure, module
from benchmarks.report import Part, Row, row

METHOD = """\
Both ways read the models and edges of the published file. hubtree makes every drift table: seven traits, six scopes, both
protocols, 2,000 bootstraps, dealings, tests, leverage, the steps between the protocols, the orders with proof, 200 resamples
and null. The tables of time, a few seconds more, are in the build's step and not here. The notebook
(benchmarks/notebook_drift.py) takes the paper's protocol alone; its sets, rates and moves are computed whole, of its resampling
some is timed and multiplied. Rates, pairs and plain licence swaps of every trait and scope have to agree."""


def run(home: Path, work: Path, rounds: int) -> Part:
    """Measure on the file published in a home."""
    part = Part("Drift tables of 760,000 models", METHOD)
    folder = work / "drift"
    (folder / "main").mkdir(parents=True)
    measure(module("export_tables", home / "published" / "hub.duckdb", folder / "main", "models", "edges"), tells=False)
    ours = [measure(module("run_drift", folder)) for _ in range(rounds)]
    n_flows = ours[0].told["n_flows_with_interval"] // 2
    notebook = measure(module("notebook_drift", folder / "main", n_flows))
    _refuse_disagreement(ours[0], notebook)
    part.rows.append(row("hubtree, all drift tables", ours))
    part.rows.append(row("notebook without resampling", [notebook]))
    part.rows.append(Row("notebook's resampling, timed in part", notebook.told["resampling_seconds"]))
    whole = notebook.wall_seconds + notebook.told["resampling_seconds"]
    part.find("hubtree, all drift tables", median(run.wall_seconds for run in ours), "s", "< 20")
    part.find("notebook / hubtree, wall", whole / median(run.wall_seconds for run in ours), "times", "≥ 20")
    part.find("peak memory", max(run.peak_bytes for run in ours) / 1e9, "GB", "< 3")
    return part


def _refuse_disagreement(ours: Measured, notebook: Measured) -> None:
    """End the benchmark where the two ways give different numbers.

    Raises:
        BenchmarkFailed: they do.
    """
    differing = [
        f"{name}: {told} in the notebook, {ours.told['rates'].get(name)} in hubtree"
        for name, told in notebook.told["rates"].items()
        if not _is_same(told, ours.told["rates"].get(name))
    ]
    swaps = {name: n for name, n in ours.told["swaps"].items() if n}
    if swaps != notebook.told["swaps"]:
        differing.append("plain licence swaps differ")
    if differing:
        raise BenchmarkFailed("the ways do not agree:\n" + "\n".join(differing))


def _is_same(told: list[float], ours: list[float] | None) -> bool:
    return ours is not None and told[0] == ours[0] and abs(told[1] - ours[1]) < 1e-5

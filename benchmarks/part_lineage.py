"""Import and build of the recorded listing against a notebook of the same lineage numbers, and against a bare sketch."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.measuring import BenchmarkFailed, Measured, alternate, measure, module, ratio
from benchmarks.report import Part, row, stage_rows
from benchmarks.stages import CHECK_AND_PUBLISH, DECLARED_GRAPH

DAY = "2024-07-11"
"""When the listing was recorded."""

METHOD = """\
Each way in a process of its own, in alternation. 'notebook' is pandas + dictionaries + networkx: first the numbers of the
declared graph alone, then the rest of what the build's lineage tables hold; every family and every linked model's row is
compared with the published file. The build makes more besides: licences, languages, quarantine, history, a commented file.
'bare' is load, claims, components and licence mutation in DuckDB and SciPy, written nowhere: the lower limit."""


def run(work: Path, listing: Path, rounds: int) -> tuple[Part, Path]:
    """Measure; return the part and the last home built, with its published file."""
    homes: list[Path] = []

    def import_() -> Measured:
        homes.append(work / f"home-{len(homes)}")
        return measure(module("run_hubtree", "import", listing.resolve(), DAY), home=homes[-1])

    ways: dict[str, Callable[[], Measured]] = {
        "notebook": lambda: measure(module("run_notebook", listing.resolve(), work)),
        "hubtree": lambda: _joined(import_(), measure(module("run_hubtree", "build"), home=homes[-1])),
        "bare": lambda: measure(module("yardstick_bare", listing.resolve())),
    }
    runs = alternate(ways, rounds)
    _refuse_disagreement(work, homes[-1] / "published" / "hub.duckdb", runs["notebook"][-1], runs["bare"][-1])
    return _told(runs["notebook"], runs["hubtree"], runs["bare"]), homes[-1]


def _joined(first: Measured, second: Measured) -> Measured:
    """Return two processes, one after the other, as one."""
    return Measured(
        first.wall_seconds + second.wall_seconds,
        first.cpu_seconds + second.cpu_seconds,
        max(first.peak_bytes, second.peak_bytes),
        {"import": (first.wall_seconds, first.cpu_seconds), **second.stages},
    )


def _told(notebook: Sequence[Measured], hubtree: Sequence[Measured], bare: Sequence[Measured]) -> Part:
    part = Part("Import and build of the 760,000 models of July 2024", METHOD)
    for what, runs in (("notebook", notebook), ("hubtree import + build", hubtree), ("bare DuckDB + SciPy", bare)):
        part.rows += [row(what, runs), *stage_rows(runs)]
    part.rows.insert(1, row("  of these, the declared graph alone", [_without(run, _beyond_minimal(run)) for run in notebook]))
    tables = [_without(run, CHECK_AND_PUBLISH) for run in hubtree]
    part.rows.append(row("hubtree import + build tables", tables))
    for name, runs in (("import + build tables", tables), ("import + whole build", hubtree)):
        part.find(f"notebook / {name}, wall", _wall_ratio(notebook, runs), "times", "≥ 10")
        cpu = ratio((run.cpu_seconds for run in notebook), (run.cpu_seconds for run in runs))
        part.find(f"notebook / {name}, CPU", cpu, "times")
    part.find("import + whole build / bare sketch, wall", _wall_ratio(hubtree, bare), "times", "near 1")
    part.find("import + build tables / bare sketch, wall", _wall_ratio(tables, bare), "times", "near 1")
    part.find("peak memory of import and build", max(run.peak_bytes for run in hubtree) / 1e9, "GB", "< 3")
    return part


def _wall_ratio(above: Sequence[Measured], below: Sequence[Measured]) -> float:
    return ratio((run.wall_seconds for run in above), (run.wall_seconds for run in below))


def _beyond_minimal(run: Measured) -> list[str]:
    return [name for name in run.stages if name not in DECLARED_GRAPH]


def _without(run: Measured, names: Sequence[str]) -> Measured:
    """Return a run as if some of its stages had not been in it; its peak is not known."""
    wall, cpu = (sum(run.stages[name][which] for name in names) for which in (0, 1))
    return Measured(run.wall_seconds - wall, run.cpu_seconds - cpu, 0)


def _refuse_disagreement(work: Path, database: Path, notebook: Measured, bare: Measured) -> None:
    """End the benchmark where two ways give different numbers: a ratio of such would mean nothing.

    Raises:
        BenchmarkFailed: they do.
    """
    numbers = work / "numbers.json"
    numbers.write_text(json.dumps(notebook.told), encoding="utf-8")
    differing = list(measure(module("agreement", database, numbers, work)).told)
    for name, value in bare.told.items():
        if abs(value - notebook.told[name]) > 5e-5:
            differing.append(f"{name}: {notebook.told[name]} in the notebook, {value} in the bare sketch")
    if differing:
        raise BenchmarkFailed("the ways do not agree:\n" + "\n".join(differing))

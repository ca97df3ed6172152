"""The cookbook's questions on the published file of 760,000 models: inside one process, and through the command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measuring import HUBTREE, Measured, measure, module
from benchmarks.report import Part, Row, row

TIMES = 5
N_SHOWN = 5
"""The slowest questions are named."""

METHOD = f"""\
Every question of sql/cookbook on the published file. In one process: {TIMES} times each through the hardened connection, the
answer fetched. Through the command: `hubtree sql --cookbook NAME`, from the start of the command to its end, which is two
starts of Python and the imports before DuckDB does anything."""


def run(home: Path, rounds: int) -> Part:
    """Measure on the file published in a home."""
    part = Part("SQL of the cookbook on 760,000 models", METHOD)
    inside = [measure(module("run_sql", home / "published" / "hub.duckdb", TIMES)) for _ in range(rounds)]
    part.rows.append(row(f"all questions {TIMES} times, one process", inside))
    warm = _medians(inside, 1)
    slowest = sorted(warm, key=warm.__getitem__, reverse=True)[:N_SHOWN]
    part.rows += [Row(f"  {name}", warm[name]) for name in slowest]
    commands = {name: _asked(home, name, rounds) for name in warm}
    part.rows += [row(f"hubtree sql --cookbook {name}", commands[name]) for name in slowest[:1]]
    part.find("questions", float(len(warm)), "questions")
    part.find("median question, one process", median(warm.values()), "s", "< 0.2")
    part.find("slowest question, one process", max(warm.values()), "s", "< 0.2")
    part.find("median question when first asked", median(_medians(inside, 0).values()), "s", "< 0.2")
    walls = [run.wall_seconds for runs in commands.values() for run in runs]
    part.find("median question through the command, start to end", median(walls), "s")
    part.find("slowest question through the command", max(walls), "s")
    return part


def _medians(runs: Sequence[Measured], which: int) -> dict[str, float]:
    """Return the seconds of each question, median over the rounds: when first asked (0), or its usual time (1)."""
    return {name: median(run.told[name][which] for run in runs) for name in runs[0].told}


def _asked(home: Path, name: str, rounds: int) -> list[Measured]:
    command = [HUBTREE, "sql", "--cookbook", name, "--format", "csv"]
    return [measure(command, home=home, tells=False) for _ in range(rounds)]

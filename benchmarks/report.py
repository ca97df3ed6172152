"""How figures are told: one table a part, and beside each ratio what it should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Measured


@dataclass(frozen=True)
class Row:
    """One measured thing: medians over the rounds. A stage has no peak of its own."""

    what: str
    wall_seconds: float
    cpu_seconds: float | None = None
    peak_bytes: int | None = None


@dataclass(frozen=True)
class Finding:
    """One figure that somebody asked for, with what it should be."""

    what: str
    value: float
    unit: str
    target: str

    @property
    def text(self) -> str:
        """The figure for people: three digits that count, counts whole."""
        return f"{self.value:,.0f} {self.unit}" if self.value >= 1000 else f"{self.value:.3g} {self.unit}"


@dataclass
class Part:
    """One question of the benchmark."""

    title: str
    method: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: str = ""
    """Why nothing was measured, if so."""

    def find(self, what: str, value: float, unit: str, target: str = "") -> None:
        """Add a finding."""
        self.findings.append(Finding(what, value, unit, target))


def row(what: str, runs: Sequence[Measured]) -> Row:
    """Return the medians of a whole process, and its highest peak."""
    peak = max(run.peak_bytes for run in runs)
    return Row(what, _median(runs, lambda run: run.wall_seconds), _median(runs, lambda run: run.cpu_seconds), peak)


def stage_rows(runs: Sequence[Measured]) -> list[Row]:
    """Return the medians of the stages that a process tells, and of its start, end and whatever is in no stage."""
    told = [Row(f"  {name}", _median(runs, _staged(name, 0)), _median(runs, _staged(name, 1))) for name in runs[0].stages]
    return [*told, Row("  start, end, other", _median(runs, _unstaged(0)), _median(runs, _unstaged(1)))]


def _staged(name: str, which: int) -> Callable[[Measured], float]:
    return lambda run: run.stages[name][which]


def _unstaged(which: int) -> Callable[[Measured], float]:
    def seconds(run: Measured) -> float:
        whole = (run.wall_seconds, run.cpu_seconds)[which]
        return whole - sum(stage[which] for stage in run.stages.values())

    return seconds


def _median(runs: Sequence[Measured], figure: Callable[[Measured], float]) -> float:
    return median(figure(run) for run in runs)


def show(part: Part, console: Console) -> None:
    """Print one part."""
    console.print(f"\n{part.title}", style="bold", highlight=False, markup=False)
    console.print(part.method, highlight=False, markup=False, soft_wrap=True)
    if part.skipped:
        console.print(f"skipped: {part.skipped}", highlight=False)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", "wall s", "CPU s", "peak MB"):
        table.add_column(name, justify="right" if name else "left")
    for each in part.rows:
        cpu = "" if each.cpu_seconds is None else f"{each.cpu_seconds:.2f}"
        table.add_row(each.what, f"{each.wall_seconds:.2f}", cpu, f"{each.peak_bytes / 1e6:,.0f}" if each.peak_bytes else "")
    console.print(table)
    for found in part.findings:
        target = f"  (target: {found.target})" if found.target else ""
        console.print(f"  {found.what}: {found.text}{target}", highlight=False)


def as_json(parts: Sequence[Part], machine: Mapping[str, object], versions: Mapping[str, str], rounds: int) -> dict[str, Any]:
    """Return everything for a program: seconds, bytes, ratios."""
    return {"machine": dict(machine), "versions": dict(versions), "rounds": rounds, "parts": [asdict(part) for part in parts]}

"""A night of 5,000 planted models: each step as a command, the second night, and `make run` as a whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.hub_process import serving
from benchmarks.measuring import HUBTREE, Measured, measure
from benchmarks.report import Part, row

N_MODELS = 5_000
NIGHTS = ("first night", "second night")

METHOD = """\
A hub of 5,000 planted models with cards. Each step is a command of its own (crawl, cards, build, extract), in an empty home
and then again on the unchanged hub. 'make run' is the same through Airflow, with the hub's own start; it is installed before.
A peak is that of the largest process."""


def run(work: Path, rounds: int) -> Part:
    """Measure the nights of several homes."""
    part = Part("A night of 5,000 models with cards", METHOD)
    with serving(work / "nightly", "--models", N_MODELS) as endpoint:
        homes = [_nights(work / "nightly" / f"home-{number}", endpoint) for number in range(rounds)]
    for night in NIGHTS:
        for step in ("crawl", "cards", "build", "extract"):
            part.rows.append(row(f"{night}: {step}", [home[night][step] for home in homes]))
        part.rows.append(row(f"{night}: together", [_sum(list(home[night].values())) for home in homes]))
    if find_spec("airflow"):
        _add_make_run(part, work, rounds)
    else:
        part.method += " Airflow is not installed, so 'make run' is left out."
    return part


def _nights(home: Path, endpoint: str) -> dict[str, dict[str, Measured]]:
    commands = {
        "crawl": ["crawl", "--hub", endpoint],
        "cards": ["cards", "--cards", "changed", "--hub", endpoint],
        "build": ["build"],
        "extract": ["extract"],
    }
    return {
        night: {step: measure([HUBTREE, *words], home=home, tells=False) for step, words in commands.items()}
        for night in NIGHTS
    }


def _sum(steps: Sequence[Measured]) -> Measured:
    return Measured(
        sum(step.wall_seconds for step in steps),
        sum(step.cpu_seconds for step in steps),
        max(step.peak_bytes for step in steps),
    )


def _add_make_run(part: Part, work: Path, rounds: int) -> None:
    command = [sys.executable, "-m", "ops.run"]
    nights: dict[str, list[Measured]] = {night: [] for night in NIGHTS}
    for number in range(rounds):
        for night in NIGHTS:
            nights[night].append(measure(command, home=work / f"make-run-{number}", tells=False))
    for night in NIGHTS:
        figures = row(f"{night}: make run", nights[night])
        part.rows.append(figures)
        part.find(f"{night}: make run, wall", figures.wall_seconds, "s", "< 60" if night == NIGHTS[0] else "")

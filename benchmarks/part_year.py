"""A year of nightly increments: its rebuild against that of one night, before and after `hubtree compact`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Measured, alternate, measure, module, ratio
from benchmarks.report import Part, row, stage_rows

N_MODELS, N_NIGHTS = 60_000, 365
CHANGED_SHARE = 1 / 300
"""Models modified a night: 10,000 of three million, as the Hub had in 2026."""

N_CHANGED = round(N_MODELS * CHANGED_SHARE)

METHOD = f"""\
{N_MODELS:,} planted models with cards for a tenth; each of {N_NIGHTS - 1} further nights lands the {N_CHANGED:,} models
that were modified and their cards. 'One night' holds the first two nights, 'year' all of them in their own files, 'compacted'
the same after hubtree compact --remove, the last month unfolded. Each home was built once before, so that all cards are in its
cache; timed is the whole build, checks and publishing included."""


def run(work: Path, rounds: int, n_models: int = N_MODELS, n_nights: int = N_NIGHTS) -> Part:
    """Land the homes, build each once, then measure."""
    part = Part("A year of nightly increments", METHOD)
    folder = work / "year"
    told = measure(module("planted_year", n_models, n_nights, round(n_models * CHANGED_SHARE), folder)).told

    def build(name: str) -> Measured:
        return measure(module("run_hubtree", "build"), home=folder / name)

    names = ("one-night", "year", "compacted")
    for name in names:
        build(name)
    runs = alternate({name: lambda name=name: build(name) for name in names}, rounds)
    for name in names:
        sizes = told["landing"][name]
        part.rows.append(row(f"{name}: {sizes['files']:,} landing files, {sizes['bytes'] / 1e6:,.0f} MB", runs[name]))
        part.rows += stage_rows(runs[name])
    for name in names[1:]:
        for figure, seconds in (("wall", "wall_seconds"), ("CPU", "cpu_seconds")):
            ratios = ratio(*([getattr(each, seconds) for each in runs[which]] for which in (name, "one-night")))
            part.find(f"{name} / one night, {figure}", ratios, "times", "≤ 1.5" if name == "compacted" else "")
    return part

"""Scaling laws: one global fit with 1,000 bootstrap replicates, three ways; 1,000 laws; the projection stage in Polars."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import BenchmarkFailed, Measured, alternate, measure, module, ratio
from benchmarks.report import Part, row, stage_rows
from benchmarks.run_scaling import N_REPLICATES
from benchmarks.yardstick_scaling import N_REPLICATES_RUN, N_STARTS, N_STARTS_RUN

METHOD = f"""\
240 losses of the Chinchilla figure (planted ones where it is absent): the global optimum of the additive law (Huber delta
1e-3 on log residuals) and {N_REPLICATES:,} pairs-bootstrap replicates, the same draws every way. usual: L-BFGS-B with
finite differences from {N_STARTS:,} starts, then one BFGS with the exact gradient a replicate; {N_STARTS_RUN} starts and
{N_REPLICATES_RUN} replicates are run and multiplied up, so its time is an extrapolation. loop: SciPy's least_squares with
the exact Jacobian, 16 starts, then one a replicate, all run. Ratios are of the stages, without the start of Python, on one
BLAS thread each. Neither may find a lower objective anywhere."""
SLACK = 1e-9
"""Relative excess of the objective above another way's that rounding may cause."""


def run(work: Path, data: Path, rounds: int) -> Part:
    """Measure; ``data`` is the figure's file, or does not exist."""
    part = Part("Scaling laws", METHOD)
    points = work / "scaling-points.csv"
    part.method += _write_points(data, points)
    ways = {
        "batched": lambda: measure(module("run_scaling", "batched", points)),
        "loop": lambda: measure(module("yardstick_scaling", "loop", points)),
        "usual": lambda: measure(module("yardstick_scaling", "usual", points)),
    }
    runs = alternate(ways, rounds, _compare)
    for name in ways:
        part.rows.append(row(name, runs[name]))
        part.rows += stage_rows(runs[name])[:-1]
    ours, theirs = [_staged(each) for each in runs["batched"]], [_usual(each) for each in runs["usual"]]
    part.find("usual way (extrapolated) / batched", ratio(theirs, ours), "times", ">= 150")
    part.find("SciPy loop / batched", ratio([_staged(each) for each in runs["loop"]], ours), "times", ">= 3")
    part.find("global fit and 1,000 replicates", sorted(ours)[len(ours) // 2], "s", "<= 1.0")
    part.find("peak memory", max(each.peak_bytes for each in runs["batched"]) / 1e6, "MB", "< 1000")
    for way, what, target in (
        ("laws", "1,000 laws of windows", "< 5"),
        ("projection", "projection of 50 families in Polars", "< 3"),
    ):
        found = [measure(module("run_scaling", way, points)) for _ in range(rounds)]
        part.rows.append(row(what, found))
        part.find(what, sorted(_staged(each) for each in found)[len(found) // 2], "s", target)
    return part


def _compare(first: dict[str, Measured]) -> None:
    """Refuse to go on where another way found a lower objective."""
    ours = first["batched"].told
    for name in ("loop", "usual"):
        other = first[name].told
        pairs: Sequence[tuple[float, float]] = [
            (ours["objective"], other["objective"]),
            *zip(ours["replicates"], other["replicates"], strict=False),
        ]
        worse = [(mine, its) for mine, its in pairs if mine > its * (1 + SLACK)]
        if worse:
            raise BenchmarkFailed(
                f"{name} found lower objectives on {len(worse)} fits, such as {worse[0][1]} against {worse[0][0]}"
            )


def _staged(run: Measured) -> float:
    return sum(wall for wall, _ in run.stages.values())


def _usual(run: Measured) -> float:
    """Return what the usual way would take whole."""
    grid, replicates = run.stages["grid, in part"][0], run.stages["replicates, in part"][0]
    return grid * N_STARTS / run.told["n_starts"] + replicates * N_REPLICATES / len(run.told["replicates"])


def _write_points(data: Path, points: Path) -> str:
    """Write the observations that every way reads; return what they are."""
    if data.is_file():
        with data.open(encoding="utf-8") as file:
            found = [(float(r["Model Size"]), float(r["Training FLOP"]), float(r["loss"])) for r in csv.DictReader(file)]
        kept = sorted(found, key=lambda each: each[2])[:240]
        rows, words = [(n, flop / (6 * n), loss) for n, flop, loss in kept], " The points are the figure's."
    else:
        from benchmarks.run_scaling import family

        columns, loss = family(1, 16, 15)
        rows = list(zip(columns["parameter_count"], columns["token_count"], loss, strict=True))
        words = f" The points are planted, as {data.name} is not here."
    with points.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("parameter_count", "token_count", "loss"))
        writer.writerows(rows)
    return words

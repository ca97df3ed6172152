"""Lineage alone on the recorded listing: claims to families with shape, against the same in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import BenchmarkFailed, Measured, alternate, measure, module, ratio
from benchmarks.part_lineage import DAY
from benchmarks.report import Part, row, stage_rows
from benchmarks.stages import NOTEBOOK_LINEAGE, READ_OUT, RESOLVE_AND_DESCRIBE

METHOD = """\
From claims that have been read to families of three scopes with their shape and the place of every linked model, without
reading the listing, landing, or writing tables. 'notebook' is its stages repair (names, merges, cycles) and families and
places; hubtree's are those of the lineage room, which also grades every claim, settles relations and measures balance,
distances and concentration. To its time the query is added (run once) that reads the signs of relations out of the landed
records: the notebook finds merges in its tags in memory. Rows of families and places must be equal."""


@dataclass(frozen=True)
class Prepared:
    """What `prepare_lineage` leaves: the lineage room's tables, the folder of the build's tables, and its queries' seconds."""

    claims: Path
    tables: Path
    measured: Measured


def prepare(work: Path, listing: Path) -> Prepared:
    """Import and build the listing up to its families, once."""
    home, claims = work / "prepared-home", work / "prepared"
    measured = measure(module("prepare_lineage", listing.resolve(), DAY, claims), home=home)
    return Prepared(claims, Path(measured.told), measured)


def run(work: Path, listing: Path, prepared: Prepared, rounds: int) -> Part:
    """Measure both ways."""
    ours, theirs = work / "lineage-ours", work / "lineage-theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    ways = {
        "notebook": lambda: measure(module("run_notebook_lineage", listing.resolve(), theirs)),
        "hubtree": lambda: measure(module("run_lineage", prepared.claims, ours)),
    }
    runs = alternate(ways, rounds, lambda _: _refuse_disagreement(ours, theirs))
    return _told(runs["notebook"], runs["hubtree"], prepared.measured)


def _told(notebook: Sequence[Measured], hubtree: Sequence[Measured], prepared: Measured) -> Part:
    part = Part("Lineage alone of the 760,000 models of July 2024", METHOD)
    part.rows += [row("notebook", notebook), *stage_rows(notebook), row("hubtree", hubtree), *stage_rows(hubtree)]
    part.rows += [each for each in stage_rows([prepared]) if each.what.strip() in READ_OUT]
    for which, name in enumerate(("wall", "CPU")):
        theirs = [_seconds(run, NOTEBOOK_LINEAGE, which) for run in notebook]
        room = [_seconds(run, RESOLVE_AND_DESCRIBE, which) for run in hubtree]
        whole = [seconds + _seconds(prepared, READ_OUT[1:], which) for seconds in room]
        part.find(f"notebook / lineage with its signs, {name}", ratio(theirs, whole), "times", "≥ 20" if name == "wall" else "")
        part.find(f"notebook / lineage room alone, {name}", ratio(theirs, room), "times")
    part.find("peak memory of the lineage room", max(run.peak_bytes for run in hubtree) / 1e9, "GB")
    return part


def _seconds(run: Measured, names: Sequence[str], which: int) -> float:
    return sum(run.stages[name][which] for name in names)


def _refuse_disagreement(ours: Path, theirs: Path) -> None:
    """End the benchmark where the two ways find different families or places.

    Raises:
        BenchmarkFailed: they do.
    """
    differing = measure(module("lineage_agreement", ours, theirs)).told
    if differing:
        raise BenchmarkFailed("the ways do not agree:\n" + "\n".join(differing))

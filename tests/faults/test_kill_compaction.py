"""SIGKILL at lines spread over a compaction that removes: every landing file stays readable, and the next run ends the work."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from homes import struck
from killing import COMPACTED_BEFORE

from tests.compaction.many_nights import land_nights
from warehouse.landing.files import landing_files, one_a_path, provenance_of, unfolded_files, verify
from warehouse.landing.folding import compact
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import KINDS
from warehouse.landing.states import state_files
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

N_POINTS = 16


def test_a_compaction_struck_anywhere_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    template = tmp_path / "template"
    land_nights(Layout(template), 30, n_models=200)
    names, rows = told(template), rows_of(template)
    homes = struck("", template, tmp_path / "runs", "compact", N_POINTS)
    undisturbed = left_of(tmp_path / "runs" / "left-alone")
    n_begun = 0
    for home, line in homes.items():
        landing = Layout(home).landing
        n_begun += any(list(state_files(landing, kind)) for kind in KINDS)
        assert told(home) == names, line
        assert all(rows_of(home)[kind].equals(rows[kind]) for kind in KINDS), line
        for kind in KINDS:
            for file in one_a_path(landing_files(landing, kind)):
                verify(file)
        compact(landing, before=COMPACTED_BEFORE, remove=True)
        assert told(home) == names, line
        assert left_of(home) == undisturbed, line
        assert not list(landing.rglob("*.tmp")), line
    assert n_begun > N_POINTS / 2


def told(home: Path) -> list[object]:
    """What readers know of each landing file."""
    files = [file for kind in KINDS for file in landing_files(Layout(home).landing, kind)]
    return [(file.kind, file, provenance_of(file)) for file in files]


def rows_of(home: Path) -> dict[str, pl.DataFrame]:
    return {kind: scan_rows(landing_files(Layout(home).landing, kind), kind).collect() for kind in KINDS}


def left_of(home: Path) -> set[str]:
    """The names of what lies on disk."""
    landing = Layout(home).landing
    states = {path.name for kind in KINDS for path in state_files(landing, kind)}
    return states | {file.name for kind in KINDS for file in unfolded_files(landing, kind)}

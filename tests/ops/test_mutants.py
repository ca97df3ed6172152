"""The sample of mutants is the same every time, and none that was not run counts as killed."""

from __future__ import annotations

import json
from pathlib import Path

from ops.mutants import chosen, codes, report

NAMES = [f"pipelines.cards.finch.x_sing__mutmut_{number}" for number in range(500)]


def test_a_sample_is_chosen_by_name_alone_and_a_larger_one_holds_it() -> None:
    small = chosen(NAMES, 40)
    assert len(set(small)) == 40
    assert small == chosen(NAMES[::-1], 40) == chosen(NAMES, 200)[:40]
    assert small != NAMES[:40]


def test_outcomes_are_read_from_what_mutmut_wrote(tmp_path: Path) -> None:
    (tmp_path / "pipelines" / "cards").mkdir(parents=True)
    written = {"exit_code_by_key": {"a": 0, "b": 1, "c": None}}
    (tmp_path / "pipelines" / "cards" / "finch.py.meta").write_text(json.dumps(written))
    assert codes(tmp_path) == {"a": 0, "b": 1, "c": None}


def test_survivors_and_what_was_not_run_are_named() -> None:
    outcome = {"a": 0, "b": 1, "c": None, "d": 33, "e": 36, "f": -11, "g": 1}
    assert report(["a", "b", "c", "d", "e", "f"], outcome) == [
        "no test: d",
        "not run: c",
        "survived: a",
        "6 of 7 mutants: 2 killed, 1 no test, 1 not run, 1 survived, 1 timeout",
    ]

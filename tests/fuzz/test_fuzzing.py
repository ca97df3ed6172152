"""The kept corpus holds as plain tests; the fuzzer runs for seconds; and defects planted on purpose are found.

``make fuzz`` runs longer, with what earlier runs found. A new crash becomes a file of the kept corpus and stays one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.fuzz_targets import TARGETS, check_conservation, check_growth

CORPUS = Path(__file__).parent / "corpus"
ROOT = Path(__file__).parents[2]
KEPT = sorted(path.relative_to(CORPUS) for path in CORPUS.glob("*/*"))
CRASHED = 77
"""Exit code of libFuzzer after a crash."""
DEFECTS = {
    "crash": ("front_matter", "ZeroDivisionError: planted"),
    "nul": ("listing_items", "AssertionError: NUL in"),
    "lost": ("listing_items", "AssertionError: a row for each item"),
    "slow": ("front_matter", "the work grows faster than the bytes"),
}


@pytest.mark.parametrize("name", [path.as_posix() for path in KEPT])
def test_what_is_kept_holds_and_costs_no_more_than_its_length(name: str) -> None:
    content = (CORPUS / name).read_bytes()
    target = TARGETS[Path(name).parts[0]]
    target(content)
    check_growth(target, content)


def test_every_target_has_a_small_corpus() -> None:
    assert {path.parts[0] for path in KEPT} == set(TARGETS)
    assert all((CORPUS / path).stat().st_size <= 4096 for path in KEPT)


def test_staging_keeps_or_sets_aside_each_of_these_items() -> None:
    items = [{"id": "a/b"}, {"id": "A/B"}, {"_id": "1", "id": "a/c"}, {"_id": "1", "id": "a/d"}, 5, None, {"id": ""}, {"id": 7}]
    check_conservation([*items, {"id": "a/b", "createdAt": "infinity", "likes": -1, "tags": [0]}])


def fuzzed(target: str, found: Path, *more: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("atheris", reason="atheris has wheels for Linux on x86-64 alone")
    command = [sys.executable, "-m", "tests.fuzz.fuzzing", target, "--found", str(found), "--seed", "7", *more]
    environment = os.environ | {"PYTHONHASHSEED": "0"}  # the same code gets the same inputs
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=540)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_some_seconds_of_fuzzing_find_nothing(target: str, tmp_path: Path) -> None:
    done = fuzzed(target, tmp_path, "--seconds", "60", "--runs", "400")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "inputs run: 400" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found_and_its_input_is_clean_without_it(defect: str, tmp_path: Path) -> None:
    target, told = DEFECTS[defect]
    done = fuzzed(target, tmp_path, "--planted", defect, "--seconds", "300", "--growth-every", "1")
    assert done.returncode == CRASHED, done.stderr[-3000:]
    assert told in done.stderr + done.stdout
    [crash] = (tmp_path / "crashes").iterdir()
    TARGETS[target](crash.read_bytes())

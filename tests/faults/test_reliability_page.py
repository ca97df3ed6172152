"""docs/reliability.md answers every case of the list of faults, and every test it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reliability.md"
N_PROMISES, N_CASES = 10, 81


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def rows() -> dict[str, str]:
    """What holds each case, by its number."""
    cells = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| P?\d+ \|", line)]
    return {first.removeprefix("| "): held.removesuffix(" |") for first, _, held in cells}


def test_every_promise_and_every_case_is_answered_once() -> None:
    wanted = [*(f"P{number}" for number in range(1, N_PROMISES + 1)), *map(str, range(1, N_CASES + 1))]
    assert list(rows()) == wanted
    assert all(held.strip() for held in rows().values())


def test_every_test_that_the_page_names_is_there() -> None:
    files = {path.name: path for path in TESTS.rglob("test_*.py")}
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE.read_text(encoding="utf-8"))
    assert len(named) > N_CASES
    missing = [f"{file}::{name}" for file, name in named if file not in files or name not in names_in(files[file])]
    assert missing == []

"""Every check passes the good file and flags the bad one made for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
import pytest
from checked_file import alter, build, check, not_passed, one
from corruptions import CHECKS, LOOSEN, RULES, Bad, corruptions

from pipelines import checks
from pipelines.checks import runner
from pipelines.checks.catalogue import checks_of
from pipelines.checks.check import Check
from warehouse.contract import TABLES

if not checks.is_available():
    pytest.skip("the extra checks is not installed", allow_module_level=True)

Flagged = Callable[[str, Bad], pl.DataFrame]


@pytest.fixture(scope="module")
def good_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def loose_file(good_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The good file, open to changes that its own constraints would refuse."""
    return alter(Path(shutil.copy(good_file, tmp_path_factory.mktemp("loose") / "loose.duckdb")), LOOSEN)


@pytest.fixture(scope="module")
def results_of(loose_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Flagged:
    """Run the checks that a change is made for over the good file with that change, each change once."""
    kept: dict[tuple[str, Bad], pl.DataFrame] = {}

    def results(table: str, bad: Bad) -> pl.DataFrame:
        if (table, bad) not in kept:
            kept[table, bad] = _run(loose_file, tmp_path_factory.mktemp("bad"), table, bad)
        return kept[table, bad]

    return results


def _run(loose_file: Path, folder: Path, table: str, bad: Bad) -> pl.DataFrame:
    database = alter(Path(shutil.copy(loose_file, folder / "bad.duckdb")), bad.statements)
    previous = None
    if bad.previous is not None:
        previous = alter(Path(shutil.copy(loose_file, folder / "previous.duckdb")), bad.previous)
    made_for = {entry.name for entry in CHECKS if entry.table == table and bad in corruptions(entry)}
    with (
        mock.patch.object(runner, "checked_tables", return_value=[TABLES[table]]),
        # Only the checks that this change is made for: all of a table's take minutes over all changes.
        mock.patch.object(
            runner, "checks_of", lambda *of, **at: [each for each in checks_of(*of, **at) if each.name in made_for]
        ),
    ):
        return check(database, previous)


def _words(check: Check) -> str:
    return f"{check.table}: {check.name}"


def test_the_good_file_passes_every_check_as_a_first_build_and_against_itself(good_file: Path) -> None:
    first, second = check(good_file), check(good_file, good_file)
    assert not_passed(first) == []
    assert not_passed(second) == []
    assert first.height == second.height == len(CHECKS)


def test_no_check_lacks_a_bad_fixture() -> None:
    assert [_words(entry) for entry in CHECKS if not corruptions(entry)] == []
    assert set(RULES) == {rule.name for table in TABLES.values() for rule in table.rules}


def test_every_rule_and_promise_of_the_contract_has_its_check() -> None:
    made = {(entry.table, entry.name) for entry in CHECKS}
    assert len(made) == len(CHECKS), "two checks of a table share a name"
    for table in TABLES.values():
        if table.name == "check_results":
            continue
        assert {(table.name, rule.name) for rule in table.rules} <= made
        assert {(table.name, f"{column} is present") for column in table.required} <= made
        assert {(table.name, f"{column.name} is in its vocabulary") for column in table.columns if column.values} <= made


@pytest.mark.parametrize("entry", CHECKS, ids=_words)
def test_a_check_flags_each_of_its_bad_fixtures(entry: Check, results_of: Flagged) -> None:
    for bad in corruptions(entry):
        found: Mapping[str, Any] = one(results_of(entry.table, bad), entry.table, entry.name)
        assert found["is_passed"] is False, f"{bad} was not flagged: {found['observed']}"
        assert found["n_failed"] is None or found["n_failed"] > 0
        assert found["severity"] == entry.severity

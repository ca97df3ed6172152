"""Importing losses and listing their series from the command line; what can't be meant ends in one line and code 2."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from conftest import Shell


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    pl.DataFrame({"loss": [4.0, 3.5, -1.0], "params": ["70M", "160M", "410M"], "tokens": [1e9, 2e9, 3e9]}).write_csv(path)
    return path


def test_a_table_is_imported_and_its_series_listed(hubtree: Shell, table: Path) -> None:
    landed = hubtree("import", str(table), "--kind", "losses", "--map", "loss=loss,N=params", "--map", "D=tokens", "--json")
    assert landed.code == 0
    assert "1 of 3 rows will be set aside: loss is not positive" in json.loads(landed.out)["notes"]
    listed = hubtree("scaling", "losses", "--json")
    (series,) = json.loads(listed.out)
    assert (series["series"], series["n_observations"], series["n_set_aside"]) == ("mine", 2, 1)
    assert series["parameters_largest"] == 1.6e8
    shown = hubtree("scaling", "losses")
    assert "70M to 160M" in shown.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--kind", "losses"), "no file of a known release"),
        (("--kind", "losses", "--format", "nonsense"), "no release 'nonsense'"),
        (("--kind", "losses", "--map", "N=params"), "which column is the loss"),
        (("--kind", "losses", "--map", "loss=nothing"), "lacks nothing"),
        (("--kind", "listing", "--map", "loss=loss"), "--format and --map are for measurements"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(hubtree: Shell, table: Path, words: tuple[str, ...], told: str) -> None:
    ended = hubtree("import", str(table), *words)
    assert ended.code == 2
    assert told in ended.err
    assert "hint: " in ended.err


def test_without_losses_the_list_says_what_to_import(hubtree: Shell) -> None:
    ended = hubtree("scaling", "losses")
    assert ended.code == 2
    assert "hubtree import chinchilla --kind losses" in ended.err

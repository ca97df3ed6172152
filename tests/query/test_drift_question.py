"""`hubtree drift`: rates and moves of the published file by protocol, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines.cli.main import app
from pipelines.query.drift import read_directions, read_drift, read_orderings, read_steps
from warehouse.errors import UsageError


def test_rates_come_by_trait_and_scope_with_their_largest_moves(published: Path) -> None:
    found = read_drift(published, trait="licence", protocol="hubtree", n_moves=1).rows()
    assert [(row["trait"], row["scope"], row["n_pairs"], row["mutation_rate"]) for row in found] == [
        ("license", "all", 40, 0.2),
        ("license", "finetune", 40, 0.3),
    ]
    (move,) = found[0]["moves"]
    assert (move["from_value"], move["to_value"], move["n_edges"]) == ("llama2", "apache-2.0", 8)
    assert found[1]["moves"] == []


def test_the_papers_protocol_has_its_own_numbers(published: Path) -> None:
    (row,) = read_drift(published, trait=None, protocol="paper", n_moves=5).rows()
    assert (row["trait"], row["scope"], row["mutation_rate"], row["moves"][0]["n_edges"]) == ("license", "all", 0.25, 9)


def test_an_unknown_trait_or_protocol_is_told(published: Path) -> None:
    with pytest.raises(UsageError, match="'colour'") as caught:
        read_drift(published, trait="colour", protocol="hubtree", n_moves=1)
    assert "language" in caught.value.hint
    with pytest.raises(UsageError, match="'notebook'"):
        read_drift(published, trait=None, protocol="notebook", n_moves=1)


def test_directions_and_steps_are_read_in_order(published: Path) -> None:
    found = read_directions(published).filter(~(pl.col("trait") == "card"))
    measures = ["multilingual_to_english", "n_languages", "is_permissive", "is_restricted"]
    assert found["drift_measure"].to_list() == measures
    assert read_steps(published)["drift_step"].to_list() == ["as_published", "parents_repaired"]


def test_the_command_prints_a_list_of_rows(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBTREE_HOME", str(published.parent.parent))
    monkeypatch.setattr("pipelines.steps.database", lambda settings: published)
    printed = CliRunner().invoke(app, ["drift", "--protocol", "paper", "--json"])
    assert printed.exit_code == 0
    assert {"trait", "scope", "n_pairs", "mutation_rate"} <= json.loads(printed.output)[0].keys()
    for words in (
        ["drift"],
        ["drift", "license"],
        ["drift", "--directions"],
        ["drift", "--differences"],
        ["drift", "--ordering"],
    ):
        told = CliRunner().invoke(app, words)
        assert told.exit_code == 0, told.output
        assert "license" in told.output


def test_an_order_and_its_trait_can_be_asked_for_and_what_is_not_there_is_said(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.steps.database", lambda settings: published)
    told = CliRunner().invoke(app, ["drift", "licence", "--ordering", "--json"])
    assert [row["trait_value"] for row in json.loads(told.output)] == ["mit", "apache-2.0"]
    nothing = CliRunner().invoke(app, ["drift", "task", "--ordering"])
    assert (nothing.exit_code, "no such rows" in nothing.output) == (0, True)
    with pytest.raises(UsageError, match="'colour'"):
        read_orderings(published, trait="colour", scope="all")


def test_trends_are_told_with_those_that_are_too_short(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.steps.database", lambda settings: published)
    rows = json.loads(CliRunner().invoke(app, ["drift", "--trends", "--json"]).output)
    told = {row["trend_measure"]: (row["trend"], row["trend_reason"]) for row in rows}
    assert told == {"card_share": (None, "too_few_months"), "license_share": ("rising", None)}

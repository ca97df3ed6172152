"""Labels of chains: invented ones, and the recorded ones with a reason for every difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from licensed import TABLES

from benchmarks.license_labels import compare, main, read_chains, reason_of
from benchmarks.license_page import doubts_table, rules_table
from pipelines.drift.licences import judge_chains, label_chains
from pipelines.drift.licences.chains import EXACT, JUDGED, Link

NONE: tuple[str, ...] = ("UNKNOWN",)
CHAINS: list[tuple[list[Link], set[str]]] = [
    ([("a/x", ["mit"]), ("a/y", ["mit"])], {"single_owner"}),
    ([("a/x", ["mit"]), ("b/y", ["mit"])], set()),
    ([("a/x", ["mit"]), ("b/y", ["apache-2.0"])], {"license_change"}),
    ([("a/x", ["mit", "llama2"]), ("b/y", ["llama2", "mit"])], set()),
    ([("a/x", NONE), ("b/y", ["mit"])], {"license_change", "unknown_license"}),
    ([("a/x", ["mit"]), ("b/y", NONE)], {"license_change", "unknown_license", "ends_with_unknown_license"}),
    ([("a/x", []), ("b/y", NONE)], {"unknown_license", "ends_with_unknown_license"}),
    ([("a/x", ["unknown"]), ("b/y", ["unknown"])], set()),
    ([("x", NONE), ("x", NONE)], {"single_owner", "unknown_license", "ends_with_unknown_license"}),
    (
        [("meta/Llama-2", ["llama2"]), ("b/y", ["mit"])],
        {"license_change", "missing_llama_license", "undeclared_llama_dependency"},
    ),
    (
        [("meta/Llama-2", ["llama2"]), ("b/y", NONE)],
        {"license_change", "unknown_license", "ends_with_unknown_license", "undeclared_llama_dependency"},
    ),
    ([("meta/Llama-2", ["llama2"]), ("b/y", ["llama2"])], set()),
    ([("meta/Llama-3", ["llama3"]), ("b/y", ["llama3"])], {"llama_naming_issue"}),
    ([("meta/Llama-3", ["llama3"]), ("b/Llama-3-y", ["llama3"])], set()),
    ([("smol/llama", ["mit"]), ("b/y", ["mit"])], set()),
    ([("a/alone", ["mit"])], {"single_owner"}),
    ([("a/x", "mit"), ("b/y", None)], {"license_change", "unknown_license", "ends_with_unknown_license"}),
]


@pytest.mark.parametrize(("links", "labels"), CHAINS)
def test_a_chain_has_the_labels_that_hold_for_it(links: list[Link], labels: set[str]) -> None:
    assert label_chains([links], TABLES) == [sorted(labels)]


def test_chains_are_labelled_apart_even_where_they_share_models() -> None:
    together = label_chains([links for links, _ in CHAINS], TABLES)
    assert together == [sorted(labels) for _, labels in CHAINS]
    assert label_chains([], TABLES) == []


def test_a_chain_is_judged_from_its_origin() -> None:
    found = judge_chains([[("meta/Llama-2", ["llama2"]), ("a/x", NONE), ("b/y", ["mit"])]], TABLES).verdicts
    assert found["verdict"].to_list() == ["unknown", "conflict"]
    assert found["path"].to_list()[1] == ["meta/Llama-2#0.0", "a/x#0.1", "b/y#0.2"]


def test_chains_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "chains.json"
    file.write_text(json.dumps([{"tags": ["single_owner"], "chain": [{"model": "a/x", "license": ["mit"]}]}]), encoding="utf-8")
    assert read_chains(file) == [(frozenset({"single_owner"}), [("a/x", ("mit",))])]
    assert compare(read_chains(file))["single_owner"]["both"] == 1


def test_each_chain_is_told_with_labels_and_verdicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain = [{"model": "meta/Llama-2", "license": "llama2"}, {"model": "a/x"}, {"model": "b/y", "license": ["mit"]}]
    (tmp_path / "chains.json").write_text(json.dumps([{"chain": chain}]), encoding="utf-8")
    main(["--each", str(tmp_path / "chains.json")])
    told = json.loads(capsys.readouterr().out)
    assert told["models"] == ["meta/Llama-2", "a/x", "b/y"]
    assert "missing_llama_license" in told["labels"]
    assert [(step["model"], step["verdict"], step["path"]) for step in told["verdicts"]] == [
        ("a/x", "unknown", ["meta/Llama-2", "a/x"]),
        ("b/y", "conflict", ["meta/Llama-2", "a/x", "b/y"]),
    ]


def test_a_difference_without_a_known_reason_is_called_unexplained() -> None:
    assert reason_of("license_change", [("a/x", ["mit"])], True) == "unexplained"
    assert reason_of("llama_naming_issue", [("m/l", ["llama3"]), ("a/x", ["llama3"])], False) == "unexplained"


@pytest.mark.real
def test_the_recorded_chains_agree_on_facts_and_every_other_difference_has_its_reason(real_data: Path) -> None:
    file = real_data / "licences" / "licence_chains_2024-07.json"
    if not file.is_file():
        pytest.skip(f"{file} is not here")
    found = compare(read_chains(file))
    counts = {"license_change": 609, "unknown_license": 369, "ends_with_unknown_license": 297, "single_owner": 25}
    for label in EXACT:
        assert (found[label]["only_theirs"], found[label]["only_ours"]) == (0, 0), label
        assert found[label]["both"] == counts[label]
    for label in JUDGED:
        n_differing = found[label]["only_theirs"] + found[label]["only_ours"]
        assert sum(found[label]["reasons"].values()) == n_differing > 0
        assert "unexplained" not in found[label]["reasons"]


def test_the_page_shows_the_rules_and_doubts_as_they_are() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "licences.md").read_text(encoding="utf-8")
    assert rules_table() in page
    assert doubts_table() in page
    assert "never legal advice" in page

"""hubtree license: a model's situation in words and as JSON, and the conflicts of the hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from small_hub import publish
from small_hub_licenses import license_rows
from small_hub_rows import edge, model

if TYPE_CHECKING:
    from conftest import Shell

# In the small hub the verdicts are those of a base under llama2 (tests/small_hub_licenses.py).


def test_a_conflict_is_explained_with_clause_path_action_doubts_and_no_advice(hubtree: Shell, published: Path) -> None:
    ended = hubtree("license", "ODD/base-1-lora")
    assert (ended.code, ended.err) == (0, "")
    for words in (
        "odd/base-1-lora declares mit",
        "verdict: conflict",
        "CONFLICT by LLAMA-4: llama2 of deep/Base-1 (confidence 0.72)",
        "[Llama Community License section 1.b",
        "deep/Base-1 –adapter→ odd/base-1-lora",
        "to do:  Declare the parent's Llama licence",
        "doubt:  maybe_no_derivative: Every step",
        "licences that honour every duty: llama2",
        "whoever derives from it, under mit:",
        "never legal advice",
    ):
        assert words in ended.out


def test_a_merge_tells_every_duty_and_the_strictest_reading(hubtree: Shell, published: Path) -> None:
    ended = hubtree("license", "mix/twins")
    assert "declares apache-2.0, mit (several: judged by the strictest)" in ended.out
    assert ended.out.count("CONFLICT by LLAMA-4") == 1
    assert "COMPATIBLE by NOTICE-3" in ended.out
    assert "… and" in hubtree("license", "mix/twins", "--limit", "1").out


def test_what_is_not_stated_is_unknown_and_says_what_would_fit(hubtree: Shell, published: Path) -> None:
    ended = hubtree("license", "late/Base-1-old")
    assert "late/Base-1-old declares no licence" in ended.out
    assert "UNKNOWN by LLAMA-4" in ended.out
    assert "licences that honour every duty: llama2" in ended.out
    lost = hubtree("license", "lost/child")
    assert "parent without a licence that is understood: gone/parent (not_listed)" in lost.out


def test_a_root_has_no_duties_and_its_children_have(hubtree: Shell, published: Path) -> None:
    ended = hubtree("license", "deep/Base-1")
    assert "none: it names no parent" in ended.out
    assert "under apache-2.0: Licence text and notices go with the model" in ended.out
    assert "5 models below have a duty from this one; 3 declare a licence against it, with 1,250 downloads" in ended.out
    assert "its name speaks" not in ended.out
    assert "is not listed" in hubtree("license", "gone/parent").out


def test_json_holds_the_whole_situation(hubtree: Shell, published: Path) -> None:
    found = json.loads(hubtree("license", "odd/base-1-lora", "--json").out)
    assert found["verdict"] == "conflict"
    assert found["duties"][0]["path"] == ["deep/Base-1", "odd/base-1-lora"]
    step = {"relation": "adapter", "relation_source": "declared", "evidence_sources": ["tag"]}
    assert found["duties"][0]["steps"] == [{"parent_id": "deep/Base-1", "child_id": "odd/base-1-lora", **step}]
    assert found["duties"][0]["doubts"].keys() == {"maybe_no_derivative"}
    assert "legal advice" in found["note"]


def test_conflicts_come_by_downloads_at_stake_with_a_limit(hubtree: Shell, published: Path) -> None:
    found = json.loads(hubtree("license", "--conflicts", "--json").out)
    assert [row["model_id"] for row in found["conflicts"]] == ["odd/base-1-lora", "mila/base-1-chat", "mix/twins"]
    assert [row["downloads_30d"] for row in found["conflicts"]] == [700, 500, 50]
    assert [row["downloads_30d_at_stake"] for row in found["conflicts"]] == [750, 550, 50]
    assert found["n_models"] == 3
    cut = hubtree("license", "--conflicts", "--limit", "1")
    assert "3 models declare a licence" in cut.out
    assert "… and 2 more" in cut.out
    assert "never legal advice" in cut.out


def test_wrong_usage_and_unknown_models_end_as_elsewhere(hubtree: Shell, published: Path) -> None:
    unknown = hubtree("license", "odd/base-1-lor")
    assert unknown.code == hubtree("impact", "odd/base-1-lor").code == 2
    assert "did you mean odd/base-1-lora" in unknown.err
    for words in (("license",), ("license", "deep/Base-1", "--conflicts")):
        ended = hubtree(*words)
        assert (ended.code, ended.out) == (2, "")
        assert "name one model, or ask for --conflicts" in ended.err


def test_nothing_published_is_told_as_elsewhere(hubtree: Shell) -> None:
    assert hubtree("license", "--conflicts").code == 2


def test_a_source_whose_name_disagrees_with_its_licence_is_told_to_its_maintainer(hubtree: Shell, tmp_path: Path) -> None:
    rows = {
        "models": [model("a/llama-3-8b", license_id="llama2"), model("b/poems", license_id="apache-2.0", downloads_30d=9)],
        "edges": [edge("a/llama-3-8b", "b/poems")],
    }
    publish(tmp_path / "home" / "published", {**rows, **license_rows(rows["models"], rows["edges"])})
    ended = hubtree("license", "a/llama-3-8b")
    assert "1 models below have a duty from this one; 1 declare a licence against it, with 9 downloads" in ended.out
    assert "make sure that the declared licence is right" in ended.out
    assert "doubt:  source_name_disagrees" in hubtree("license", "b/poems").out

"""Copies are told by what a re-upload copies, and course exercises are not copies."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.lineage.lookalikes import LARGEST_BLOCK, find_lookalikes
from tests.lineage.frames import DAY_ZERO

CARD = ["arxiv:2309.00001", "dataset:o/news", "da", "license:mit"]
NO_EDGES = pl.DataFrame(schema={"parent_id": pl.String, "child_id": pl.String})


def facts(*rows: tuple[str, int | None, list[str]] | tuple[str, int | None, list[str], str]) -> pl.DataFrame:
    """model_id, parameter_count, tags, weight_hashes; each a second younger than the one before."""
    seconds = pl.duration(seconds=pl.int_range(pl.len()))
    built = pl.DataFrame(
        [(*row, None) if len(row) == 3 else row for row in rows],
        schema={"model_id": pl.String, "parameter_count": pl.Int64, "tags": pl.List(pl.String), "weight_hashes": pl.String},
        orient="row",
    )
    return built.with_columns(created_at=pl.lit(DAY_ZERO) + seconds)


def pairs(frame: pl.DataFrame) -> list[tuple[str, str, str]]:
    return find_lookalikes(frame, NO_EDGES).pairs.select("model_id", "other_id", "likeness_rule").rows()


def test_the_same_weights_are_found_under_any_name() -> None:
    frame = facts(("a/first", None, [], "ab cd"), ("b/other", None, [], "ab cd"), ("c/part", None, [], "ab"))
    assert pairs(frame) == [("b/other", "a/first", "same_weights")]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        pytest.param("b/Rune-7B", "same_name", id="same"),
        pytest.param("b/rune_7b", "same_name", id="case-and-separators"),
        pytest.param("a/Rune-7B-copy", "near_name", id="copy-of-the-same-owner"),
        pytest.param("b/Rune-7B-mirror-hf", "near_name", id="mirror"),
    ],
)
def test_a_reupload_is_told_by_name_size_and_telling_tags(name: str, rule: str) -> None:
    assert pairs(facts(("a/Rune-7B", 7_000, CARD), (name, 7_000, ["pytorch", *CARD[:3]]))) == [(name, "a/Rune-7B", rule)]


@pytest.mark.parametrize(
    ("name", "size", "tags"),
    [
        pytest.param("b/Rune-7B", 7_001, CARD, id="another-size"),
        pytest.param("b/Rune-7B-v2", 7_000, CARD, id="another-version"),
        pytest.param("b/Rune-7B", None, CARD, id="unknown-size"),
        pytest.param("b/Rune-7B", 7_000, ["generated_from_trainer", *CARD], id="trained-by-its-owner"),
        pytest.param("b/Rune-7B", 7_000, ["da", "license:mit", "pytorch"], id="too-little-in-common"),
        pytest.param("b/Rune-7B", 7_000, [*CARD, *(f"dataset:b/own-{i}" for i in range(9))], id="mostly-other-data"),
    ],
)
def test_what_may_be_no_copy_is_not_listed(name: str, size: int | None, tags: list[str]) -> None:
    assert pairs(facts(("a/Rune-7B", 7_000, CARD), (name, size, tags))) == []


def test_names_without_telling_tags_prove_nothing() -> None:
    template = ["arxiv:1910.09700", "license:apache-2.0", "text-generation", "safetensors"]
    assert pairs(facts(("a/gemma-5", 9, template), ("b/gemma-5", 9, template))) == []


def test_each_copy_names_the_oldest_it_looks_like() -> None:
    frame = facts(("a/rune", 7, ["xx", "yy"]), ("b/rune", 7, CARD), ("c/rune", 7, CARD), ("d/rune", 7, CARD))
    assert pairs(frame) == [("c/rune", "b/rune", "same_name"), ("d/rune", "b/rune", "same_name")]


def test_a_name_that_everybody_uses_is_left_out_and_counted() -> None:
    found = find_lookalikes(facts(*((f"o{i}/rune", 7, CARD) for i in range(LARGEST_BLOCK + 1))), NO_EDGES)
    assert (found.pairs.height, found.n_names_left_out) == (0, 1)


def test_a_declared_pair_says_so() -> None:
    frame = facts(("a/rune", 7, CARD), ("b/rune", 7, CARD), ("c/rune", 7, CARD))
    edges = pl.DataFrame({"parent_id": ["a/rune"], "child_id": ["c/rune"]})
    found = find_lookalikes(frame, edges).pairs
    assert found.select("model_id", "is_linked", "n_alike").rows() == [("b/rune", False, 3), ("c/rune", True, 3)]


def test_children_of_one_parent_are_told_by_their_weights_alone() -> None:
    edges = pl.DataFrame({"parent_id": ["o/base"] * 2, "child_id": ["a/rune", "b/rune"]})
    assert find_lookalikes(facts(("a/rune", 7, CARD), ("b/rune", 7, CARD)), edges).pairs.height == 0
    found = find_lookalikes(facts(("a/rune", 7, CARD, "ab"), ("b/rune", 7, CARD, "ab")), edges).pairs
    assert found["likeness_rule"].to_list() == ["same_weights"]


def test_the_order_of_rows_changes_nothing() -> None:
    frame = facts(*((f"o{i}/rune", 7, CARD, "ab") for i in range(5)))
    assert find_lookalikes(frame, NO_EDGES).pairs.equals(find_lookalikes(frame.reverse(), NO_EDGES).pairs)


def test_a_hub_without_facts_has_no_lookalikes() -> None:
    assert pairs(facts()) == []

"""What the Hub does not read of metadata (dirty-metadata rows 19, 30, 31, 44, 62, 68; fault-list cases 46, 47, 52)."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.cards import parse_cards, read_card
from pipelines.cards.hints import HINT_FLAGS, MAX_HINTS, Hints, read_hints
from tests.cards.test_card_frames import cards


def hints(**fields: Any) -> Hints:
    return read_hints(fields)


def test_what_the_hub_reads_is_no_hint() -> None:
    assert hints(license="mit", language=["en", "no"], base_model="bird/finch", datasets=["seeds"], tags=None) == Hints()
    assert read_hints(None) == Hints()


def test_a_mapping_gives_hints() -> None:
    found = hints(base_model={"name": "a/b", "size": 7}, language={"en": None})
    assert found == Hints(("base_model=a/b (base_model)", "language=en (language)"), frozenset({"unexpected_type"}))


def test_the_template_word_in_braces_says_nothing() -> None:
    assert hints(language={"language": None}).hints == ()


def test_nested_lists_are_flagged() -> None:
    assert hints(base_model=["a/b", ["c/d"]]).flags == {"unexpected_type"}


def test_absent_null_and_present_are_three_states() -> None:
    assert hints(license=None).flags == {"null_field"}
    assert hints(datasets=[]).flags == {"null_field"}
    assert hints(datasets=[None]).flags == {"null_field", "null_item"}
    assert hints(datasets=[None, "seeds"]).flags == {"null_item"}
    assert hints(license="unknown").flags == frozenset()
    assert hints().flags == frozenset()


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("basemodel", "base_model"),
        ("base-model", "base_model"),
        ("model-base", "base_model"),
        ("merge-model", "base_model"),
        ("finetuned_from", "base_model"),
        ("licence", "license"),
        ("licenses", "license"),
        ("liscence", "license"),
        ("--license", "license"),
        ("License", "license"),
        ("languages", "language"),
        ("dataset", "datasets"),
        ("datsets", "datasets"),
    ],
)
def test_a_near_miss_of_a_key_is_a_hint(key: str, field: str) -> None:
    assert hints(**{key: ["x", "y"]}) == Hints((f"{field}=x ({key})", f"{field}=y ({key})"), frozenset({"key_variant"}))


@pytest.mark.parametrize("key", ["language_details", "license_details", "model_name", "base_model_x", "x" * 100])
def test_other_keys_are_no_hints(key: str) -> None:
    assert hints(**{key: "x"}) == Hints()


def test_licence_license_is_a_generators_fault_and_declares_nothing() -> None:
    assert hints(licence="license") == Hints((), frozenset({"generator_default"}))


def test_a_hundred_thousand_values_are_capped() -> None:
    assert len(hints(basemodel=[f"a/{n}" for n in range(100_000)]).hints) == MAX_HINTS


def test_a_card_carries_its_hints_and_their_flags() -> None:
    content = b"---\nlicences: mit\nlanguage: {en}\ndatasets:\n- null\n---\n# Wren\n"
    facts = parse_cards(cards(("a", content))).facts.row(0, named=True)
    assert facts["hints"] == ["license=mit (licences)", "language=en (language)"]
    assert facts["flags"] == ["key_variant", "null_field", "null_item", "unexpected_type"]
    assert set(facts["flags"]) <= set(HINT_FLAGS)


def test_front_matter_that_the_hub_does_not_read_gives_no_hints() -> None:
    assert read_card(b"licences: mit\n# Wren\n").hints == Hints()

"""What metadata declares (dirty-metadata rows 16, 19, 26-31, 37, 44, 61, 62, 68; fault-list cases 46, 47, 52)."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from pipelines.cards import DECLARED, Declared, Hint, declared_frame, parse_card, read_declared
from pipelines.cards.declared import FLAGS, MAX_VALUES


def declared(**fields: Any) -> Declared:
    return read_declared(json.dumps(fields))


def test_all_fields_are_read_from_native_types() -> None:
    found = declared(
        license="mit",
        license_name="finch-license",
        license_link="LICENSE",
        language=["en", "no"],
        base_model="bird/finch",
        base_model_relation="merge",
        new_version="bird/finch-2",
        datasets="seeds",
    )
    assert found == Declared(
        licenses=("mit",),
        license_name="finch-license",
        license_link="LICENSE",
        languages=("en", "no"),
        base_models=("bird/finch",),
        base_model_uses=(1,),
        base_model_relation="merge",
        new_version="bird/finch-2",
        datasets=("seeds",),
        null_fields=(),
        hints=(),
        flags=(),
    )


def test_a_card_and_the_api_give_the_same_record() -> None:
    facts = parse_card(b"---\nlicense: [mit, cc-by-4.0]\nlanguage: no\nbase_model:\n- a/b\n- a/b\n---\n")
    native = declared(license=["mit", "cc-by-4.0"], language="no", base_model=["a/b", "a/b"])
    assert read_declared(facts.front_matter) == native


def test_repeats_of_a_parent_are_counted_and_the_order_kept() -> None:
    found = declared(base_model=["a/b", "c/d", "a/b", *["e/f"] * 7])
    assert (found.base_models, found.base_model_uses) == (("a/b", "c/d", "e/f"), (2, 1, 7))


@pytest.mark.parametrize(
    "reference",
    [
        "https://huggingface.co/a/b/tree/main",
        "a/b@main",
        "/srv/models/b",
        "../x",
        " a/b",
        "A/B",
        "a/b\u200b",
        "\u202ea/b",
        "а/b",
        "None",
        "west.safetensors",
    ],
)
def test_a_reference_stays_as_written(reference: str) -> None:
    assert declared(base_model=reference).base_models == (reference,)


def test_nested_lists_are_opened_and_flagged() -> None:
    found = declared(base_model=["a/b", ["c/d", ["e/f"]]])
    assert found.base_models == ("a/b", "c/d", "e/f")
    assert found.flags == ("unexpected_type",)


def test_a_mapping_gives_hints_and_no_values() -> None:
    found = declared(base_model={"name": "a/b", "size": 7}, language={"en": None})
    assert found.base_models == ()
    assert found.languages == ()
    assert found.hints == (Hint("language", "language", "en"), Hint("base_model", "base_model", "a/b"))
    assert (found.flags, found.null_fields) == (("unexpected_type",), ())


def test_the_template_word_in_braces_says_nothing() -> None:
    assert declared(language={"language": None}).hints == ()


def test_a_number_is_text_and_language_false_is_norwegian() -> None:
    found = declared(license=1.5, base_model=7, language=[False, "en"])
    assert (found.licenses, found.base_models, found.languages) == (("1.5",), ("7",), ("no", "en"))
    assert found.flags == ("yaml11_boolean",)


def test_absent_null_and_present_are_three_states() -> None:
    found = declared(license=None, datasets=[None], language=[], new_version=" ", license_name="unknown")
    assert set(found.null_fields) == {"license", "datasets", "language", "new_version"}
    assert found.license_name == "unknown"
    assert found.flags == ("empty_value", "null_item")
    assert declared().null_fields == ()


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
def test_a_near_miss_of_a_key_is_a_hint_apart_from_the_values(key: str, field: str) -> None:
    found = declared(**{key: ["x", "y"]})
    assert found.hints == (Hint(field, key, "x"), Hint(field, key, "y"))
    assert found.flags == ("key_variant",)
    assert (found.licenses, found.languages, found.base_models, found.datasets) == ((), (), (), ())


@pytest.mark.parametrize("key", ["language_details", "license_details", "model_name", "base_model_x", "x" * 100])
def test_other_keys_are_no_hints(key: str) -> None:
    assert declared(**{key: "x"}).hints == ()


def test_licence_license_is_a_generators_fault_and_declares_nothing() -> None:
    found = declared(licence="license")
    assert (found.licenses, found.hints, found.flags) == ((), (), ("generator_default",))


def test_a_hundred_thousand_values_are_capped() -> None:
    found = declared(base_model=[f"a/{n}" for n in range(100_000)])
    assert len(found.base_models) == MAX_VALUES
    assert found.flags == ("values_capped",)


def test_a_list_where_one_value_belongs_gives_the_first() -> None:
    found = declared(base_model_relation=["merge", "finetune"])
    assert (found.base_model_relation, found.flags) == ("merge", ("several_values",))


@pytest.mark.parametrize("text", ["", "nope", "[1]", "7", "null", '"x"', "{", "[" * 100_000])
def test_what_is_no_json_object_declares_nothing(text: str) -> None:
    assert read_declared(text) == Declared(flags=("metadata_unreadable",))


def test_numbers_beyond_json_and_lone_surrogates_cost_their_value_at_most() -> None:
    found = read_declared('{"license": 1e999, "new_version": NaN, "datasets": "\\ud800x", "language": "en"}')
    assert (found.licenses, found.languages, found.datasets) == (("1e999",), ("en",), ("\ufffdx",))
    assert found.null_fields == ("new_version",)


def test_deep_lists_are_contained() -> None:
    assert declared(language="en", base_model=json.loads("[" * 500 + "]" * 500)).languages == ("en",)


def test_a_frame_keeps_rows_and_order_and_has_a_fixed_schema() -> None:
    texts = ['{"license": "mit", "basemodel": "a/b"}', None, "nope", '{"base_model": ["a/b", "a/b"]}']
    frame = declared_frame(pl.Series(texts))
    assert dict(frame.schema) == dict(DECLARED) == dict(declared_frame([]).schema)
    assert frame["licenses"].to_list() == [["mit"], [], [], []]
    assert frame["hints"].to_list() == [[{"field": "base_model", "key": "basemodel", "value": "a/b"}], [], [], []]
    assert frame["base_model_uses"].to_list() == [[], [], [], [2]]
    assert set(frame["flags"].explode().drop_nulls()) <= set(FLAGS)

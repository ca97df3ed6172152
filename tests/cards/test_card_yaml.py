"""YAML that types, costs, repeats, breaks (fault-list cases 35-45, 53; dirty-metadata rows 53-55)."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from pipelines.cards import CardFacts, parse_card


def parsed(front_matter: str) -> CardFacts:
    return parse_card(f"---\n{front_matter}\n---\n# Finch\n".encode())


def said(front_matter: str) -> Any:
    text = parsed(front_matter).front_matter
    return None if text is None else json.loads(text)


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "on",
        "off",
        "yes",
        "true",
        "1.0",
        "3.10",
        "12:30:45",
        "1_000",
        "017",
        "0x10",
        "1e-5",
        "2024-02-30",
        ".inf",
        "None",
        "=",
    ],
)
def test_a_scalar_stays_as_written(written: str) -> None:
    assert said(f"license: {written}\nlanguage: [{written}, en]") == {"license": written, "language": [written, "en"]}


@pytest.mark.parametrize("nothing", ["null", "~", "", "Null", "NULL"])
def test_null_is_neither_absent_nor_text(nothing: str) -> None:
    assert said(f"license: {nothing}\nlanguage: en") == {"license": None, "language": "en"}
    assert said(f"license: '{nothing}'") == {"license": nothing}


def test_a_core_tag_changes_nothing_but_makes_null_a_text() -> None:
    assert said("license: !!str null\nversion: !!int 07") == {"license": "null", "version": "07"}


def test_keys_keep_their_order() -> None:
    assert list(said("zebra: 1\napple: 2\nmango: 3")) == ["zebra", "apple", "mango"]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!local", "!!js/function"])
def test_a_value_under_a_foreign_tag_is_left_out_and_the_rest_is_read(tag: str) -> None:
    facts = parsed(f"license: mit\ncommand: {tag} [ls]\ntags: [bird, {tag} x]")
    assert json.loads(facts.front_matter or "") == {"license": "mit", "tags": ["bird"]}
    assert (facts.parse_status, facts.flags) == ("ok", ("tag_refused",))


def test_front_matter_under_a_foreign_tag_says_nothing() -> None:
    facts = parsed("!!python/object:bird.Finch\nlicense: mit")
    assert facts.front_matter is None
    assert "tag_refused" in facts.flags


def bomb(levels: int) -> str:
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names[:levels])]
    return "\n".join(["license: mit", *lines])


@pytest.mark.parametrize("levels", [6, 8, 10])
def test_an_alias_bomb_is_refused_before_it_is_written_out(levels: int) -> None:
    facts = parsed(bomb(levels))
    assert facts.parse_status == "too_many_aliases"
    assert json.loads(facts.front_matter or "")["license"] == "mit"
    assert len(facts.front_matter or "") < 1_000


def test_many_aliases_of_one_long_text_are_refused_too() -> None:
    facts = parsed(f'a: &a "{"x" * 100_000}"\nb: [{", ".join(["*a"] * 90)}]')
    assert facts.parse_status == "too_many_aliases"


def test_a_few_aliases_and_merges_are_written_out() -> None:
    text = "base: &base {license: mit, tags: [bird]}\nchild:\n  <<: *base\n  license: gpl-3.0\nother: *base"
    assert said(text) == {
        "base": {"license": "mit", "tags": ["bird"]},
        "child": {"license": "gpl-3.0", "tags": ["bird"]},
        "other": {"license": "mit", "tags": ["bird"]},
    }


def test_a_chain_of_merge_keys_is_refused() -> None:
    many = ", ".join(f"k{n}: v" for n in range(500))
    lines = [f"a: &a {{{many}}}"]
    lines += [f"{name}: &{name} {{<<: [{', '.join([f'*{before}'] * 9)}]}}" for before, name in pairwise("abcdefg")]
    assert parsed("\n".join(lines)).parse_status == "too_many_aliases"


def test_an_alias_to_itself_is_refused_and_other_keys_live() -> None:
    facts = parsed("license: mit\nloop: &loop [*loop]")
    assert (facts.parse_status, facts.front_matter) == ("yaml_error", '{"license":"mit"}')


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_hundred_thousand_levels_are_contained(opening: str) -> None:
    assert parsed(f"license: mit\nx:\n {opening * 50_000}").parse_status in ("too_deep", "yaml_error")


def test_too_many_levels_lose_one_field_only() -> None:
    facts = parsed(f"license: mit\nx: {'[' * 100}{']' * 100}\nlanguage: en")
    assert facts.parse_status == "too_deep"
    assert facts.front_matter == '{"license":"mit","language":"en"}'
    assert facts.problem == "line 2: more than 64 levels"


def test_pieces_saved_from_a_broken_text_hold_no_aliases() -> None:
    facts = parsed("license: mit\n@\ntags: [&a bird, *a]")
    assert facts.front_matter == '{"license":"mit"}'


def test_levels_count_with_aliases_written_out() -> None:
    lines = [f"a: &a {'[' * 40}x{']' * 40}", *(f"{n}: &{n} {'[' * 40}*{m} {']' * 40}" for m, n in pairwise("abcdefgh"))]
    facts = parsed("\n".join(["license: mit", *lines]))
    assert (facts.parse_status, facts.problem) == ("too_deep", "line 3: more than 64 levels")
    assert json.loads(facts.front_matter or "")["license"] == "mit"


def test_the_values_of_a_repeated_key_are_all_kept() -> None:
    facts = parsed("base_model: bird/finch\nlicense: mit\nbase_model: [bird/wren, bird/robin]\nbase_model:")
    assert json.loads(facts.front_matter or "")["base_model"] == ["bird/finch", "bird/wren", "bird/robin", None]
    assert facts.flags == ("duplicate_key",)


def test_tabs_are_read_as_blanks_as_the_hub_does() -> None:
    """fault-list case 43 would refuse them; the Hub reads them (dirty-metadata row 54), and so do we, with a flag."""
    facts = parsed("license: mit\nco2:\n\tsource: guess")
    assert json.loads(facts.front_matter or "") == {"license": "mit", "co2": {"source": "guess"}}
    assert (facts.parse_status, facts.flags) == ("ok", ("tab_replaced",))


def test_an_error_names_its_line() -> None:
    facts = parsed("license: mit\n\n@bird")
    assert facts.parse_status == "yaml_error"
    assert facts.problem == "line 3: found character that cannot start any token"


@pytest.mark.parametrize("text", ["- bird\n- finch", "bird", "tags:bird", "[license, mit]"])
def test_a_list_or_a_text_is_no_metadata_and_stays_raw(text: str) -> None:
    facts = parsed(text)
    assert (facts.front_matter, facts.parse_status, facts.flags) == (None, "not_a_mapping", ("unexpected_type",))
    assert facts.front_matter_raw == text + "\n"


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment", "~"])
def test_empty_front_matter_is_simply_empty(text: str) -> None:
    facts = parsed(text)
    assert (facts.front_matter, facts.parse_status, facts.flags) == (None, "empty_front_matter", ())


def test_an_odd_model_index_costs_itself_alone() -> None:
    assert said("model-index: 7\nlicense: mit") == {"model-index": "7", "license": "mit"}


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        pytest.param("title: Finches: a study", {"title": "Finches: a study"}, id="a colon in the text"),
        pytest.param('language: "fr"tags:', {}, id="text after quotes"),
        pytest.param("title: 'never closed", {}, id="open quotes"),
        pytest.param("odd: [a, b", {}, id="open list"),
        pytest.param("parent: *nobody", {}, id="alias to nothing"),
        pytest.param("@@@", {}, id="no key at all"),
    ],
)
def test_one_bad_line_costs_itself_alone(broken: str, kept: dict[str, str]) -> None:
    facts = parsed(f"license: mit\n{broken}\ndatasets:\n- seeds\n- nests")
    assert json.loads(facts.front_matter or "") == {"license": "mit", **kept, "datasets": ["seeds", "nests"]}
    assert facts.parse_status == "yaml_error"
    assert {"yaml_error", "keys_recovered"} <= set(facts.flags)


def test_unquoted_braces_are_mappings_and_list_keys_become_text() -> None:
    assert said("language: {en}\n? [a, b]\n: c") == {"language": {"en": None}, '["a","b"]': "c"}


def test_control_characters_become_the_replacement_character() -> None:
    facts = parsed("license: m\x01it")
    assert json.loads(facts.front_matter or "") == {"license": "m\ufffdit"}
    assert facts.flags == ("control_replaced",)


def test_a_tag_list_just_below_the_cap_is_read_whole() -> None:
    assert len(said("tags:\n" + "\n".join(["- a"] * 60_000))["tags"]) == 60_000

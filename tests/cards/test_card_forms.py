"""Forms a card's file can take: encodings, fences, lengths (dirty-metadata section 5, fault-list cases 31-34, 51)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.cards import FLAGS, PARSE_STATUSES, CardFacts, parse_card


def said(facts: CardFacts) -> Any:
    return None if facts.front_matter is None else json.loads(facts.front_matter)


def parsed(text: str) -> CardFacts:
    return parse_card(text.encode())


PLAIN = "---\nlicense: mit\ntags:\n- birds\n---\n# Finch\n"


def test_a_plain_card_is_read_whole_and_without_flags() -> None:
    facts = parsed(PLAIN)
    assert said(facts) == {"license": "mit", "tags": ["birds"]}
    assert facts.front_matter_raw == "license: mit\ntags:\n- birds\n"
    assert (facts.body, facts.parse_status, facts.flags) == ("# Finch\n", "ok", ())


@pytest.mark.parametrize(
    ("content", "flags"),
    [
        pytest.param(b"\xef\xbb\xbf" + PLAIN.encode(), ("bom_removed",), id="31 UTF-8 mark"),
        pytest.param(PLAIN.encode("utf-16"), ("decoded_utf16",), id="UTF-16 in this machine's order"),
        pytest.param(b"\xfe\xff" + PLAIN.encode("utf-16-be"), ("decoded_utf16",), id="UTF-16 big end first"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), (), id="32 CRLF"),
        pytest.param(PLAIN.replace("\n", "\r").encode(), (), id="32 CR"),
        pytest.param(PLAIN.replace("\n", "\x85").encode(), (), id="32 NEL"),
        pytest.param(PLAIN.replace("---\n", "--- \t \n").encode(), (), id="32 blanks after the fence"),
        pytest.param(b"\n \n" + PLAIN.encode(), ("fence_late",), id="32 blank lines before"),
        pytest.param(b"A finch model.\n" + PLAIN.encode(), ("fence_late", "text_before_fence"), id="text before"),
        pytest.param("\u200b".encode() + PLAIN.encode(), ("invisible_removed",), id="invisible before the fence"),
        pytest.param(b"---\n" + PLAIN.encode(), ("fence_doubled",), id="two opening fences"),
    ],
)
def test_front_matter_is_found_in_every_form_that_the_hub_reads(content: bytes, flags: tuple[str, ...]) -> None:
    facts = parse_card(content)
    assert said(facts) == {"license": "mit", "tags": ["birds"]}
    assert (facts.parse_status, facts.flags) == ("ok", flags)
    assert facts.body.strip() == "# Finch"


@pytest.mark.parametrize(
    ("text", "status", "flags"),
    [
        pytest.param("----\nlicense: mit\n---\n# Finch\n", "no_front_matter", ("fence_broken",), id="four dashes"),
        pytest.param("-----\nlicense: mit\n-----\n# Finch\n", "no_front_matter", ("fence_broken",), id="five and five"),
        pytest.param("---\nlicense: mit\n----\n# Finch\n", "unterminated", ("fence_broken",), id="closed by four"),
        pytest.param("---\nlicense: mit\n\n# Finch\n", "unterminated", ("fence_broken",), id="closed by a heading"),
        pytest.param("license: mit\n\n# Finch\n", "no_front_matter", ("fence_missing",), id="no fences"),
        pytest.param("license: mit\n---\n# Finch\n", "no_front_matter", ("fence_missing",), id="only the second fence"),
    ],
)
def test_what_the_hub_does_not_read_is_a_hint_under_another_status(text: str, status: str, flags: tuple[str, ...]) -> None:
    facts = parsed(text)
    assert said(facts) == {"license": "mit"}
    assert (facts.parse_status, facts.flags) == (status, flags)
    assert facts.body.strip() == "# Finch"


def test_a_second_block_in_the_body_is_text() -> None:
    facts = parsed(PLAIN + "---\nlicense: gpl-3.0\n---\nend")
    assert said(facts)["license"] == "mit"
    assert facts.body == "# Finch\n---\nlicense: gpl-3.0\n---\nend"


@pytest.mark.parametrize("text", ["# Finch\n\n---\n\nA bird.\n", "Finch\n---\nA bird: small.\n", "------------\n## Finch\n"])
def test_a_rule_or_an_underline_is_no_fence(text: str) -> None:
    facts = parsed(text)
    assert (facts.front_matter, facts.front_matter_raw, facts.body) == (None, None, text)
    assert facts.parse_status == "no_front_matter"


@pytest.mark.parametrize(("text", "status"), [("", "empty_card"), (" \n\t\n", "empty_card"), ("\ufeff", "empty_card")])
def test_an_empty_card_is_there_and_has_no_length(text: str, status: str) -> None:
    facts = parsed(text)
    assert (facts.parse_status, facts.n_body_chars, facts.n_words) == (status, 0, 0)
    assert "card_empty" in facts.flags


def test_without_an_end_front_matter_is_capped_however_long_the_card_is() -> None:
    facts = parsed("---\nlicense: mit\n" + "- line\n" * 3_000_000)
    assert facts.parse_status == "unterminated"
    assert said(facts) == {"license": "mit"}
    assert len(facts.front_matter_raw or "") == 256 * 1024
    assert facts.n_chars > 20_000_000


def test_front_matter_above_the_cap_gives_the_keys_of_its_beginning() -> None:
    facts = parsed("---\nlicense: mit\ntags:\n" + "- bird\n" * 300_000 + "---\n# Finch\n")
    assert facts.parse_status == "too_large"
    assert "keys_recovered" in facts.flags
    assert said(facts)["license"] == "mit"
    assert set(said(facts)["tags"]) == {"bird"}
    assert facts.body == "# Finch\n"


def test_what_does_not_decode_is_replaced_and_counted_a_byte_at_a_time() -> None:
    facts = parse_card(b"---\nlicense: m\xff\xfeit\n---\nA\x00B \xed\xa0\x80")
    assert said(facts) == {"license": "m\ufffd\ufffdit"}
    assert facts.body == "A\ufffdB \ufffd\ufffd\ufffd"
    assert facts.n_replaced_bytes == 6
    assert facts.flags == ("bytes_replaced", "nul_replaced")


def test_utf_16_with_half_a_pair_and_an_odd_byte_is_replaced_and_counted() -> None:
    facts = parse_card(b"\xff\xfe" + "ab".encode("utf-16-le") + b"\x00\xd8" + b"c")
    assert facts.body == "ab\ufffd\ufffd"
    assert facts.n_replaced_bytes == 3
    assert facts.flags == ("bytes_replaced", "decoded_utf16")


def test_a_nul_by_escape_does_not_reach_the_values() -> None:
    assert said(parsed('---\nlicense: "m\\0it"\n---\n')) == {"license": "m\ufffdit"}


def test_lengths_leave_out_comments_and_outer_blanks_of_the_body() -> None:
    facts = parsed("---\nlicense: mit\n---\n\n<!-- a\ncomment -->A small bird. <!---->\n")
    assert (facts.n_chars, facts.n_body_chars, facts.n_words) == (62, len("A small bird."), 3)


def test_a_comment_that_never_ends_is_text() -> None:
    assert parsed("bird <!-- small").n_words == 3


@pytest.mark.parametrize(("text", "is_html"), [("<h1>Finch</h1>", True), ("\n<a href='x'>", True), ("<!-- x -->", False)])
def test_a_tag_at_the_top_is_flagged_and_a_comment_is_not(text: str, is_html: bool) -> None:
    assert ("html_first" in parsed(text).flags) is is_html


def test_invisible_characters_hide_no_key_and_stay_in_values() -> None:
    facts = parsed("---\n\u200blicense: mi\u200bt\nname: می\u200cخواهم\n---\n")
    assert said(facts) == {"license": "mi\u200bt", "name": "می\u200cخواهم"}
    assert facts.flags == ("invisible_removed",)


def test_every_flag_and_status_of_this_file_is_in_the_vocabulary() -> None:
    texts = [PLAIN, "", "---\n@\n---", "---\n- a\n---", "<p>", "license: x", "----\na: b\n---", "---\na: &a [*a]\n---\n"]
    for facts in map(parsed, texts):
        assert facts.parse_status in PARSE_STATUSES
        assert set(facts.flags) <= set(FLAGS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This model card has been automatically generated.", True),
        ("GENERATED AUTOMATICALLY by a trainer", True),
        ("---\nnote: automatically generated\n---\n", True),
        ("generated by hand, automatically", False),
        ("", False),
    ],
)
def test_a_card_that_says_a_tool_wrote_it_is_auto_generated(text: str, expected: bool) -> None:
    assert parsed(text).is_auto_generated is expected

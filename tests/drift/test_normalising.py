"""Normalising twice changes nothing, and any text can be normalised: licences and languages; references stand in lineage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from license_expression import get_spdx_licensing

from pipelines.builder.drift import known_facts
from warehouse import codes

READERS = known_facts().readers
LICENCES = codes.frame("licenses")["license_id"].to_list()
SPDX = sorted(get_spdx_licensing().known_symbols)
LANGUAGES = codes.frame("languages")["language_code"].to_list()
WORDS = st.sampled_from(
    [
        *LICENCES,
        *LANGUAGES,
        "license",
        "License 2.0",
        "version",
        "English",
        "German and French",
        "multilingual",
        "zh_TW",
        "zh-Hant",
        "jp",
    ]
)
JOINED = st.lists(WORDS | st.sampled_from([" ", "-", "_", ",", " OR ", " AND ", "(", ")", "+", "\0", "\ud800", "İ", "ß"])).map(
    "".join
)


def assert_idempotent(read: object, raw: str) -> None:
    for reading in read(raw):  # type: ignore[operator]
        if reading.value is None:
            assert reading.reason
        else:
            assert [again.value for again in read(reading.value)] == [reading.value], raw


@pytest.mark.parametrize("raw", SPDX)
def test_every_spdx_licence_alone_and_in_an_expression_is_read_once_for_all(raw: str) -> None:
    for written in (raw, raw.lower(), f"{raw} OR MIT"):
        assert_idempotent(READERS.licenses.read, written)


@settings(max_examples=300)
@given(st.text(max_size=40) | JOINED)
def test_any_text_is_a_licence_or_says_why_not_and_reading_the_result_changes_nothing(raw: str) -> None:
    assert_idempotent(READERS.licenses.read, raw)


@settings(max_examples=300)
@given(st.text(max_size=40) | JOINED)
def test_any_text_is_a_language_or_says_why_not_and_reading_the_result_changes_nothing(raw: str) -> None:
    assert_idempotent(READERS.languages.read, raw)

"""How declared licences, languages and data sets are read; every example is a defect met on the hub."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.builder.drift import known_facts
from pipelines.drift.values import read_values

FACTS = known_facts()


@pytest.mark.parametrize(
    ("raw", "values", "reason"),
    [
        ("en", ["en"], None),
        ("no", ["no"], None),
        ("English", ["en"], "name"),
        ("jp", ["ja"], "code_corrected"),
        ("kr", ["ko"], "code_corrected"),
        ("zh_CN", ["zh"], "region_split"),
        ("sv-SE", ["sv"], "region_split"),
        ("pa-IN", ["pa"], "region_split"),
        ("rm-sursilv", ["rm"], "region_split"),
        ("en-de", ["en", "de"], "pair_split"),
        ("en-zh", ["en", "zh"], "pair_split"),
        ("multilingual-en", ["en"], "pair_split"),
        ("Deustch Spanish", ["de", "es"], "name"),
        ("English, German and French", ["en", "de", "fr"], "name"),
        ("eng", ["en"], "longer_code"),
        ("{en}", ["en"], None),
        ("multilingual", [None], "multilingual"),
        ("code", [None], "not_a_language"),
        ("python", [None], "programming_language"),
        ("c++", [None], "programming_language"),
        ("unk", [None], "placeholder"),
        ("ISO 639-1 code for your language, or `multilingual`", [None], "placeholder"),
        ("qqqqqq", [None], "not_understood"),
        ("x" * 100_000, [None], "not_understood"),
    ],
)
def test_a_language_is_read_or_says_why_not(raw: str, values: list[str | None], reason: str | None) -> None:
    found = FACTS.readers.languages.read(raw)
    assert [reading.value for reading in found] == values
    assert {reading.reason for reading in found} == {reason}


def test_a_bare_tag_that_means_something_else_as_well_says_so() -> None:
    (reading,) = FACTS.readers.languages.read("it", is_bare_tag=True)
    assert (reading.value, reading.reason) == ("it", "ambiguous_tag")


def test_a_language_keeps_its_tag() -> None:
    assert [FACTS.readers.languages.read(raw)[0].standard_id for raw in ("zh_tw", "pt-br", "nb")] == ["zh-TW", "pt-BR", "nb"]


@pytest.mark.parametrize(
    ("raw", "values", "spdx", "reason"),
    [
        ("MIT", ["mit"], ["MIT"], None),
        ("apache-2", ["apache-2.0"], ["Apache-2.0"], "alias"),
        ("Apache License 2.0", ["apache-2.0"], ["Apache-2.0"], "alias"),
        ("bsd-3", ["bsd-3-clause"], ["BSD-3-Clause"], "alias"),
        ("gpl-3.0-or-later", ["gpl-3.0"], ["GPL-3.0-or-later"], "spdx_expression"),
        ("MIT OR Apache-2.0", ["mit", "apache-2.0"], ["MIT", "Apache-2.0"], "spdx_expression"),
        ("other", ["other"], [None], "own_text"),
        ("???", ["???"], [None], "not_understood"),
        ("unknown", [None], [None], "says_unknown"),
        ("license", [None], [None], "placeholder"),
        ("(", ["("], [None], "not_understood"),
    ],
)
def test_a_licence_is_read_or_kept_as_it_stands(
    raw: str, values: list[str | None], spdx: list[str | None], reason: str | None
) -> None:
    found = FACTS.readers.licenses.read(raw)
    assert [reading.value for reading in found] == values
    assert [reading.standard_id for reading in found] == spdx
    assert {reading.reason for reading in found} == {reason}


def test_every_value_is_counted_once_and_what_is_none_says_why() -> None:
    rows = [
        ("language", "en-zh", False, 3),
        ("language", "it", True, 2),
        ("language", "it", False, 1),
        ("dataset", "imagefolder", False, 9),
        ("dataset", "acme/corpus", False, 4),
        ("task", "fill-mask", False, 5),
    ]
    declared = pl.DataFrame(rows, schema=["trait", "raw_value", "is_bare_tag", "n_models"], orient="row")
    found = {(row["raw_value"], row["trait_value"]): row for row in read_values(declared, FACTS.readers).to_dicts()}
    assert set(found) == {
        ("en-zh", "en"),
        ("en-zh", "zh"),
        ("it", "it"),
        ("imagefolder", None),
        ("acme/corpus", "acme/corpus"),
        ("fill-mask", "fill-mask"),
    }
    assert found["it", "it"]["n_models"] == 3
    assert found["it", "it"]["value_reason"] is None
    assert found["imagefolder", None]["value_reason"] == "not_a_dataset_id"

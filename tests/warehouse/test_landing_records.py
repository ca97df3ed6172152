"""A record of the Hub becomes a landing row whatever it holds, and nothing it said is lost."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.landing.records import landing_frame, landing_row, lenient_json, to_json, wire_record
from warehouse.landing.schema import JSON_FIELDS, RECORD_FIELDS, RECORDS

AT = datetime(2026, 11, 1)

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
"""Any JSON that a UTF-8 file can hold, but for NUL."""

KNOWN = sorted(RECORD_FIELDS.keys() | JSON_FIELDS.keys() - {"id"})
FIELDS = st.dictionaries(st.sampled_from([*KNOWN, "modelId"]) | WORDS, VALUES, max_size=8)
IDS = WORDS.filter(str.strip)

HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
"""Also what Python's JSON reader lets through: lone surrogates, huge integers, NaN and infinities."""


def same(first: object, second: object) -> bool:
    """Whether two JSON values are the same; 1 and 1.0 and true are not."""
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def there_and_back(record: object) -> object:
    """Through the row and through the Parquet types."""
    return wire_record(landing_frame([record], AT).to_dicts()[0])


@settings(max_examples=300)
@given(name=IDS, fields=FIELDS)
def test_any_record_comes_back_field_by_field(name: str, fields: dict[str, Any]) -> None:
    record = fields | {"id": name}
    assert same(there_and_back(record), normalised(record))


def normalised(record: dict[str, Any]) -> dict[str, Any]:
    """What may differ: `modelId` that repeats the id is left out, and a whole number of trendingScore is written as 1.0."""
    kept = {key: value for key, value in record.items() if key != "modelId" or value != record["id"]}
    score = kept.get("trendingScore")
    if isinstance(score, (int, float)) and not isinstance(score, bool) and abs(score) < 1e300:
        kept["trendingScore"] = float(score)
    return kept


@settings(max_examples=300)
@given(record=HOSTILE | st.dictionaries(st.sampled_from([*KNOWN, "id", "modelId"]) | st.text(max_size=4), HOSTILE, max_size=6))
def test_no_record_whatever_it_holds_costs_a_page(record: object) -> None:
    frame = landing_frame([record, {"id": "ann/one"}], AT)
    assert dict(frame.schema) == dict(RECORDS)
    assert frame["model_id"][1] == "ann/one"
    assert (frame["model_id"][0] is None) == (frame["raw"][0] is not None)
    wire_record(frame.to_dicts()[0])


@settings(max_examples=100)
@given(fields=FIELDS)
def test_a_row_made_of_what_came_back_is_the_same_row(fields: dict[str, Any]) -> None:
    row = landing_frame([fields | {"id": "ann/one"}], AT).to_dicts()[0]
    again = landing_frame([wire_record(row)], AT).to_dicts()[0]
    for table in (row, again):  # the order of fields within JSON text is nobody's promise
        table |= {name: json.loads(table[name]) for name in ("extra", "misfits") if table[name] is not None}
    assert row == again


@pytest.mark.parametrize(
    "record",
    [
        None,
        7,
        "text",
        [],
        {},
        {"likes": 3},
        {"id": None},
        {"id": ""},
        {"id": "  "},
        {"id": 7},
        {"id": ["ann/one"]},
        {"id": "\ud800"},
    ],
)
def test_a_record_without_a_usable_id_is_kept_whole(record: object) -> None:
    row = landing_frame([record], AT).to_dicts()[0]
    filled = {name for name, value in row.items() if value is not None}
    assert filled == {"raw", "observed_at"}
    assert json.loads(row["raw"]) == json.loads(to_json(record))


def test_the_old_spelling_of_the_id_will_do() -> None:
    row = landing_row({"modelId": "ann/one", "likes": 1})
    assert (row["model_id"], row.get("extra")) == ("ann/one", None)


def test_two_different_ids_are_both_kept() -> None:
    row = landing_row({"id": "ann/one", "modelId": "ann/two"})
    assert row["model_id"] == "ann/one"
    assert json.loads(row["extra"]) == {"modelId": "ann/two"}


@pytest.mark.parametrize(("wire", "kept"), [(False, "false"), (True, "true"), ("auto", "auto"), ("manual", "manual")])
def test_the_states_of_gated_are_text_and_come_back(wire: object, kept: str) -> None:
    record = {"id": "ann/one", "gated": wire}
    assert landing_row(record)["gated"] == kept
    assert there_and_back(record) == record


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("likes", "many"), ("likes", True), ("likes", 2**63), ("likes", 1.0), ("likes", math.inf), ("downloads", [1]),
        ("private", "no"), ("private", 0), ("tags", "en"), ("tags", ["en", 1]), ("tags", {"en": 1}), ("author", {"name": "x"}),
        ("sha", 7), ("createdAt", 1646263744), ("trendingScore", "1.5"), ("gated", 3), ("tags", ["\udfff"]), ("_id", 12),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_a_misfit_under_its_wire_name(field: str, value: object) -> None:
    row = landing_row({"id": "ann/one", "downloads": 5, field: value})
    assert row.get(RECORD_FIELDS[field][0]) is None
    assert list(json.loads(row["misfits"])) == [field]


def test_null_absent_and_empty_stay_three_things() -> None:
    records = [{"id": "a/1", "tags": []}, {"id": "a/2", "tags": None}, {"id": "a/3"}]
    assert [there_and_back(record) for record in records] == records
    assert landing_frame(records, AT)["null_fields"].to_list() == [None, ["tags"], None]


def test_null_of_a_structured_field_stays_apart_from_its_absence() -> None:
    record = {"id": "a/1", "cardData": None, "safetensors": {"total": 7}, "config": []}
    assert there_and_back(record) == record


def test_depth_without_end_is_cut_not_fatal() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    row = landing_frame([{"id": "a/1", "cardData": {"x": deep}}], AT).to_dicts()[0]
    assert "…" in row["card_data"]


@pytest.mark.parametrize("written", ["NaN", "-Infinity", "1e999", "-1e400", "9" * 5_000])
def test_a_number_that_no_column_and_no_json_holds_is_kept_as_written(written: str) -> None:
    record = lenient_json(f'{{"id": "a/1", "likes": {written}, "trendingScore": {written}, "new": [{written}], "ok": 1.5}}')
    row = landing_row(record)
    assert json.loads(row["misfits"]) == {"likes": written, "trendingScore": written}
    assert json.loads(row["extra"]) == {"new": [written], "ok": 1.5}


@pytest.mark.parametrize(("name", "kept"), [("a\0b", "a\ufffdb"), ("\ud800", "\ufffd"), ("", "")])
def test_a_null_under_a_name_that_no_column_holds_keeps_a_name(name: str, kept: str) -> None:
    assert landing_frame([{"id": "a/1", name: None}], AT)["null_fields"].to_list() == [[kept]]


def test_infinity_of_a_program_is_no_null() -> None:
    assert json.loads(landing_row({"id": "a/1", "likes": math.inf, "trendingScore": -math.inf})["misfits"]) == {
        "likes": "inf",
        "trendingScore": "-inf",
    }


def test_numbers_beyond_64_bits_are_kept_as_text() -> None:
    row = landing_row({"id": "a/1", "cardData": {"n": 2**70}})
    assert json.loads(row["card_data"]) == {"n": str(2**70)}


def test_lone_surrogates_become_the_replacement_character_and_the_rest_stays() -> None:
    assert json.loads(to_json({"a\ud800": ["grün \udfff 森", "\ud83d\ude00"]})) == {"a\ufffd": ["grün \ufffd 森", "😀"]}


@pytest.mark.parametrize("fields", [{"pipeline_tag": "a\0b"}, {"tags": ["fine", "\0"]}, {"author": "\0"}])
def test_a_text_with_nul_is_a_misfit_and_comes_back(fields: dict[str, Any]) -> None:
    row = landing_row({"id": "ann/one"} | fields)
    assert json.loads(row["misfits"]) == fields
    assert there_and_back({"id": "ann/one"} | fields) == {"id": "ann/one"} | fields
    assert landing_row({"id": "ann/one", "cardData": {"a\0": ["\0", "\\u0000"]}})["card_data"] == '{"a�":["�","\\\\u0000"]}'
    assert landing_row({"id": "ann/o\0ne"}) == {"raw": '{"id":"ann/o\\u0000ne"}'}


def test_rows_come_in_the_order_of_the_records() -> None:
    frame = landing_frame([{"id": f"a/{n}"} for n in range(100)], AT)
    assert frame["model_id"].to_list() == [f"a/{n}" for n in range(100)]
    assert frame["observed_at"].unique().to_list() == [AT]


def test_no_records_are_no_rows_of_the_same_schema() -> None:
    assert dict(landing_frame([], AT).schema) == dict(RECORDS)

"""Results as CSV, JSON, JSON lines and Parquet."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.query.formats import Format, write_frame
from warehouse.spreadsheets import FORMULA_STARTS, GUARD

FRAME = pl.DataFrame(
    {
        "name": ["plain", "=1+1", None, ""],
        "number": [1, -2, None, 3],
        "share": [0.5, float("nan"), float("-inf"), None],
        "moment": [datetime.fromisoformat("2024-07-11T04:00"), None, None, None],
        "tags": [["a", 'b"c'], [], None, ["=x"]],
        "exact": [Decimal("1.10"), None, None, None],
        "bytes": [b"\x00\xff", None, None, None],
    }
)


def written(frame: pl.DataFrame, form: Format) -> bytes:
    stream = io.BytesIO()
    write_frame(frame, form, stream)
    return stream.getvalue()


def test_csv_defuses_text_and_leaves_numbers() -> None:
    rows = list(csv.DictReader(io.StringIO(written(FRAME, "csv").decode())))
    assert [row["name"] for row in rows] == ["plain", "'=1+1", "", ""]
    assert [row["number"] for row in rows] == ["1", "-2", "", "3"]
    assert [row["share"] for row in rows] == ["0.5", "", "", ""]
    assert rows[0]["moment"] == "2024-07-11 04:00:00"
    assert [row["tags"] for row in rows] == ['["a","b\\"c"]', "[]", "", '["=x"]']
    assert (rows[0]["exact"], rows[0]["bytes"]) == ("1.10", "00ff")


def test_csv_tells_an_empty_text_from_null() -> None:
    lines = written(pl.DataFrame({"a": ["", None], "b": [1, 2]}), "csv").decode().splitlines()
    assert lines == ["a,b", '"",1', ",2"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8), max_size=5))
def test_no_csv_cell_starts_a_formula_and_every_text_can_be_had_back(texts: list[str]) -> None:
    frame = pl.DataFrame({"text": texts, "end": ["x"] * len(texts)}, schema={"text": pl.String, "end": pl.String})
    content = written(frame, "csv").decode()
    cells = [row["text"] for row in csv.DictReader(io.StringIO(content, newline=""))]
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]
    guarded = tuple(GUARD + start for start in FORMULA_STARTS)
    back = [cell[1:] if cell.startswith(guarded) else cell for cell in cells]
    assert back == [text[1:] if text.startswith(guarded) else text for text in texts]


def test_json_is_an_array_without_nan_and_with_every_digit() -> None:
    text = written(FRAME, "json").decode()
    rows = json.loads(text, parse_float=Decimal, parse_constant=lambda name: 1 / 0)
    assert [row["share"] for row in rows] == [Decimal("0.5"), None, None, None]
    assert rows[0]["exact"] == Decimal("1.10")
    assert "1.10" in text
    assert rows[0]["tags"] == ["a", 'b"c']
    assert rows[0]["bytes"] == "00ff"


def test_json_of_huge_integers_keeps_them() -> None:
    frame = pl.DataFrame({"n": [Decimal(2**100)]}, schema={"n": pl.Decimal(38, 0)})
    assert json.loads(written(frame, "json")) == [{"n": 2**100}]


def test_no_rows_are_an_empty_array_and_no_lines() -> None:
    empty = FRAME.clear()
    assert json.loads(written(empty, "json")) == []
    assert written(empty, "jsonl") == b""


def test_jsonl_has_one_object_a_line() -> None:
    lines = written(FRAME, "jsonl").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, -2, None, 3]


def test_parquet_holds_every_value_as_it_is() -> None:
    back = pl.read_parquet(io.BytesIO(written(FRAME, "parquet")))
    assert back.equals(FRAME)

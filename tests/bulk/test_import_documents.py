"""JSON in all its wrappings, and records as client objects were dumped."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_dumps import Import, Rows, write_json, write_lines

from pipelines.bulk.json_files import json_values
from pipelines.bulk.records import client_record, documents_frame
from pipelines.bulk.tally import Tally
from warehouse.landing.records import wire_record

RECORDS = [{"_id": "1", "id": "ann/one", "likes": 1, "tags": ["en"]}, {"_id": "2", "id": "ann/two", "gated": "auto"}]


@pytest.mark.parametrize("name", ["d.json", "wrapped.json", "d.json.gz", "d.jsonl", "d.ndjson", "d.jsonl.gz", "lines.json"])
def test_every_wrapping_gives_the_same_records(tmp_path: Path, bring: Import, landed: Rows, name: str) -> None:
    document = orjson.dumps({"models": RECORDS} if name.startswith("wrapped") else RECORDS)
    lines = b"\n\n".join(map(orjson.dumps, RECORDS))
    content = lines if name.startswith("lines") or ".json." not in f"{name}." else document
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    assert bring(tmp_path / name).n_rows == 2
    assert [wire_record(row) for row in landed("listing")] == RECORDS


def test_a_folder_of_pages_is_one_run_in_the_order_of_their_names(tmp_path: Path, bring: Import, landed: Rows) -> None:
    folder = tmp_path / "pages"
    for number in (3, 1, 2):
        write_json(folder / f"page-{number}.json", [{"id": f"ann/{number}"}])
    (folder / "notes.txt").write_text("not a page")
    report = bring(folder)
    assert (report.n_rows, report.n_files) == (3, 1)
    assert [row["model_id"] for row in landed("listing")] == ["ann/1", "ann/2", "ann/3"]


def test_a_single_detail_document_is_a_record(tmp_path: Path, bring: Import, landed: Rows) -> None:
    bring(write_json(tmp_path / "one.json", {"id": "ann/one", "model-index": None, "spaces": []}), "details")
    row = landed("details")[0]
    assert (row["model_id"], row["null_fields"], row["extra"]) == ("ann/one", ["model-index"], '{"spaces":[]}')


def test_a_line_that_is_not_json_is_landed_as_it_stands(tmp_path: Path, bring: Import, landed: Rows) -> None:
    path = write_lines(tmp_path / "d.jsonl", {"id": "ann/one"}, b'{"id": "ann/t', b"\xff\xfe", {"id": "ann/three"})
    report = bring(path)
    rows = landed("listing")
    assert (report.n_rows, report.n_unreadable) == (4, 2)
    assert orjson.loads(rows[1]["raw"]) == {"line": 2, "text": '{"id": "ann/t'}
    assert [row["model_id"] for row in rows] == ["ann/one", None, None, "ann/three"]


def test_the_first_records_decide_how_all_are_read(
    tmp_path: Path, bring: Import, landed: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.bulk.sources.RECORDS_AT_ONCE", 2)
    monkeypatch.setattr("pipelines.bulk.sources._CARDS_AT_ONCE", 2)
    path = write_lines(tmp_path / "d.jsonl", {"id": "a/1", "card": "# 1"}, {"id": "a/2"}, b"?", 7, {"id": "a/3", "card": "# 3"})
    assert bring(path).n_files == bring(path, "cards").n_files == 1
    assert [row["model_id"] for row in landed("listing")] == ["a/1", "a/2", None, None, "a/3"]
    assert [row["model_id"] for row in landed("cards")] == ["a/1", "a/3"]


def test_values_that_only_python_writes_are_read(tmp_path: Path, bring: Import, landed: Rows) -> None:
    lines = [b'{"id": "a/1", "likes": NaN}', b'{"id": "a/2", "author": "\\ud800"}', b"\xef\xbb\xbf" + b'{"id": "a/3"}']
    report = bring(write_lines(tmp_path / "d.jsonl", *reversed(lines)))
    assert report.n_unreadable == 0
    assert {row["model_id"] for row in landed("listing")} == {"a/1", "a/2", "a/3"}


def test_records_that_are_no_objects_are_kept_in_raw(tmp_path: Path, bring: Import, landed: Rows) -> None:
    bring(write_json(tmp_path / "d.json", [{"id": "a/1"}, 7, None, "text", [1], {"likes": 2}]))
    assert [row["raw"] for row in landed("listing")] == [None, "7", "null", '"text"', "[1]", '{"likes":2}']


def test_a_client_dump_is_turned_back_into_the_record_it_was_made_from() -> None:
    dump = {
        "id": "ann/one",
        "modelId": "ann/one",
        "_id": "65a1",
        "last_modified": "2025-03-30 20:25:49+02:00",
        "lastModified": "2025-03-30 20:25:49+02:00",
        "downloads_all_time": None,
        "card_data": "license: mit\nlanguage:\n- 'no'",
        "transformers_info": {"auto_model": "M"},
        "transformersInfo": {"auto_model": "M"},
        "siblings": [
            "RepoSibling(rfilename='it''s', size=None)",
            "RepoSibling(rfilename='a.txt', size=3, blob_id=None, lfs=None)",
        ],
    }
    assert client_record(dump) == {
        "id": "ann/one",
        "_id": "65a1",
        "lastModified": "2025-03-30T18:25:49.000Z",
        "cardData": {"license": "mit", "language": ["no"]},
        "transformersInfo": {"auto_model": "M"},
        "siblings": ["RepoSibling(rfilename='it''s', size=None)", {"rfilename": "a.txt", "size": 3}],
    }


def test_a_second_spelling_with_another_value_is_kept_beside_the_first() -> None:
    assert client_record({"likes": 1, "last_modified": "x", "lastModified": "y"}) == {
        "likes": 1,
        "last_modified": "x",
        "lastModified": "y",
    }


def test_card_data_that_is_no_yaml_object_stays_text() -> None:
    assert [client_record({"card_data": text})["cardData"] for text in ("a: [", "plain")] == ["a: [", "plain"]


def test_records_of_the_wire_keep_their_nulls(tmp_path: Path, bring: Import, landed: Rows) -> None:
    bring(write_json(tmp_path / "d.json", [{"modelId": "ann/one", "pipeline_tag": None, "likes": 3}]))
    assert wire_record(landed("listing")[0]) == {"id": "ann/one", "likes": 3, "pipeline_tag": None}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = st.sampled_from(
    ["id", "_id", "modelId", "likes", "tags", "gated", "cardData", "card_data", "last_modified", "siblings", "card"]
)
_RECORD = st.dictionaries(_FIELDS | st.text(max_size=4), _JSON, max_size=5)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_RECORD | _JSON, max_size=6))
def test_any_list_of_json_values_gives_as_many_rows(values: list[object]) -> None:
    frame = documents_frame(values, Tally())
    assert frame.height == len(values)
    assert frame.select("model_id").null_count().item() == frame["raw"].is_not_null().sum()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line and b"\r" not in line), max_size=5))
def test_any_lines_give_one_value_each_but_for_blank_ones(tmp_path: Path, lines: list[bytes]) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(b"\n".join(lines))
    first_without_mark = [lines[0].removeprefix(b"\xef\xbb\xbf"), *lines[1:]] if lines else []
    assert len(list(json_values([path]))) == sum(bool(line.strip()) for line in first_without_mark)

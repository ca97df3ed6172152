"""Collectors' forms: records inside of columns, cards, time series."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path

import orjson
import pytest
from import_dumps import DAY, Import, Rows, at, write_lines, write_table

from pipelines.bulk.cards import NO_CARD_STUB
from warehouse.landing.records import wire_record


def test_details_kept_as_text_are_dated_by_the_day_they_were_mined(tmp_path: Path, bring: Import, landed: Rows) -> None:
    record = {"_id": "1", "id": "ann/one", "model-index": None}
    columns = {
        "id": ["ann/one", "ann/two"],
        "mined": ["07-11-2024", "07-09-2024"],
        "raw_json": [orjson.dumps(record).decode(), "{"],
    }
    report = bring(write_table(tmp_path / "d.parquet", columns), "details", observed_at=None)
    broken, whole = landed("details")
    assert (report.n_files, report.observed_from, report.observed_to) == (2, at("2024-07-09"), at("2024-07-11"))
    assert wire_record(whole) == record
    assert orjson.loads(broken["raw"])["text"] == "{"
    assert report.n_unreadable == 1


def test_a_given_day_goes_before_the_mined_one(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {"id": ["ann/one"], "mined": ["07-11-2024"], "raw_json": ['{"id":"ann/one"}']}
    bring(write_table(tmp_path / "d.parquet", columns), "details")
    assert landed("details")[0]["observed_at"] == DAY


def test_a_family_walk_gives_details_and_cards_at_their_own_instants(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {
        "id": ["ann/one", "ann/one", "ann/two"],
        "captured": ["2025-04-22T20:00:00-07:00", "2025-04-23T00:00:00+00:00", "2025-04-22T00:00:00+00:00"],
        "metadata_json": [
            '{"id":"ann/one","sha":"abc","last_modified":"2025-01-01 00:00:00+00:00"}',
            '{"id":"ann/one"}',
            "N/A",
        ],
        "card": ["# One", None, "N/A"],
        "children": ['["ann/x"]', "[]", None],
    }
    path = write_table(tmp_path / "families.parquet", columns)
    details = bring(path, "details", observed_at=None)
    cards = bring(path, "cards", observed_at=None)
    first, second = sorted(landed("details"), key=lambda row: row["sha"] or "z")
    assert (first["observed_at"], first["last_modified"]) == (at("2025-04-23T03:00"), "2025-01-01T00:00:00.000Z")
    assert orjson.loads(first["extra"]) == {"children": ["ann/x"]}
    assert second["observed_at"] == at("2025-04-23")
    assert details.skipped == (("metadata not collected", 1),)
    assert [(row["model_id"], row["sha"], row["content"]) for row in landed("cards")] == [("ann/one", "abc", b"# One")]
    assert cards.skipped == (("card not collected", 1), ("no card text", 1))


def test_raw_cards_keep_their_bytes_and_get_gits_id(tmp_path: Path, bring: Import, landed: Rows) -> None:
    info = '{"modelId":"ann/one","sha":"abc","likes":4,"pipeline_tag":null}'
    columns = {
        "path": ["ann/one", "ann/two", "ann/three"],
        "infos_json": [info] * 3,
        "readme_bytes": [b"hello\n", NO_CARD_STUB, b""],
    }
    path = write_table(tmp_path / "cards.parquet", columns)
    bring(path, "cards")
    one, two, three = landed("cards")
    # git hash-object gives these ids for "hello\n" and for the empty file.
    assert (one["visit_status"], one["card_sha"]) == ("full", "ce013625030ba8dba906f756967f9e9ca394464a")
    assert (three["visit_status"], three["card_sha"]) == ("full", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    assert (two["visit_status"], two["content"], two["card_sha"], two["n_bytes"]) == ("no_card", None, None, None)
    assert (one["sha"], one["n_bytes"], one["is_truncated"]) == ("abc", 6, False)


def test_old_listing_rows_come_from_the_records_beside_the_cards(tmp_path: Path, bring: Import, landed: Rows) -> None:
    info = '{"modelId":"ann/one","likes":4,"pipeline_tag":null}'
    bring(write_table(tmp_path / "c.parquet", {"path": ["ann/one"], "infos_json": [info], "readme_bytes": [b"x"]}))
    assert wire_record(landed("listing")[0]) == {"id": "ann/one", "likes": 4, "pipeline_tag": None}


def test_heads_of_cards_are_marked_as_cut(tmp_path: Path, bring: Import, landed: Rows) -> None:
    head = base64.b64encode(b"# One").decode()
    examples = [
        {
            "category": "cut",
            "model": "ann/one",
            "source": "s",
            "tags": ["en"],
            "head_b64": head,
            "head": "# One",
            "bytes": "900",
        },
        {"category": "data", "model": "ann/two", "source": "s", "tags": [], "cardData": {"license": "mit"}},
        {"category": "yaml", "model": "ann/three", "source": "s", "tags": [], "card_data": "license: mit"},
        {"category": "path", "model": None, "source": "s", "base_model": "/home/me/model"},
    ]
    path = write_lines(tmp_path / "dirty.jsonl", *examples)
    cards, details = bring(path, "cards"), bring(path, "details")
    card = landed("cards")[0]
    assert (card["content"], card["n_bytes"], card["is_truncated"]) == (b"# One", 900, True)
    assert cards.skipped == (("no card text", 2), ("no model id", 1))
    assert details.n_rows == 4
    rows = landed("details")
    assert [row["card_data"] for row in rows[:3]] == [None, '{"license":"mit"}', '{"license":"mit"}']
    assert rows[0]["tags"] == ["en"]
    assert orjson.loads(rows[3]["raw"])["cardData"] == {"base_model": "/home/me/model"}


def test_cards_in_json_lines_are_landed_and_odd_lines_counted(tmp_path: Path, bring: Import, landed: Rows) -> None:
    path = write_lines(
        tmp_path / "c.jsonl", {"modelId": "ann/one", "card": "# Eins ü"}, b"{", 5, {"modelId": "ann/two", "card": None}
    )
    report = bring(path, "cards")
    assert [row["content"] for row in landed("cards")] == ["# Eins ü".encode()]
    assert report.skipped == (("no card text", 1), ("not JSON", 1), ("not a record", 1))


def test_a_time_series_of_texts_gets_numbers_and_a_file_a_day(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {
        "snapshot": ["2024-05-09", "2024-05-08", "2024-05-09"],
        "id": ["ann/one", "ann/one", None],
        "downloads": ["12", "7.0", "1"],
        "likes": ["many", "3", "1"],
        "gated": ["False", "auto", None],
        "sizes": ["1MB", None, None],
    }
    report = bring(write_table(tmp_path / "daily.parquet", columns), "daily", observed_at=None)
    earlier, later = landed("daily")
    assert (report.n_rows, report.n_files, report.skipped) == (2, 2, (("no model id", 1),))
    assert (earlier["observed_at"], earlier["downloads_30d"], earlier["likes"], earlier["gated"]) == (
        at("2024-05-08"),
        7,
        3,
        "auto",
    )
    assert (later["downloads_30d"], later["likes"], later["gated"]) == (12, None, "false")
    assert orjson.loads(later["extra"]) == {"sizes": "1MB", "likes": "many"}


@pytest.mark.parametrize("observed_at", [None, DAY])
def test_a_rows_own_day_goes_before_the_given_one_in_a_time_series(
    tmp_path: Path, bring: Import, landed: Rows, observed_at: datetime | None
) -> None:
    path = write_lines(tmp_path / "d.jsonl", {"snapshot": "2024-05-08", "id": "ann/one", "likes": 2})
    bring(path, "daily", observed_at=observed_at)
    row = landed("daily")[0]
    assert (row["observed_at"], row["likes"]) == (at("2024-05-08"), 2)

"""Parquet dumps whose columns are the fields of the Hub's API, in their several spellings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
import polars as pl
import pytest
from import_dumps import Import, Rows, at, write_table

from pipelines.bulk.sources import parquet_portions
from warehouse.landing.records import wire_record


def test_columns_with_the_apis_names_land_in_their_places(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {
        "_id": ["65a1"],
        "id": ["ann/one"],
        "createdAt": ["2024-05-01T10:00:00.000Z"],
        "downloads": [7],
        "tags": [["license:mit", "en"]],
        "gated": ["manual"],
        "private": [False],
    }
    report = bring(write_table(tmp_path / "dump.parquet", columns))
    row = landed("listing")[0]
    assert report.n_rows == 1
    assert (row["hub_object_id"], row["model_id"], row["downloads_30d"]) == ("65a1", "ann/one", 7)
    assert wire_record(row) == {name: values[0] for name, values in columns.items()}


def test_typed_columns_of_a_table_dump_become_the_wires_values(tmp_path: Path, bring: Import, landed: Rows) -> None:
    moment = datetime(2025, 1, 30, 8, 15, 0, 250_000, tzinfo=UTC)
    columns = {
        "id": ["ann/one"],
        "lastModified": [moment],
        "downloadsAllTime": [12.0],
        "gated": ["False"],
        "cardData": ['{"license":"mit"}'],
        "safetensors": [{"parameters": {"F32": 5, "BF16": None}, "total": 5}],
        "baseModels": [{"relation": "finetune", "models": [{"_id": "1", "id": "ann/base"}]}],
        "trendingScore": pl.Series([3], dtype=pl.Int32),
    }
    bring(write_table(tmp_path / "dump.parquet", columns))
    assert wire_record(landed("listing")[0]) == {
        "id": "ann/one",
        "lastModified": "2025-01-30T08:15:00.250Z",
        "downloadsAllTime": 12,
        "gated": False,
        "cardData": {"license": "mit"},
        "safetensors": {"parameters": {"F32": 5}, "total": 5},
        "baseModels": {"relation": "finetune", "models": [{"_id": "1", "id": "ann/base"}]},
        "trendingScore": 3.0,
    }


def test_instants_of_another_zone_are_landed_in_utc(tmp_path: Path, bring: Import, landed: Rows) -> None:
    moments = pl.Series([at("2025-01-30T01:00")]).dt.replace_time_zone("Asia/Tokyo")
    bring(write_table(tmp_path / "dump.parquet", {"id": ["ann/one"], "createdAt": moments}))
    assert landed("listing")[0]["created_at"] == "2025-01-29T16:00:00.000Z"


def test_other_spellings_of_a_field_are_taken_for_it(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {
        "modelId": ["ann/one"],
        "last_modified": ["2025-01-01T00:00:00.000Z"],
        "downloads_all_time": [3],
        "model_index": ["[]"],
    }
    report = bring(write_table(tmp_path / "dump.parquet", columns))
    row = landed("listing")[0]
    assert (row["model_id"], row["last_modified"], row["downloads_all_time"]) == ("ann/one", "2025-01-01T00:00:00.000Z", 3)
    assert row["model_index"] == "[]"
    assert report.unknown_fields == ()


def test_instants_as_clients_print_them_are_landed_as_the_hub_writes_them(tmp_path: Path, bring: Import, landed: Rows) -> None:
    texts = ["2025-03-30 20:25:49+02:00", "2025-03-30T20:25:49.250Z", "long ago", None]
    bring(write_table(tmp_path / "dump.parquet", {"id": ["a/1", "a/2", "a/3", "a/4"], "created_at": texts}))
    expected = ["2025-03-30T18:25:49.000Z", "2025-03-30T20:25:49.250Z", "long ago", None]
    assert [row["created_at"] for row in landed("listing")] == expected


def test_a_table_without_any_id_value_is_kept_in_raw(tmp_path: Path, bring: Import, landed: Rows) -> None:
    bring(write_table(tmp_path / "dump.parquet", {"id": [None, None], "likes": [1, 2]}))
    assert [row["raw"] for row in landed("listing")] == ['{"likes":1}', '{"likes":2}']


def test_columns_without_a_place_go_to_extra_and_are_reported(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {"id": ["ann/one", "ann/two"], "stars": [4, None], "notes": [[{"a": None, "b": 'x"y'}], None]}
    report = bring(write_table(tmp_path / "dump.parquet", columns))
    first, second = landed("listing")
    assert orjson.loads(first["extra"]) == {"stars": 4, "notes": [{"b": 'x"y'}]}
    assert second["extra"] is None
    assert report.unknown_fields == ("notes", "stars")


def test_a_null_inside_of_a_text_is_kept(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {"id": ["ann/one"], "config": [{"text": '{"a":null,"b":1}', "none": None, "last": None}]}
    bring(write_table(tmp_path / "dump.parquet", columns))
    assert orjson.loads(landed("listing")[0]["config"]) == {"text": '{"a":null,"b":1}'}


def test_a_text_that_is_no_json_is_a_misfit_under_its_fields_name(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {"id": ["a/1", "a/2", "a/3"], "card_data": ["license: mit", "null", None]}
    bring(write_table(tmp_path / "dump.parquet", columns))
    rows = landed("listing")
    assert [row["card_data"] for row in rows] == [None, None, None]
    assert [row["misfits"] for row in rows] == ['{"cardData":"license: mit"}', None, None]


@pytest.mark.parametrize(
    ("likes", "misfits"),
    [
        (["three"], '{"likes":"three"}'),
        ([1.5], '{"likes":1.5}'),
        (pl.Series([2**63], dtype=pl.UInt64), '{"likes":9223372036854775808}'),
    ],
)
def test_a_column_of_another_type_costs_nothing_but_its_values(
    tmp_path: Path, bring: Import, landed: Rows, likes: object, misfits: str
) -> None:
    bring(write_table(tmp_path / "dump.parquet", {"id": ["ann/one"], "likes": likes, "downloads": [9]}))
    row = landed("listing")[0]
    assert (row["likes"], row["misfits"], row["downloads_30d"]) == (None, misfits, 9)


def test_nulls_among_the_tags_are_dropped(tmp_path: Path, bring: Import, landed: Rows) -> None:
    bring(write_table(tmp_path / "dump.parquet", {"id": ["a/1", "a/2", "a/3"], "tags": [["en", None], [], None]}))
    assert [row["tags"] for row in landed("listing")] == [["en"], [], None]


def test_bytes_in_an_unknown_column_do_not_stop_the_import(tmp_path: Path, bring: Import, landed: Rows) -> None:
    columns = {"id": ["ann/one"], "thumb": [b"\x00\x01"], "parts": [[b"\x02"]]}
    bring(write_table(tmp_path / "dump.parquet", columns))
    assert orjson.loads(landed("listing")[0]["extra"]).keys() == {"thumb", "parts"}


def test_rows_without_an_id_are_kept_whole_in_raw(tmp_path: Path, bring: Import, landed: Rows) -> None:
    report = bring(write_table(tmp_path / "dump.parquet", {"id": ["ann/one", None, "  "], "likes": [1, 2, 3]}))
    rows = landed("listing")
    assert report.n_rows == 3
    assert [row["model_id"] for row in rows] == ["ann/one", None, None]
    assert orjson.loads(rows[1]["raw"]) == {"likes": 2}


def test_a_model_id_that_differs_from_the_id_is_kept(tmp_path: Path, bring: Import, landed: Rows) -> None:
    bring(write_table(tmp_path / "dump.parquet", {"id": ["a/1", "a/2"], "modelId": ["a/1", "A/2"]}))
    assert [row["extra"] for row in landed("listing")] == [None, '{"modelId":"A/2"}']


def test_the_walks_page_and_position_are_left_out_but_a_lone_page_is_data(tmp_path: Path, bring: Import, landed: Rows) -> None:
    bring(write_table(tmp_path / "walk.parquet", {"page": [1], "pos": [0], "id": ["a/1"]}))
    bring(write_table(tmp_path / "dump.parquet", {"page": [1], "id": ["a/2"]}))
    assert {row["model_id"]: row["extra"] for row in landed("listing")} == {"a/1": None, "a/2": '{"page":1}'}


def test_a_dump_with_cards_gives_its_listing_and_says_how_to_get_the_cards(tmp_path: Path, bring: Import, landed: Rows) -> None:
    dump = write_table(tmp_path / "dump.parquet", {"modelId": ["ann/one"], "likes": [2], "card": ["# One"]})
    report = bring(dump)
    assert landed("listing")[0]["extra"] is None
    assert "--kind cards" in report.notes[0]
    bring(dump, "cards")
    assert landed("cards")[0]["content"] == b"# One"


def test_a_path_is_neither_a_pattern_nor_a_partition(tmp_path: Path, bring: Import, landed: Rows) -> None:
    folder = tmp_path / "likes=5"
    folder.mkdir()
    bring(write_table(folder / "dump[1].parquet", {"id": ["ann/one"]}))
    assert [(row["model_id"], row["likes"]) for row in landed("listing")] == [("ann/one", None)]


def test_wide_tables_are_read_in_portions_without_losing_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.bulk.sources.MAX_ROWS", 10)
    path = write_table(tmp_path / "dump.parquet", {"id": [str(n) for n in range(25)]})
    portions = list(parquet_portions(path))
    assert [portion.height for portion in portions] == [10, 10, 5]
    assert pl.concat(portions)["id"].to_list() == [str(n) for n in range(25)]

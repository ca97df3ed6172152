"""The recorded files of the real Hub, whole."""

from __future__ import annotations

from pathlib import Path

import orjson
import polars as pl
import pytest
from import_dumps import Import, at

from warehouse.landing.files import landing_files
from warehouse.landing.records import wire_record
from warehouse.paths import Layout

pytestmark = pytest.mark.real


def _file(real_data: Path, name: str) -> Path:
    path = real_data / "hub" / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


def _rows(home: Layout, kind: str) -> pl.DataFrame:
    files = [file.path for file in landing_files(home.landing, kind)]
    return pl.read_parquet(files, hive_partitioning=False)


def test_the_listing_of_july_2024_comes_back_record_by_record(real_data: Path, home: Layout, bring: Import) -> None:
    path = _file(real_data, "listing_2024-07.parquet")
    report = bring(path, observed_at=at("2024-07-11"))
    assert (report.n_rows, report.unknown_fields, report.skipped) == (760_000, (), ())
    sampled = slice(17, None, 997)
    seen = pl.read_parquet(path).drop("page", "pos")[sampled]
    landed = _rows(home, "listing")[sampled]
    for source, row in zip(seen.iter_rows(named=True), landed.iter_rows(named=True), strict=True):
        present = {name: value for name, value in source.items() if value is not None and name != "modelId"}
        assert wire_record(row) == present


def test_details_of_july_2024_come_back_record_by_record(real_data: Path, home: Layout, bring: Import) -> None:
    path = _file(real_data, "detail_2024-07.parquet")
    report = bring(path, "details", observed_at=None)
    assert (report.n_rows, report.n_files, report.n_unreadable) == (8650, 2, 0)
    landed = {row["model_id"]: wire_record(row) for row in _rows(home, "details")[::50].iter_rows(named=True)}
    texts = pl.read_parquet(path).filter(pl.col("id").is_in(list(landed)))
    for model_id, text in texts.select("id", "raw_json").iter_rows():
        record = orjson.loads(text)
        del record["modelId"]
        assert landed[model_id] == record


def test_cards_of_february_2022_know_which_models_have_none(real_data: Path, home: Layout, bring: Import) -> None:
    path = _file(real_data, "cards_2022-02.parquet")
    bring(path, "cards", observed_at=at("2022-02-16"))
    bring(path, observed_at=at("2022-02-16"))
    statuses = dict(_rows(home, "cards")["visit_status"].value_counts().iter_rows())
    assert statuses == {"no_card": 6469, "full": 8366}
    listing = _rows(home, "listing")
    assert listing.height == 14_835
    assert listing["null_fields"].list.contains("pipeline_tag").sum() == 4721


def test_families_of_spring_2025_keep_every_collection(real_data: Path, home: Layout, bring: Import) -> None:
    path = _file(real_data, "families_2025-04.parquet")
    details, cards = bring(path, "details", observed_at=None), bring(path, "cards", observed_at=None)
    assert (details.n_rows, dict(details.skipped)) == (1937, {"metadata not collected": 70})
    assert dict(cards.skipped)["card not collected"] == 74
    rows = _rows(home, "details")
    assert rows["misfits"].null_count() == rows.height
    assert rows["card_data"].drop_nulls().str.starts_with("{").all()


def test_the_daily_series_is_typed_and_dated(real_data: Path, home: Layout, bring: Import) -> None:
    report = bring(_file(real_data, "daily_2024-05_2026-05.parquet"), "daily", observed_at=None)
    rows = _rows(home, "daily")
    assert (report.n_rows, report.n_files) == (111_873, 721)
    assert (report.observed_from, report.observed_to) == (at("2024-05-08"), at("2026-05-07"))
    assert rows.select("downloads_30d", "likes", "observed_at").null_count().sum_horizontal().item() == 0


def test_every_defect_is_landed_as_card_or_record(real_data: Path, bring: Import) -> None:
    path = _file(real_data, "dirty_cards.jsonl")
    assert (bring(path, "cards").n_rows, bring(path, "details").n_rows) == (44, 93)

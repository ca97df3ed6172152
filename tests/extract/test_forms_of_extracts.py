"""Parts by month, JSON Lines, and what Polars, pandas and DuckDB make of them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import mlcroissant
import pandas as pd
import polars as pl
import pytest
from small_hub import publish, small_hub
from small_hub_rows import SEEN, at, model

from pipelines.extract import writer
from pipelines.extract.verifying import verify_extracts
from pipelines.extract.writer import ExtractReport, write_extracts
from warehouse.contract import TABLES
from warehouse.errors import CorruptFile

DAYS = ("2024-05-31", "2024-06-01", "2024-06-30", "2024-07-01")
DAILY = [
    {"model_id": name, "observed_at": at(day), "downloads_30d": 10 * number, "likes": number}
    for name in ("a/one", "b/two")
    for number, day in enumerate(DAYS)
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ExtractReport:
    folder = tmp_path_factory.mktemp("forms")
    rows = {**small_hub(), "daily_metrics": DAILY}
    return write_extracts(publish(folder / "published", rows), folder / "extracts", now=SEEN)


def test_a_table_that_grows_is_parted_by_month_and_all_readers_find_its_rows(report: ExtractReport) -> None:
    folder = report.folder / "daily_metrics"
    assert sorted(part.name for part in folder.iterdir()) == ["month=2024-05", "month=2024-06", "month=2024-07"]
    polars = pl.read_parquet(folder / "**" / "*.parquet", hive_partitioning=True)
    pandas = pd.read_parquet(folder)
    with duckdb.connect() as connection:
        (by_duckdb,) = connection.execute(
            "select count(*), sum(downloads_30d) from read_parquet($parts, hive_partitioning = true) where month = '2024-06'",
            {"parts": str(folder / "*" / "*.parquet")},
        ).fetchall()
    assert polars.height == len(pandas) == len(DAILY) == 8
    assert polars["downloads_30d"].sum() == pandas["downloads_30d"].sum() == sum(row["downloads_30d"] for row in DAILY)
    assert by_duckdb == (4, 60)
    assert polars.group_by("month").len().sort("month").rows() == [("2024-05", 2), ("2024-06", 4), ("2024-07", 2)]


def test_the_parts_of_a_table_without_rows_still_tell_its_columns(tmp_path: Path) -> None:
    report = write_extracts(publish(tmp_path / "published", {"models": [model("a/b")]}), tmp_path / "extracts", now=SEEN)
    frame = pl.read_parquet(report.folder / "daily_metrics" / "**" / "*.parquet", hive_partitioning=True)
    assert (frame.height, frame.drop("month").columns) == (0, list(TABLES["daily_metrics"].column_names))


def test_a_night_more_changes_the_last_part_alone(tmp_path: Path) -> None:
    """What the parting is for: a mirror fetches one file."""
    sums = []
    for build, rows in (("b1", DAILY), ("b2", [*DAILY, {"model_id": "c/three", "observed_at": at("2024-07-02")}])):
        hub = publish(tmp_path / build, {"daily_metrics": rows, "models": [model("a/b")]}, build)
        extracts = write_extracts(hub, tmp_path / "extracts", now=SEEN).extracts
        sums.append({file.name: file.sha256 for one in extracts if one.name == "daily_metrics" for file in one.files})
    changed = {name for name in sums[0] if sums[0][name] != sums[1][name]}
    assert {name for name in changed if name.endswith(".parquet")} == {"daily_metrics/month=2024-07/part-0.parquet"}


@pytest.mark.parametrize("name", list(TABLES))
def test_json_lines_hold_the_rows_of_the_table(report: ExtractReport, name: str) -> None:
    path = report.folder / f"{name}.jsonl"
    (extract,) = (one for one in report.extracts if one.name == name)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    assert len(lines) == sum(file.n_rows for file in extract.files if file.name.endswith(".parquet"))
    assert all(list(line) == [column for column, _, _ in extract.columns] for line in lines)
    assert not any(isinstance(value, float) and not math.isfinite(value) for line in lines for value in line.values())


def test_a_large_table_is_no_json_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SMALL", 3)
    rows = {"models": [model(f"a/{number}") for number in range(4)], "daily_metrics": DAILY[:3]}
    report = write_extracts(publish(tmp_path / "published", rows), tmp_path / "extracts", now=SEEN)
    assert sorted(path.stem for path in report.folder.glob("*.jsonl")) == ["daily_metrics"]


def test_both_descriptions_read_the_parts_and_the_lines(report: ExtractReport) -> None:
    package = frictionless.Package(str(report.folder / "datapackage.json"))
    rows = package.get_resource("daily-metrics-jsonl").read_rows()
    assert [row["downloads_30d"] for row in rows] == [row["downloads_30d"] for row in DAILY]
    dataset = mlcroissant.Dataset(jsonld=str(report.folder / "croissant.json"))
    found: list[dict[str, Any]] = list(dataset.records("daily_metrics"))
    assert sum(row["daily_metrics/downloads_30d"] for row in found) == sum(row["downloads_30d"] for row in DAILY)


def test_a_damaged_part_is_found(tmp_path: Path) -> None:
    hub = publish(tmp_path / "published", {"daily_metrics": DAILY, "models": [model("a/b")]})
    folder = write_extracts(hub, tmp_path / "extracts", now=SEEN).folder
    assert verify_extracts(folder) > 0
    (folder / "daily_metrics" / "month=2024-06" / "part-0.parquet").write_bytes(b"PAR1")
    with pytest.raises(CorruptFile, match="month=2024-06"):
        verify_extracts(folder)

"""Extracts: what is in the files, and that they are there whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import sqlglot
from small_hub import publish, small_hub
from small_hub_rows import SEEN, edge, model

from pipelines.extract import writer
from pipelines.extract.writer import ExtractReport, write_extracts
from warehouse import sqlfiles
from warehouse.contract import COLUMNS, CONTRACT_VERSION, TABLES
from warehouse.errors import CorruptFile, NoSpace, NotFound, UsageError
from warehouse.files import sha256_of

ROOT = Path(__file__).parents[2]
DESCRIPTIONS = {"manifest.json", "datapackage.json", "croissant.json"}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return publish(tmp_path / "published", small_hub())


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file that no test changes."""
    return publish(tmp_path_factory.mktemp("kept") / "published", small_hub())


@pytest.fixture(scope="module")
def report(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> ExtractReport:
    return write_extracts(kept, tmp_path_factory.mktemp("written") / "extracts", now=SEEN)


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def parquet(folder: Path, name: str) -> pl.DataFrame:
    """The rows of an extract, whole or parted."""
    if (folder / name).is_dir():
        return pl.read_parquet(folder / name / "**" / "*.parquet", hive_partitioning=True).drop("month")
    return pl.read_parquet(folder / f"{name}.parquet")


def test_every_table_and_every_definition_is_there_in_each_form(report: ExtractReport) -> None:
    names = [*TABLES, *sqlfiles.names("extracts")]
    wholes = {f"{name}.csv" for name in names} | {
        name if name in TABLES and TABLES[name].grows_by else f"{name}.parquet" for name in names
    }
    small = {f"{name}.jsonl" for name in names if parquet(report.folder, name).height}
    assert {path.name for path in report.folder.iterdir()} == wholes | small | DESCRIPTIONS | {"graphs"}


@pytest.mark.parametrize("name", list(TABLES))
def test_parquet_holds_the_tables_rows_in_key_order(report: ExtractReport, kept: Path, name: str) -> None:
    frame = parquet(report.folder, name)
    frame = frame.sort(TABLES[name].key, nulls_last=True) if TABLES[name].grows_by else frame
    with duckdb.connect(str(kept.resolve()), read_only=True) as connection:
        table = connection.table(name).pl()
    assert frame.equals(table.sort(TABLES[name].key, nulls_last=True))


@pytest.mark.parametrize("name", [*TABLES, "model_edges_with_traits"])
def test_csv_and_parquet_hold_the_same_rows(report: ExtractReport, name: str) -> None:
    frame = parquet(report.folder, name)
    rows = cells(report.folder / f"{name}.csv")
    assert len(rows) == frame.height
    for column in [name for name, kind in frame.schema.items() if kind in {pl.Int64, pl.Float64}]:
        values = [float(row[column]) if row[column] else None for row in rows]
        assert values == frame[column].cast(pl.Float64).to_list()


def test_csv_defuses_formulas_and_parquet_keeps_them(report: ExtractReport) -> None:
    row = next(row for row in cells(report.folder / "models.csv") if row["model_id"] == "solo/=cmd")
    assert row["pipeline_tag"] == "'=1+1"
    assert "=1+1" in pl.read_parquet(report.folder / "models.parquet")["pipeline_tag"].to_list()


def test_csv_writes_lists_as_json_and_instants_plainly(report: ExtractReport) -> None:
    row = next(row for row in cells(report.folder / "models.csv") if row["model_id"] == "q/base-1-chat-GGUF")
    assert json.loads(row["tags"]) == ["gguf", 'a"b']
    assert json.loads(row["languages"]) == []
    assert row["created_at"] == "2024-01-01 00:00:00"
    assert row["downloads_30d"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_every_start_of_a_formula_is_guarded(tmp_path: Path, start: str) -> None:
    hub = publish(tmp_path / "published", {"models": [model("a/b", author=f"{start}x", sha="", pipeline_tag="a=b")]})
    (row,) = cells(write_extracts(hub, tmp_path / "extracts", now=SEEN).folder / "models.csv")
    assert row["author"] == f"'{start}x"
    assert (row["sha"], row["pipeline_tag"]) == ("", "a=b")


def test_the_manifest_describes_and_verifies_every_file(report: ExtractReport) -> None:
    document = manifest(report.folder)
    assert document["contract_version"] == CONTRACT_VERSION
    assert document["source"] == "hub-build-b0001.duckdb"
    assert document["written_at"] == "2024-07-11T04:00:00"
    listed = {file["name"]: file for extract in document["extracts"] for file in extract["files"]}
    listed |= {file["name"]: file for graph in document["graphs"] for file in graph["files"]}
    there = {path.relative_to(report.folder).as_posix() for path in report.folder.rglob("*") if path.is_file()}
    assert set(listed) == there - DESCRIPTIONS
    for name, file in listed.items():
        assert (file["sha256"], file["n_bytes"]) == (sha256_of(report.folder / name), (report.folder / name).stat().st_size)
    models = document["extracts"][0]
    assert (models["name"], models["key"], models["files"][0]["n_rows"]) == ("models", ["model_id"], 10)
    assert models["columns"][0] == {"name": "model_id", "type": "VARCHAR", "meaning": COLUMNS["model_id"].meaning}


def test_every_extracted_column_has_a_meaning_and_every_key_is_one(report: ExtractReport) -> None:
    for extract in report.extracts:
        assert not [name for name, _, meaning in extract.columns if not meaning], extract.name
        frame = parquet(report.folder, extract.name)
        assert frame.select(extract.key).is_unique().all(), extract.name
        assert extract.grows_by or frame.equals(frame.sort(extract.key, nulls_last=True)), extract.name


@pytest.mark.parametrize("name", sqlfiles.names("extracts"))
def test_a_definition_is_one_ordered_select(name: str) -> None:
    (tree,) = sqlglot.parse(sqlfiles.load("extracts", name).text, dialect="duckdb")
    assert tree is not None
    assert tree.args.get("order")


def test_the_edge_list_carries_the_traits_of_both_ends(report: ExtractReport) -> None:
    rows = {(row["parent_id"], row["child_id"]): row for row in cells(report.folder / "model_edges_with_traits.csv")}
    assert len(rows) == len(small_hub()["edges"])
    pair = rows["deep/Base-1", "odd/base-1-lora"]
    assert (pair["parent_license_id"], pair["child_license_id"], pair["relation"]) == ("apache-2.0", "mit", "adapter")
    assert rows["gone/parent", "lost/child"]["parent_license_id"] == ""


def checksums(report: ExtractReport) -> dict[str, str]:
    return {file.name: file.sha256 for extract in report.extracts for file in extract.files}


def test_the_same_published_rows_give_the_same_bytes_at_any_number_of_threads(tmp_path: Path) -> None:
    """More rows than one row group, so that threads have something to share."""
    many: Sequence[dict[str, Any]] = [dict(model(f"o{n % 997}/{n}", downloads_30d=n % 13)) for n in range(130_000)]
    rows = {"models": many, "edges": [edge(many[n]["model_id"], many[n + 1]["model_id"]) for n in range(0, 1000, 2)]}
    hub = publish(tmp_path / "published", rows)
    first = checksums(write_extracts(hub, tmp_path / "one", now=SEEN, threads=1))
    assert checksums(write_extracts(hub, tmp_path / "four", now=SEEN, threads=4)) == first
    assert checksums(write_extracts(hub, tmp_path / "four", now=SEEN, threads=4)) == first


def test_the_folder_is_a_link_and_the_one_before_stays_for_its_readers(published: Path, tmp_path: Path) -> None:
    shown = tmp_path / "extracts"
    seen = []
    for _ in range(3):
        write_extracts(published, shown, now=SEEN)
        seen.append(shown.resolve())
    assert shown.is_symlink()
    assert [folder.exists() for folder in seen] == [False, True, True]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == sorted(
        ["published", "extracts", seen[1].name, seen[2].name]
    )


def test_a_failure_shows_nothing_and_leaves_the_old_extract(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = tmp_path / "extracts"
    write_extracts(published, shown, now=SEEN)
    before, kept = shown.resolve(), manifest(shown)
    for number in range(5):
        calls = iter(range(100))

        def fail(rows: duckdb.DuckDBPyRelation, path: Path, *, calls: Any = calls, number: int = number) -> Path:
            if next(calls) == number:
                raise OSError(28, "No space left on device")
            path.write_bytes(b"")
            return path

        monkeypatch.setattr(writer, "write_csv", fail)
        with pytest.raises(NoSpace, match="No space left"):
            write_extracts(published, shown, now=SEEN)
        assert (shown.resolve(), manifest(shown)) == (before, kept)
    assert not list(tmp_path.glob("*.tmp")) + list(tmp_path.glob(".*.tmp"))


def test_a_killed_extract_is_never_visible_and_the_next_one_cleans_up(published: Path, tmp_path: Path) -> None:
    shown = tmp_path / "extracts"
    code = (
        "import sys; from datetime import datetime; from pathlib import Path;"
        "from pipelines.extract.writer import write_extracts; print('go', flush=True)\n"
        "while True: write_extracts(Path(sys.argv[1]), Path(sys.argv[2]), now=datetime(2024, 7, 11))"
    )
    for number in range(6):
        process = subprocess.Popen([sys.executable, "-c", code, published, shown], stdout=subprocess.PIPE, cwd=ROOT)
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.05 + 0.07 * number)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        if shown.exists():
            for extract in manifest(shown)["extracts"]:
                for file in extract["files"]:
                    assert sha256_of(shown / file["name"]) == file["sha256"]
    write_extracts(published, shown, now=SEEN)
    assert not list(tmp_path.glob(".extracts.*-*.tmp"))
    assert len(list(tmp_path.glob(".extracts-*"))) <= 2


def test_a_folder_of_somebody_else_is_left_alone(published: Path, tmp_path: Path) -> None:
    shown = tmp_path / "extracts"
    shown.mkdir()
    (shown / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="in the way"):
        write_extracts(published, shown, now=SEEN)
    assert (shown / "thesis.txt").read_text() == "mine"


def test_an_empty_folder_is_replaced(published: Path, tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    assert (write_extracts(published, tmp_path / "extracts", now=SEEN).folder / "manifest.json").exists()


def test_a_house_without_a_published_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no published file"):
        write_extracts(tmp_path / "hub.duckdb", tmp_path / "extracts", now=SEEN)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_published_file_is_named_and_shows_nothing(published: Path, tmp_path: Path) -> None:
    target = published.resolve()
    content = bytearray(target.read_bytes())
    for place in range(20_000, len(content), 4096):
        content[place] ^= 0xFF
    target.chmod(0o644)
    target.write_bytes(content)
    with pytest.raises(CorruptFile, match=r"hub-build-b0001\.duckdb"):
        write_extracts(published, tmp_path / "extracts", now=SEEN)
    assert not (tmp_path / "extracts").exists()


def test_an_unwritable_place_is_no_space(published: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((NoSpace, OSError)):
        write_extracts(published, tmp_path / "file" / "extracts", now=SEEN)

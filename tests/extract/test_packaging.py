"""The two descriptions of the extracts, read by the libraries of those who made the formats."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import mlcroissant
import polars as pl
import pytest
from small_hub import publish, small_hub
from small_hub_rows import SEEN

from pipelines.extract.writer import ExtractReport, write_extracts
from warehouse.contract import TABLES


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ExtractReport:
    folder = tmp_path_factory.mktemp("described")
    return write_extracts(publish(folder / "published", small_hub()), folder / "extracts", now=SEEN)


@pytest.fixture(scope="module")
def package(report: ExtractReport) -> frictionless.Package:
    return frictionless.Package(str(report.folder / "datapackage.json"))


def test_the_data_package_is_valid_with_every_row_and_checksum(package: frictionless.Package) -> None:
    result = package.validate()
    assert [(error.type, error.note) for task in result.tasks for error in task.errors] == []
    assert result.valid
    assert {resource.title for resource in package.resources} >= set(TABLES)


def test_the_data_package_notices_a_changed_file(report: ExtractReport, tmp_path: Path) -> None:
    for name in ("datapackage.json", "edges.csv"):
        (tmp_path / name).write_bytes((report.folder / name).read_bytes())
    document = json.loads((tmp_path / "datapackage.json").read_text())
    document["resources"] = [resource for resource in document["resources"] if resource["name"] == "edges"]
    (tmp_path / "datapackage.json").write_text(json.dumps(document))
    assert frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid
    (tmp_path / "edges.csv").write_bytes((tmp_path / "edges.csv").read_bytes().replace(b"finetune", b"finetone"))
    assert not frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid


@pytest.mark.parametrize("name", ["models", "edges", "families"])
def test_the_data_package_reads_the_rows_of_the_parquet_file(
    package: frictionless.Package, report: ExtractReport, name: str
) -> None:
    frame = pl.read_parquet(report.folder / f"{name}.parquet")
    rows = package.get_resource(name).read_rows()
    key = TABLES[name].key[0]
    assert [row[key] for row in rows] == frame[key].to_list()
    lists = [column for column, kind in frame.schema.items() if kind == pl.List(pl.String)]
    assert all([row[column] for row in rows] == frame[column].to_list() for column in lists)


def test_croissant_is_valid_and_reads_the_rows(report: ExtractReport) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(report.folder / "croissant.json"))
    assert dataset.metadata.issues.errors == set()
    assert {record_set.id for record_set in dataset.metadata.record_sets} >= set(TABLES)
    frame = pl.read_parquet(report.folder / "edges.parquet")
    rows = list(dataset.records("edges"))
    assert [row["edges/child_id"].decode() for row in rows] == frame["child_id"].to_list()


def test_every_column_is_described_in_both(report: ExtractReport) -> None:
    resources = {one["title"]: one for one in json.loads((report.folder / "datapackage.json").read_text())["resources"]}
    record_sets = {one["name"]: one for one in json.loads((report.folder / "croissant.json").read_text())["recordSet"]}
    for extract in report.extracts:
        names = [name for name, _, _ in extract.columns]
        assert [field["name"] for field in resources[extract.name]["schema"]["fields"]] == names
        assert [field["name"] for field in record_sets[extract.name]["field"]] == names
        assert all(field["description"] for field in record_sets[extract.name]["field"])

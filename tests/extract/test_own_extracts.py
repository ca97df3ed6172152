"""An extract of one's own is a file in a folder: it is written and described like the house's, or refused with its name."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import frictionless
import mlcroissant
import polars as pl
import pytest
from small_hub import publish, small_hub
from small_hub_rows import SEEN

from pipelines.extract.sources import sources
from pipelines.extract.writer import ExtractReport, Wanted, write_extracts
from pipelines.query.own import reading
from warehouse.errors import UsageError

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "add-an-extract.md"


def example() -> str:
    """The definition that the how-to shows."""
    (block,) = re.findall(r"```sql\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("own") / "published", small_hub())


def extract(tmp_path: Path, name: str, text: str) -> ExtractReport:
    own = tmp_path / "own"
    own.mkdir(exist_ok=True)
    (own / f"{name}.sql").write_text(text, encoding="utf-8")
    hub = publish(tmp_path / "published", small_hub())
    return write_extracts(hub, tmp_path / "extracts", now=SEEN, wanted=Wanted(own=own))


def test_the_definition_of_the_how_to_becomes_files_with_their_descriptions(tmp_path: Path) -> None:
    report = extract(tmp_path, "downloads_by_license", example())
    frame = pl.read_parquet(report.folder / "downloads_by_license.parquet")
    assert frame.rows() == [("apache-2.0", 2, 1400), ("mit", 1, 700)]
    with (report.folder / "downloads_by_license.csv").open(encoding="utf-8", newline="") as file:
        assert [tuple(row.values()) for row in csv.DictReader(file)] == [("apache-2.0", "2", "1400"), ("mit", "1", "700")]
    package = frictionless.Package(str(report.folder / "datapackage.json"))
    assert package.validate().valid
    fields = package.get_resource("downloads-by-license").schema.fields
    assert [(field.name, field.type) for field in fields] == [
        ("license_id", "string"), ("n_models", "integer"), ("n_downloads", "number"),
    ]  # fmt: skip
    assert all(field.description for field in fields)
    dataset = mlcroissant.Dataset(jsonld=str(report.folder / "croissant.json"))
    assert [row["downloads_by_license/n_models"] for row in dataset.records("downloads_by_license")] == [2, 1]


def test_a_parted_definition_is_parted(tmp_path: Path) -> None:
    text = "-- grain: a model\n-- key: model_id\n-- grows_by: created_at\nselect model_id, created_at from models order by all"
    folder = extract(tmp_path, "births", text).folder / "births"
    months = {part.name for part in folder.iterdir()}
    assert {"month=2022-06", "month=2023-02", "month=2024-03"} <= months
    assert pl.read_parquet(folder / "**" / "*.parquet", hive_partitioning=True).height == 10


def test_nested_values_are_json_text_in_csv(tmp_path: Path) -> None:
    text = "-- grain: a model\n-- key: model_id\nselect model_id, {'a': [1, 2]} as pair from models order by all"
    folder = extract(tmp_path, "pairs", text).folder
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
        assert json.loads(next(csv.DictReader(file))["pair"]) == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("models", "-- grain: x\n-- key: n\nselect 1 as n", "there is an extract models already"),
        ("model_edges_with_traits", "-- grain: x\n-- key: n\nselect 1 as n", "already"),
        ("mine", "select 1 as n", "the header has no grain and no key"),
        ("mine", "-- grain: x\nselect 1 as n", "the header has no key"),
        ("mine", "-- grain: x\n-- key: m\nselect 1 as n", "names m, the query has no such column"),
        ("mine", "-- grain: x\n-- key: n\n-- grows_by: t\nselect 1 as n", "names t"),
        ("mine", "-- grain: x\n-- key: n\n-- grows_by: t\nselect 1 as n, now() as t, 2 as month", "column month"),
        ("mine", "-- grain: x\n-- key: n\nselect n from (values (1), (1), (2)) v(n)", "1 rows repeat the key n"),
        ("mine", "-- grain: x\n-- key: n\nselect n from nothing_there", "nothing_there"),
        ("mine", "-- grain: x\n-- key: n\nselect", "arser"),
    ],
)
def test_a_wrong_definition_is_named(published: Path, tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / f"{name}.sql").write_text(text, encoding="utf-8")
    with reading(published) as connection, pytest.raises(UsageError, match=words) as caught:
        list(sources(connection, tmp_path))
    assert f"{name}.sql" in str(caught.value)


def test_nothing_is_written_where_a_definition_is_wrong(published: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text("select 1 as n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine\.sql"):
        write_extracts(published, tmp_path / "extracts", now=SEEN, wanted=Wanted(own=tmp_path))
    assert not (tmp_path / "extracts").exists()

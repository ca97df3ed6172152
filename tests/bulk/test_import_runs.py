"""One import is one run: whole, repeatable, recorded, and gone if it fails."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from import_dumps import DAY, Import, Rows, at, write_json, write_lines, write_table

from pipelines.bulk import importing
from warehouse.errors import CorruptFile, HubtreeError, NotFound, UsageError
from warehouse.landing.files import landing_files, provenance_of
from warehouse.paths import Layout

TABLE = {"id": ["ann/one", "ann/two"], "lastModified": ["2025-01-02T00:00:00.000Z", "2025-01-03T00:00:00.000Z"]}


def test_an_import_ends_with_a_record_of_its_run(tmp_path: Path, bring: Import, landed: Rows) -> None:
    report = bring(write_table(tmp_path / "dump.parquet", TABLE), is_complete=True)
    run = landed("runs")[0]
    assert (run["run_id"], run["verb"], run["mode"], run["status"]) == (report.run_id, "import", "listing", "full")
    assert (run["n_rows"], run["n_files"], run["is_complete_listing"]) == (2, 1, True)
    assert (run["watermark"], run["observed_at"]) == ("2025-01-03T00:00:00.000Z", DAY)


def test_the_landed_file_says_where_it_comes_from_but_not_the_folder(tmp_path: Path, bring: Import, home: Layout) -> None:
    bring(write_table(tmp_path / "dump.parquet", TABLE), hub="http://hub.test")
    file = landing_files(home.landing, "listing")[0]
    provenance = provenance_of(file)
    assert (provenance.hub, provenance.request) == ("http://hub.test", "import dump.parquet")
    assert str(tmp_path).encode() not in file.path.read_bytes()


def test_importing_twice_changes_nothing_and_says_so(tmp_path: Path, bring: Import, home: Layout) -> None:
    path = write_table(tmp_path / "dump.parquet", TABLE)
    first = bring(path)
    before = sorted(file for file in home.landing.rglob("*") if file.is_file())
    second = bring(path)
    assert (second.is_already_landed, second.run_id, second.n_rows) == (True, first.run_id, 2)
    assert sorted(file for file in home.landing.rglob("*") if file.is_file()) == before


def test_importing_again_does_not_make_a_listing_complete_and_says_so(tmp_path: Path, bring: Import, landed: Rows) -> None:
    path = write_table(tmp_path / "dump.parquet", TABLE)
    bring(path)
    assert "incomplete listing" in bring(path, is_complete=True).notes[0]
    assert [run["is_complete_listing"] for run in landed("runs")] == [False]


def test_another_day_or_other_bytes_are_another_run(tmp_path: Path, bring: Import) -> None:
    path = write_table(tmp_path / "dump.parquet", TABLE)
    runs = {bring(path).run_id, bring(path, observed_at=at("2025-02-01")).run_id, bring(path, "details").run_id}
    write_table(path, {"id": ["ann/three"]})
    assert len(runs | {bring(path).run_id}) == 4


def test_the_same_file_of_another_hub_is_another_run_and_needs_an_address(tmp_path: Path, bring: Import, landed: Rows) -> None:
    path = write_table(tmp_path / "dump.parquet", TABLE)
    ids = {bring(path).run_id, bring(path, hub="http://mirror.test").run_id, bring(path).run_id}
    assert len(ids) == 2
    assert {run["hub"] for run in landed("runs")} == {"https://huggingface.co", "http://mirror.test"}
    with pytest.raises(UsageError, match="no address of a hub"):
        bring(path, hub="mirror.test")


def test_an_import_that_was_killed_is_completed_by_the_next(
    tmp_path: Path, bring: Import, landed: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"snapshot": [f"2024-05-{day:02d}" for day in range(1, 6)], "id": ["ann/one"] * 5, "likes": list(range(5))}
    path = write_table(tmp_path / "daily.parquet", columns)
    whole, calls = importing.land, []

    def killed(*arguments: object) -> Path:
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append(arguments)
        return whole(*arguments)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(importing, "land", killed)
    with pytest.raises(KeyboardInterrupt):
        bring(path, "daily", observed_at=None)
    assert len(landed("daily")) == 3
    monkeypatch.setattr(importing, "land", whole)
    report = bring(path, "daily", observed_at=None)
    assert (report.is_already_landed, report.n_files) == (False, 5)
    assert [row["likes"] for row in landed("daily")] == list(range(5))


def test_a_failed_import_leaves_nothing_behind(tmp_path: Path, bring: Import, home: Layout) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    write_table(folder / "a.parquet", TABLE)
    write_table(folder / "b.parquet", {"words": ["x"]})
    with pytest.raises(UsageError, match=r"b\.parquet: found columns: words; expected: id"):
        bring(folder)
    assert not [file for file in home.landing.rglob("*") if file.is_file()]


def test_rows_without_any_date_are_refused_with_the_options_name(tmp_path: Path, bring: Import) -> None:
    with pytest.raises(UsageError) as caught:
        bring(write_table(tmp_path / "dump.parquet", TABLE), observed_at=None)
    assert "--observed-at" in caught.value.hint


@pytest.mark.parametrize("day", ["2024-13-01", "yesterday", None])
def test_a_time_series_with_an_unreadable_day_is_refused(tmp_path: Path, bring: Import, day: str | None) -> None:
    columns = {"snapshot": ["2024-05-08", day], "id": ["a/1", "a/2"], "likes": ["1", "2"]}
    with pytest.raises(UsageError, match="does not say when"):
        bring(write_table(tmp_path / "daily.parquet", columns), "daily", observed_at=None)


_SERIES = {"snapshot": ["2024-05-08"], "id": ["a/1"], "likes": ["1"]}
_DETAILS = {"id": ["a/1"], "mined": ["07-09-2024"], "raw_json": ["{}"]}
_CARDS = {"path": ["a/1"], "infos_json": ["{}"], "readme_bytes": [b"x"]}


@pytest.mark.parametrize(
    ("columns", "kind", "names"),
    [
        (_SERIES, "listing", "daily"),
        (_DETAILS, "listing", "details"),
        (_CARDS, "details", "listing"),
        (TABLE, "cards", "texts of cards"),
        (TABLE, "daily", "downloads and likes"),
    ],
)
def test_a_wrong_kind_is_refused_with_what_was_found_and_expected(
    tmp_path: Path, bring: Import, columns: dict[str, list[object]], kind: str, names: str
) -> None:
    with pytest.raises(UsageError) as caught:
        bring(write_table(tmp_path / "dump.parquet", columns), kind)
    assert all(name in str(caught.value) for name in columns)
    assert "expected: " in str(caught.value)
    assert names in caught.value.hint


def _cut(path: Path, share: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def _flipped(path: Path) -> Path:
    """Overwrite the first column's pages; the footer stays readable."""
    content = bytearray(path.read_bytes())
    content[4:200] = b"\xff" * 196
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_parquet_file_is_corrupt(tmp_path: Path, bring: Import, share: float) -> None:
    path = write_table(tmp_path / "dump.parquet", {"id": [f"ann/{n}" for n in range(500)]})
    with pytest.raises(CorruptFile) as caught:
        bring(_cut(path, share))
    assert caught.value.hint


def test_damaged_pages_of_a_parquet_file_are_found(tmp_path: Path, bring: Import, home: Layout) -> None:
    path = write_table(tmp_path / "dump.parquet", {"id": [f"ann/{n}" for n in range(5000)]})
    with pytest.raises(CorruptFile):
        bring(_flipped(path))
    assert not landing_files(home.landing, "listing")


def test_a_cut_gzip_file_is_corrupt(tmp_path: Path, bring: Import) -> None:
    pl.DataFrame({"id": [f"ann/{n}" for n in range(500)]}).write_ndjson(tmp_path / "d.jsonl.gz", compression="gzip")
    with pytest.raises(CorruptFile, match="cut or damaged"):
        bring(_cut(tmp_path / "d.jsonl.gz", 0.5))


@pytest.mark.parametrize("content", [b"<html></html>", b'[{"id": "a/1"}, {"id"', b"7", b'"text"'])
def test_a_file_that_holds_no_records_is_corrupt(tmp_path: Path, bring: Import, content: bytes) -> None:
    (tmp_path / "d.json").write_bytes(content)
    with pytest.raises(CorruptFile):
        bring(tmp_path / "d.json")


def test_records_of_something_else_are_refused(tmp_path: Path, bring: Import) -> None:
    with pytest.raises(UsageError, match="found columns: error; expected: id or modelId"):
        bring(write_json(tmp_path / "d.json", {"error": "Unauthorized"}))


def test_a_file_without_rows_is_refused(tmp_path: Path, bring: Import) -> None:
    empty = [write_json(tmp_path / "d.json", []), write_table(tmp_path / "d.parquet", pl.DataFrame(schema={"id": pl.String}))]
    for path in empty:
        with pytest.raises(UsageError, match="no rows"):
            bring(path)


def test_paths_that_lead_nowhere_are_refused_with_a_hint(tmp_path: Path, bring: Import) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "dump.xlsx").write_bytes(b"x")
    (tmp_path / "empty.jsonl").touch()
    for name, kind_of_error in [
        ("none.parquet", NotFound),
        ("folder", UsageError),
        ("dump.xlsx", UsageError),
        ("empty.jsonl", CorruptFile),
    ]:
        with pytest.raises(kind_of_error) as caught:
            bring(tmp_path / name)
        assert isinstance(caught.value, HubtreeError)
        assert caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, bring: Import) -> None:
    path = write_lines(tmp_path / "d.jsonl", {"id": "ann/one"})
    path.chmod(0)
    with pytest.raises(UsageError, match="may not be read"):
        bring(path)

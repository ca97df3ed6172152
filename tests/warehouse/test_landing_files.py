"""Landing files are written once, named by their content, and tell where they come from."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from warehouse.errors import CorruptFile, UsageError
from warehouse.files import remove_leftovers
from warehouse.landing import files as landing_files_module
from warehouse.landing.files import LandingFile, Provenance, land, landing_files, provenance_of, verify
from warehouse.landing.records import landing_frame
from warehouse.landing.schema import KINDS

NIGHT = datetime(2026, 11, 1, 23, 59, 59, 123456)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


def page(*ids: str, at: datetime = NIGHT) -> pl.DataFrame:
    return landing_frame([{"id": name, "likes": 3} for name in ids], at)


def told(run: str = "crawl-a", sequence: int = 0, at: datetime = NIGHT, **more: str) -> Provenance:
    return Provenance(run_id=run, sequence=sequence, observed_at=at, **more)  # type: ignore[arg-type]  # texts only


def only(landing: Path) -> LandingFile:
    (file,) = landing_files(landing, "listing")
    return file


def test_the_name_carries_run_number_and_the_digest_of_the_bytes(landing: Path) -> None:
    path = land(landing, "listing", page("ann/one"), told(sequence=7))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert path.relative_to(landing) == Path(f"kind=listing/observed_date=2026-11-01/crawl-a-000007-{digest}.parquet")
    assert only(landing) == LandingFile("2026-11-01", "crawl-a", 7, digest, "listing", path)


def test_the_same_rows_are_written_once(landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = land(landing, "listing", page("ann/one"), told())
    before = first.stat().st_mtime_ns, first.stat().st_ino
    monkeypatch.setattr(landing_files_module, "write_whole", None)
    assert land(landing, "listing", page("ann/one"), told()) == first
    assert (first.stat().st_mtime_ns, first.stat().st_ino) == before


def test_other_rows_never_overwrite_a_landed_file(landing: Path) -> None:
    first = land(landing, "listing", page("ann/one"), told())
    content = first.read_bytes()
    second = land(landing, "listing", page("ann/two"), told())
    assert first != second
    assert first.read_bytes() == content


def test_two_runs_of_the_same_second_stand_side_by_side(landing: Path) -> None:
    land(landing, "listing", page("ann/one"), told("crawl-a"))
    land(landing, "listing", page("ann/one"), told("crawl-b"))
    assert [file.run_id for file in landing_files(landing, "listing")] == ["crawl-a", "crawl-b"]


def test_every_flipped_bit_is_found(landing: Path) -> None:
    path = land(landing, "listing", page(*(f"ann/{n}" for n in range(50))), told())
    content = path.read_bytes()
    verify(only(landing))
    for position in range(0, len(content), max(1, len(content) // 97)):
        damaged = bytearray(content)
        damaged[position] ^= 1 << position % 8
        path.write_bytes(damaged)
        with pytest.raises(CorruptFile, match=path.name) as caught:
            verify(only(landing))
        assert caught.value.hint


def test_a_cut_file_is_found(landing: Path) -> None:
    path = land(landing, "listing", page("ann/one"), told())
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CorruptFile):
        verify(only(landing))


def test_provenance_comes_back_as_it_was_told(landing: Path) -> None:
    provenance = Provenance(
        run_id="crawl-a",
        sequence=3,
        observed_at=NIGHT,
        hub="http://hub.test/path",
        request="/api/models?limit=1000&expand[]=tags",
        next_cursor="http://hub.test/api/models?cursor=eyJ%3D&x=ü",
        headers={"etag": '"abc"', "ratelimit": '"api";r=1;t=2', "link": "<http://hub.test>; rel=next"},
    )
    land(landing, "listing", page("ann/one"), provenance)
    assert provenance_of(only(landing)) == provenance


def test_provenance_without_request_comes_back_empty(landing: Path) -> None:
    land(landing, "listing", page("ann/one"), told())
    assert provenance_of(only(landing)) == told()


def test_the_rows_read_back_are_the_rows_landed(landing: Path) -> None:
    rows = page("ann/one", "bob/two")
    land(landing, "listing", rows, told())
    assert pl.read_parquet(only(landing).path, hive_partitioning=False).equals(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_file_of_each_kind_is_a_fact_too(landing: Path, kind: str) -> None:
    empty = pl.DataFrame(schema=dict(KINDS[kind]))
    land(landing, kind, empty, told())
    (file,) = landing_files(landing, kind)
    verify(file)
    assert pl.read_parquet(file.path, hive_partitioning=False).schema == empty.schema


@pytest.mark.parametrize(
    "wrong",
    [
        page("ann/one").drop("likes"),
        page("ann/one").with_columns(more=1),
        page("ann/one").with_columns(pl.col("likes").cast(pl.Int32)),
        page("ann/one").select(reversed(page("ann/one").columns)).drop("raw"),
    ],
)
def test_rows_of_another_shape_are_refused(landing: Path, wrong: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="listing"):
        land(landing, "listing", wrong, told())
    assert not landing.exists()


def test_leftovers_and_strangers_are_never_taken_for_pages(landing: Path) -> None:
    path = land(landing, "listing", page("ann/one"), told())
    for name in (
        f".{path.name}.99999999.tmp",
        f"{path.name}.tmp",
        "notes.parquet",
        "crawl-a-000001.parquet",
        "crawl-a-000001-0123456789ABCDEF.parquet",
        "crawl-a-1-0123456789abcdef.parquet",
        f"{path.stem}.json",
    ):
        (path.parent / name).write_bytes(b"half")
    (landing / "kind=listing" / "somewhere").mkdir()
    (landing / "kind=listing" / "somewhere" / path.name).write_bytes(path.read_bytes())
    assert only(landing).path == path


def test_a_stray_file_beside_the_days_is_passed_over(landing: Path) -> None:
    path = land(landing, "listing", page("ann/one"), told())
    (landing / "kind=listing" / ".DS_Store").write_bytes(b"x")
    (landing / "kind=listing" / "observed_date=2026-11-02").write_bytes(b"a file where a folder belongs")
    (landing / "kind=listing" / "observed_date=today").mkdir()
    (landing / "kind=listing" / "observed_date=today" / path.name).write_bytes(path.read_bytes())
    assert only(landing).path == path


def test_leftovers_are_removed_and_nothing_else(landing: Path) -> None:
    path = land(landing, "listing", page("ann/one"), told())
    (path.parent / f".{path.name}.99999999.tmp").write_bytes(b"half")
    (path.parent / "keep.tmp").write_bytes(b"a person's own")
    assert remove_leftovers(landing) == 1
    assert sorted(file.name for file in path.parent.iterdir()) == sorted([path.name, "keep.tmp"])
    assert remove_leftovers(landing) == remove_leftovers(landing / "nowhere") == 0


@pytest.mark.parametrize("version", ["2", "0", ""])
def test_an_unknown_schema_version_is_refused(landing: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(landing_files_module, "SCHEMA_VERSION", version)
        land(landing, "listing", page("ann/one"), told())
    with pytest.raises(CorruptFile, match=f"schema {version}"):
        provenance_of(only(landing))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(64) + b"PAR1", b"<html>"])
def test_what_is_no_parquet_has_no_provenance(landing: Path, content: bytes) -> None:
    land(landing, "listing", page("ann/one"), told()).write_bytes(content)
    with pytest.raises(CorruptFile, match="not readable Parquet"):
        provenance_of(only(landing))


def test_parquet_of_others_has_no_provenance(landing: Path) -> None:
    page("ann/one").write_parquet(land(landing, "listing", page("ann/one"), told()))
    with pytest.raises(CorruptFile, match="schema none"):
        provenance_of(only(landing))


def test_files_come_by_day_then_run_then_number_and_as_of_counts_the_day_in(landing: Path) -> None:
    days = [NIGHT + timedelta(days=n) for n in (2, 0, 1)]
    for day in days:
        for sequence in (10, 2, 0):
            land(landing, "listing", page(f"ann/{sequence}", at=day), told(sequence=sequence, at=day))
    found = [(file.observed_date, file.sequence) for file in landing_files(landing, "listing")]
    assert found == [(f"2026-11-0{day}", sequence) for day in (1, 2, 3) for sequence in (0, 2, 10)]
    until = landing_files(landing, "listing", as_of=date(2026, 11, 2))
    assert [file.observed_date for file in until] == ["2026-11-01"] * 3 + ["2026-11-02"] * 3
    assert landing_files(landing, "listing", as_of=date(2026, 10, 31)) == []


def test_an_empty_landing_zone_has_no_files(landing: Path) -> None:
    assert landing_files(landing, "listing") == []


def test_the_day_of_a_file_is_the_day_of_its_instant(landing: Path) -> None:
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC).replace(tzinfo=None)
    land(landing, "listing", page("ann/one", at=at), told(at=at))
    assert only(landing).observed_date == "2026-12-31"

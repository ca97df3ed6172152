"""State files: a pure function of what they fold, told apart from nothing that reads, removed from nothing unproved."""

from __future__ import annotations

import os
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.bulk.importing import import_file
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.runs import finished_runs
from pipelines.crawl.watermark import since_of
from pipelines.doctor import examine
from pipelines.local_hub.sources import landed
from tests.builder.landed import land_records, record, settings_of
from tests.compaction.many_nights import HUB, land_nights, land_record
from warehouse.engine import Engine
from warehouse.errors import CorruptFile, Locked
from warehouse.landing import folding, states
from warehouse.landing.files import landing_files, located, one_a_path, provenance_of, unfolded_files, verify
from warehouse.landing.folding import compact
from warehouse.landing.removal_lock import reading_landing
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

AFTER = date(2026, 11, 20)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template") / "home"
    land_nights(Layout(home), 12, n_models=200)
    return home


@pytest.fixture
def nights(template: Path, home: Layout) -> Layout:
    shutil.copytree(template, home.home)
    return home


def paths(home: Layout, kind: str = "listing") -> list[Path]:
    return list(states.state_files(home.landing, kind))


def all_paths(home: Layout) -> list[str]:
    return sorted(path.name for path in home.landing.rglob("*.parquet"))


def test_every_reader_sees_the_same_files_rows_and_provenance(nights: Layout) -> None:
    files = {kind: landing_files(nights.landing, kind) for kind in KINDS}
    rows = {kind: scan_rows(files[kind], kind).collect() for kind in KINDS}
    provenance = [provenance_of(file) for kind in KINDS for file in files[kind]]
    asked = changed_cards(nights.landing, "changed", hub=HUB)
    runs, since, store = finished_runs(nights.landing), since_of(nights.landing, HUB, ""), landed(nights.landing)
    report = compact(nights.landing, before=AFTER, remove=True)
    assert report.n_removed == report.n_folded == sum(map(len, files.values()))
    for kind in KINDS:
        now = landing_files(nights.landing, kind)
        assert now == files[kind]
        assert [file.name for file in now] == [file.name for file in files[kind]]
        assert scan_rows(now, kind).collect().equals(rows[kind])
    assert [provenance_of(file) for kind in KINDS for file in landing_files(nights.landing, kind)] == provenance
    assert changed_cards(nights.landing, "changed", hub=HUB) == asked
    assert finished_runs(nights.landing).equals(runs)
    assert since_of(nights.landing, HUB, "") == since
    assert landed(nights.landing).records.equals(store.records)


def test_the_same_landing_files_fold_to_the_same_bytes(nights: Layout, tmp_path: Path) -> None:
    again = Layout(tmp_path / "again")
    land_nights(again, 12, n_models=200)
    for home in (nights, again):
        compact(home.landing, before=AFTER)
    assert all_paths(nights) == all_paths(again)
    assert [path.read_bytes() for path in paths(nights)] == [path.read_bytes() for path in paths(again)]
    assert compact(nights.landing, before=AFTER).n_states == 0


def test_a_month_that_is_not_over_stays_as_it_is(nights: Layout) -> None:
    assert compact(nights.landing, before=date(2026, 9, 30)).n_states == 0
    assert compact(nights.landing, before=date(2026, 10, 1)).n_states > 0


def test_what_lands_late_in_a_folded_month_is_read_and_folded_by_the_next_run(home: Layout) -> None:
    first = datetime(2026, 9, 4)
    for number in range(3):
        land_records(home, record(f"o/{number}"), at=first + timedelta(days=number), run=f"crawl-{number}")
    for number in range(4):
        land_record(home, f"crawl-{number}", first)
    compact(home.landing, before=AFTER, remove=True)
    for number in (3, 4):
        land_records(home, record(f"o/late-{number}"), at=first + timedelta(hours=number), run="crawl-3", sequence=number)
    names = [file.name for file in landing_files(home.landing, "listing")]
    assert len(names) == len(set(names)) == 5
    assert compact(home.landing, before=AFTER, remove=True).n_folded == 2
    assert [file.name for file in landing_files(home.landing, "listing")] == names
    assert len(paths(home)) == 2
    ids = scan_rows(landing_files(home.landing, "listing"), "listing").collect()["model_id"].to_list()
    assert ids == ["o/0", "o/late-3", "o/late-4", "o/1", "o/2"]


def test_an_unfinished_run_is_never_folded(home: Layout) -> None:
    at = datetime(2026, 9, 4)
    for number in range(3):
        land_records(home, record(f"o/{number}"), at=at, run="crawl-killed", sequence=number)
    assert compact(home.landing, before=AFTER, remove=True).n_folded == 0
    assert len(list(unfolded_files(home.landing, "listing"))) == 3


def test_an_import_folded_and_removed_is_not_landed_again(home: Layout, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(f'{{"id": "o/{n}"}}\n' for n in range(4)))
    days = [datetime(2026, 9, 4), datetime(2026, 9, 5)]
    for day in days:
        import_file(dump, "listing", home.landing, observed_at=day, started_at=day)
    assert compact(home.landing, before=AFTER, remove=True).n_removed == 6  # of each day the listing, its step and its run
    before = all_paths(home)
    again = import_file(dump, "listing", home.landing, observed_at=days[0], started_at=datetime(2026, 12, 1))
    assert again.is_already_landed
    assert all_paths(home) == before


def test_an_engine_reads_part_of_a_state_file_beside_what_is_not_folded(nights: Layout) -> None:
    files = landing_files(nights.landing, "listing")
    wanted = [files[0], *files[3:7], files[-1]]
    with Engine(nights.home / "scratch", threads=1, memory_limit="1GB") as engine:
        engine.see_landing("listing", wanted)
        expected = engine.table("landing_listing").sort("file_rank", "row_number")
    compact(nights.landing, before=AFTER, remove=True)
    assert [file.is_folded for file in located(wanted)] == [True] * len(wanted)
    with Engine(nights.home / "scratch", threads=1, memory_limit="1GB") as engine:
        engine.see_landing("listing", wanted)  # as they were listed before the removal
        found = engine.table("landing_listing").sort("file_rank", "row_number")
    assert found.equals(expected)


def test_a_flipped_bit_of_a_state_file_stops_whoever_compares(nights: Layout) -> None:
    compact(nights.landing, before=AFTER, remove=True)
    path = paths(nights)[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (file,) = one_a_path(landing_files(nights.landing, "listing"))
    with pytest.raises(CorruptFile, match=path.name) as caught:
        verify(file)
    assert "backup" in caught.value.hint
    faults = [found for found in examine(settings_of(nights), now=datetime(2026, 11, 20), deep=True) if found.state == "fault"]
    assert any(path.name in fault.found for fault in faults)


@pytest.mark.parametrize("damage", ["original", "state"])
def test_nothing_is_removed_that_was_not_proved_equal(nights: Layout, damage: str) -> None:
    compact(nights.landing, before=AFTER)
    before = all_paths(nights)
    victim = next(unfolded_files(nights.landing, "listing")).path if damage == "original" else paths(nights)[0]
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    with pytest.raises(CorruptFile):
        compact(nights.landing, before=AFTER, remove=True)
    assert [name for name in all_paths(nights) if name.startswith("listing-")] == [
        name for name in before if name.startswith("listing-")
    ]


def test_a_state_file_that_lies_is_found_out(nights: Layout) -> None:
    """Its name fits its bytes, but a value in it is another one than was landed."""
    rows_of = folding._rows_of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "_rows_of", lambda file: rows_of(file).with_columns(pl.lit("another").alias("hub_object_id")))
        folding.write_state(nights.landing, "listing", "2026-09", landing_files(nights.landing, "listing")[:4])
    with pytest.raises(CorruptFile, match="does not hold what"):
        compact(nights.landing, before=AFTER, remove=True)


def test_what_is_being_read_is_not_removed(nights: Layout) -> None:
    with reading_landing(nights.landing), pytest.raises(Locked) as caught:
        compact(nights.landing, before=AFTER, remove=True)
    assert caught.value.exit_code == 5
    with reading_landing(nights.landing), reading_landing(nights.landing):
        assert len(landing_files(nights.landing, "listing")) > 12
    assert compact(nights.landing, before=AFTER, remove=True).n_removed > 0


def test_parts_stay_below_their_size_and_hold_the_rows_in_order(nights: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = scan_rows(landing_files(nights.landing, "listing"), "listing").collect()
    sizes = [file.path.stat().st_size for file in landing_files(nights.landing, "listing")]
    monkeypatch.setattr("warehouse.landing.folding.PART_BYTES", max(sizes) * 2)
    compact(nights.landing, before=AFTER, remove=True)
    assert len(paths(nights)) > 2
    assert scan_rows(landing_files(nights.landing, "listing"), "listing").collect().equals(rows)


def test_a_state_file_of_another_version_is_refused(nights: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(states, "STATE_VERSION", "2")
        compact(nights.landing, before=AFTER)
        states._read_index.cache_clear()
    with pytest.raises(CorruptFile, match="version 2"):
        landing_files(nights.landing, "listing")


def test_a_full_disk_leaves_the_landing_zone_as_it_was(nights: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_paths(nights)
    replace, n_calls = os.replace, 0

    def third_fails(source: str, target: str) -> None:
        nonlocal n_calls
        n_calls += 1
        if n_calls == 3:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", third_fails)
    with pytest.raises(Exception, match="cannot write"):
        compact(nights.landing, before=AFTER, remove=True)
    assert set(before) <= set(all_paths(nights))
    assert not list(nights.landing.rglob("*.tmp"))

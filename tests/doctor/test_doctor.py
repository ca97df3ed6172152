"""The doctor finds what was broken on purpose, says what to do, and raises nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from small_hub import publish, small_hub
from small_hub_rows import SEEN

from pipelines.doctor import Finding, examine
from pipelines.living import start_time
from pipelines.settings import Settings
from warehouse.files import sha256_of
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import RUNS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"HUBTREE_HOME": str(tmp_path / "home")})


def published(settings: Settings, *, status: str = "full") -> Path:
    rows = small_hub()
    rows["runs"] = [row | {"status": status} for row in rows["runs"]]
    link = publish(settings.layout.published, rows)
    manifest = {"file": link.resolve().name, "sha256": sha256_of(link.resolve())}
    (link.parent / "manifest.json").write_text(json.dumps(manifest))
    return link


def found(settings: Settings, *, now: datetime = SEEN, deep: bool = False) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(settings, now=now, deep=deep)}


def test_an_empty_home_is_no_fault_and_says_how_to_begin(settings: Settings) -> None:
    findings = found(settings)
    assert not [finding for finding in findings.values() if finding.state == "fault"]
    assert "hubtree build" in findings["published file"].hint


def test_a_fresh_sound_file_is_fine(settings: Settings) -> None:
    published(settings)
    findings = found(settings)
    assert {findings[name].state for name in ("published file", "newest observation", "home")} == {"ok"}


def test_a_night_that_was_missed_is_told(settings: Settings) -> None:
    published(settings)
    assert found(settings, now=SEEN + timedelta(hours=37))["newest observation"].state == "note"


def test_a_failed_run_is_a_fault(settings: Settings) -> None:
    published(settings, status="failed")
    assert any(finding.state == "fault" and subject.startswith("last ") for subject, finding in found(settings).items())


def test_changed_bytes_are_a_fault(settings: Settings) -> None:
    file = published(settings).resolve()
    file.chmod(0o644)
    with file.open("ab") as stream:
        stream.write(b"x")
    assert (found(settings)["published file"].state, "changed" in found(settings)["published file"].found) == ("fault", True)


@pytest.mark.parametrize("content", [b"", b"no database at all", b"\0" * 5000])
def test_a_damaged_file_is_a_fault_and_no_traceback(settings: Settings, content: bytes) -> None:
    file = published(settings).resolve()
    file.chmod(0o644)
    file.write_bytes(content)
    (file.parent / "manifest.json").unlink()
    assert found(settings)["published file"].state == "fault"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"build_id": "other"}'])
def test_an_unreadable_or_foreign_manifest_is_told(settings: Settings, text: str) -> None:
    published(settings)
    (settings.layout.published / "manifest.json").write_text(text)
    assert found(settings)["published file"].state == "note"


def test_what_a_killed_build_left_is_told(settings: Settings) -> None:
    (settings.layout.build / "build-dead").mkdir(parents=True)
    assert "build-dead" in found(settings)["unfinished builds"].found


def test_little_room_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    assert found(settings)["room on disk"].state == "note"


def test_a_token_is_never_shown(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "s3cret" * 5)
    assert "s3cret" not in repr(list(found(settings).values()))
    assert found(settings)["token"].state == "ok"


def services(settings: Settings, **pids: int) -> None:
    """Write down processes as make up does."""
    parts = [{"name": name, "pid": pid, "started": start_time(pid) or "long ago"} for name, pid in pids.items()]
    settings.layout.airflow.mkdir(parents=True, exist_ok=True)
    (settings.layout.airflow / "services.json").write_text(json.dumps({"port": 8080, "parts": parts}))


def test_airflow_is_started_only_while_its_processes_live(settings: Settings) -> None:
    assert found(settings)["Airflow"].state == "note"
    with subprocess.Popen(["sleep", "60"]) as scheduler:
        services(settings, scheduler=scheduler.pid, **{"api-server": os.getpid()})
        assert (found(settings)["Airflow"].state, "8080" in found(settings)["Airflow"].found) == ("ok", True)
        scheduler.kill()
    told = found(settings)["Airflow"]
    assert (told.state, "scheduler ended" in told.found, "api-server" in told.found) == ("fault", True, False)
    assert "make up" in told.hint


def test_a_number_that_another_process_has_now_is_no_life(settings: Settings) -> None:
    services(settings, scheduler=os.getpid())
    kept = settings.layout.airflow / "services.json"
    kept.write_text(kept.read_text().replace(str(start_time(os.getpid())), "another boot/1"))
    assert found(settings)["Airflow"].state == "fault"


def test_deep_reads_the_landing_zone_and_names_a_flipped_bit(settings: Settings) -> None:
    provenance = Provenance(run_id="crawl-1", sequence=0, observed_at=SEEN)
    file = land(settings.layout.landing, "runs", pl.DataFrame(schema=RUNS), provenance)
    assert found(settings, deep=True)["landing zone"].found.startswith("1 files")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(bytes(content))
    assert file.name in found(settings, deep=True)["landing file"].found
    assert "landing file" not in found(settings)

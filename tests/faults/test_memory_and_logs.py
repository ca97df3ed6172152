"""Too little memory ends a build in one clear line; a log beside the published file never reaches a reader."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from homes import settings_of
from small_hub import publish, small_hub

from pipelines.checks.previous import read_previous
from pipelines.cli import main
from pipelines.query.run import run_query
from warehouse import publisher
from warehouse.errors import CorruptFile
from warehouse.paths import Layout
from warehouse.reading import write_ahead_log


@pytest.mark.parametrize("memory", ["2MB", "6MB"])
def test_a_build_without_enough_memory_says_so_and_leaves_the_published_file(
    small_night: Path, tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Path(shutil.copytree(small_night, tmp_path / "home", symlinks=True))
    before = Layout(home).database.resolve()
    for name, value in (("HOME", str(home)), ("THREADS", "1"), ("MEMORY_LIMIT", memory)):
        monkeypatch.setenv(f"HUBTREE_{name}", value)
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["build", "--quiet"])
    message, hint = capsys.readouterr().err.splitlines()
    assert ended.value.code == 3
    assert "not enough memory to make" in message
    assert "HUBTREE_MEMORY_LIMIT" in hint
    assert Layout(home).database.resolve() == before
    assert not list(home.rglob("*.tmp"))
    assert settings_of(home).memory_limit == "4GB"


def log_of_somebody(database: Path, folder: Path) -> bytes:
    """The log of a writer that emptied the table of models and died."""
    copy = folder / "copy.duckdb"
    copy.write_bytes(database.read_bytes())
    copy.chmod(0o644)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("delete from models")
        return write_ahead_log(copy).read_bytes()


def test_a_log_beside_the_published_file_is_refused_by_every_reader(tmp_path: Path) -> None:
    link = publish(tmp_path, small_hub())
    target = link.resolve()
    write_ahead_log(target).write_bytes(log_of_somebody(target, tmp_path))
    for read in (
        lambda: run_query(link, "select count(*) from models"),
        lambda: publisher.rows_of(target, "runs"),
    ):
        with pytest.raises(CorruptFile, match="somebody wrote to") as caught:
            read()
        assert "hubtree build" in caught.value.hint
    assert read_previous(target).unreadable
    write_ahead_log(target).unlink()
    assert run_query(link, "select count(*) as n from models").frame["n"][0] > 0


def test_placing_a_file_under_an_old_name_takes_the_old_log_away(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "home")
    layout.published.mkdir(parents=True)
    target = layout.published / "hub-as-of-2026-11-01.duckdb"
    database = publish(tmp_path, small_hub()).resolve()
    write_ahead_log(target).write_bytes(log_of_somebody(database, tmp_path))
    publisher.place(layout, database, target.stem)
    assert not write_ahead_log(target).exists()
    assert run_query(target, "select count(*) as n from models").frame["n"][0] > 0

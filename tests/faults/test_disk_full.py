"""No space at any moment: exit code 3, one line with a hint, nothing half-written, and the next run completes."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from homes import assert_same, assert_tidy, published_tables, settings_of

from pipelines import steps
from pipelines.cli import main
from pipelines.local_hub.serving import RunningHub
from warehouse.landing.files import landing_files, verify
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

WRITES = ((os, "fsync"), (os, "replace"), (Path, "write_bytes"), (Path, "write_text"), (Path, "symlink_to"))
"""What is refused, counted together: the 1st time, the 2nd, … until a run completes."""

MOST_WRITES = 200

FREE_KIB = (0, 32, 64, 128, 192, 256, 320, 448, 640, 896, 1280, 1792, 2560, 3584)
"""Room left on the disk before a build; every third in `make test`."""

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process: exit code, and what it wrote to standard error."""

    def run(home: Path, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("HUBTREE_HOME", str(home))
        monkeypatch.setenv("HUBTREE_THREADS", "1")
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*words, "--quiet"])
        return int(ended.value.code or 0), capsys.readouterr().err

    return run


def refuse_write(patch: pytest.MonkeyPatch, number: int) -> None:
    """Let the ``number``-th write find the disk full, and only that one."""
    n_writes = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def write(*arguments: object, **options: object) -> object:
            nonlocal n_writes
            n_writes += 1
            if n_writes == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **options)

        return write

    for owner, name in WRITES:
        patch.setattr(owner, name, counted(getattr(owner, name)))


def refused_until_through(
    monkeypatch: pytest.MonkeyPatch, attempt: Callable[[], tuple[int, str]], *, stride: int = 1
) -> Iterator[int]:
    """Attempt it with the 1st, 2nd, … write refused; yield each time it failed as promised, end when it succeeds.

    ``stride``: try every so manieth write alone.
    """
    for number in range(1, MOST_WRITES, stride):
        with monkeypatch.context() as patch:
            refuse_write(patch, number)
            code, said = attempt()
        if code == 0:
            return
        assert_told(code, said, f"write {number}")
        yield number
    pytest.fail(f"not through after {MOST_WRITES} writes")


def assert_told(code: int, said: str, where: str) -> None:
    assert code == 3, f"{where}: {said}"
    message, hint = said.splitlines()
    assert message.startswith("hubtree: "), where
    assert "no space left" in message.lower(), f"{where}: {said}"
    assert hint.startswith("  hint: free some space"), f"{where}: {said}"


def assert_landed_whole(layout: Layout, where: object) -> None:
    for kind in KINDS:
        for file in landing_files(layout.landing, kind):
            verify(file)
    assert not list(layout.home.rglob("*.tmp")), where


def test_a_crawl_goes_on_where_the_disk_was_full(
    hub: RunningHub, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_refused = 0
    words = ("crawl", "--mode", "full", "--hub", hub.endpoint)
    for number in refused_until_through(monkeypatch, lambda: command(tmp_path, *words)):
        n_refused += 1
        assert_landed_whole(Layout(tmp_path), number)
    assert n_refused >= 4  # of a page and the run's record: what has landed is not written again
    assert_landed_whole(Layout(tmp_path), "end")
    assert command(tmp_path, "build")[0] == 0
    with_all = tmp_path / "left-alone"
    assert command(with_all, *words)[0] == command(with_all, "build")[0] == 0
    found, expected = (
        published_tables(Layout(home))["models"].drop("first_seen_at", "last_seen_at") for home in (tmp_path, with_all)
    )
    assert found.equals(expected)


def test_an_import_leaves_nothing_half_landed(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = tmp_path / "dump.json"
    dump.write_bytes(orjson.dumps([{"id": f"ann/{number}"} for number in range(20)]))
    words = ("import", str(dump), "--kind", "listing", "--observed-at", "2026-12-01")
    refused = [
        assert_landed_whole(Layout(tmp_path / "home"), number)
        for number in refused_until_through(monkeypatch, lambda: command(tmp_path / "home", *words))
    ]
    assert len(refused) >= 4
    assert len(landing_files(Layout(tmp_path / "home").landing, "listing")) == 1
    assert len(landing_files(Layout(tmp_path / "home").landing, "runs")) == 1


@pytest.mark.timeout(3000)
def test_a_build_keeps_the_published_file_until_the_new_one_is_whole(
    one_night: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, every_fault: bool
) -> None:
    home = Path(shutil.copytree(one_night, tmp_path / "home", symlinks=True))
    old, n_refused = published_tables(Layout(home)), 0
    stride = 1 if every_fault else 36
    for number in refused_until_through(monkeypatch, lambda: command(home, "build"), stride=stride):
        n_refused += 1
        found = published_tables(Layout(home))
        assert found["models"].height in (old["models"].height, old["models"].height + 5), number
        assert not [path for path in home.rglob("*.tmp") if path.parent != home / "published"], number
    assert n_refused * stride >= 30
    left_alone = Path(shutil.copytree(one_night, tmp_path / "left-alone", symlinks=True))
    steps.build(settings_of(left_alone))
    assert_same(published_tables(Layout(home)), published_tables(Layout(left_alone)), "end")
    assert_tidy(Layout(home), "end")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 96 MB: the home of a night, and as much again for the next build."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", place], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a small file system")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_really_full_is_told_whoever_writes(
    one_night: Path, small_disk: Path, command: Command, every_fault: bool
) -> None:
    home = Path(shutil.copytree(one_night, small_disk / "home", symlinks=True))
    old, filler = published_tables(Layout(home)), small_disk / "filler"
    for free_kib in FREE_KIB[:: 1 if every_fault else 3]:
        filler.unlink(missing_ok=True)
        shutil.rmtree(home / "build", ignore_errors=True)
        space = os.statvfs(small_disk)
        filler.write_bytes(bytes(max(0, space.f_bavail * space.f_frsize - free_kib * 1024)))
        code, said = command(home, "build")
        assert_told(code, said, f"{free_kib} KiB free")
        assert_same(published_tables(Layout(home)), old, f"{free_kib} KiB free")
    filler.unlink()
    assert command(home, "build")[0] == 0
    assert published_tables(Layout(home))["models"].height == old["models"].height + 5
    assert_tidy(Layout(home), "end")

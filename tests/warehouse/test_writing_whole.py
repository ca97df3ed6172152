"""A file is there whole or not at all, whatever stops the writing."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from warehouse import files
from warehouse.errors import NoSpace
from warehouse.files import remove_leftovers, sha256_of, write_whole


def test_the_file_gets_its_name_only_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "a.bin"

    def write(temporary: Path) -> None:
        temporary.write_bytes(b"whole")
        assert not target.exists()
        assert temporary.parent == target.parent

    assert write_whole(target, write) == target
    assert target.read_bytes() == b"whole"
    assert list(target.parent.iterdir()) == [target]


def test_bytes_reach_the_disk_before_the_name_and_the_name_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    replace, fsync = os.replace, files.fsync
    monkeypatch.setattr(files, "fsync", lambda path: (events.append(f"fsync {path.name.split('.')[-1]}"), fsync(path)))
    monkeypatch.setattr(os, "replace", lambda *names: (events.append("rename"), replace(*names)))
    (tmp_path / "folder").mkdir()
    write_whole(tmp_path / "folder" / "a.bin", lambda path: path.write_bytes(b"x"))
    assert events == ["fsync tmp", "rename", "fsync folder"]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_refused_write_is_no_space_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: int
) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    if step != "write":
        monkeypatch.setattr(*((files, "fsync") if step == "fsync" else (os, "replace")), refuse)
    with pytest.raises(NoSpace, match=os.strerror(error)) as caught:
        write_whole(target, refuse if step == "write" else lambda path: path.write_bytes(b"new"))
    assert (caught.value.exit_code, bool(caught.value.hint)) == (3, True)
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.bin"]


def test_a_writer_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def write(temporary: Path) -> None:
        temporary.write_bytes(b"half")
        raise ValueError("bad value")

    with pytest.raises(ValueError, match="bad value"):
        write_whole(tmp_path / "a.bin", write)
    assert list(tmp_path.iterdir()) == []


def test_other_errors_of_the_system_are_not_called_no_space(tmp_path: Path) -> None:
    def write(_: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(OSError, match="Input/output") as caught:
        write_whole(tmp_path / "a.bin", write)
    assert not isinstance(caught.value, NoSpace)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_no_space(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(NoSpace, match="Permission denied"):
            write_whole(tmp_path / "a.bin", lambda path: path.write_bytes(b"x"))
    finally:
        tmp_path.chmod(0o700)


def test_a_file_where_a_folder_belongs_is_told_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(OSError, match=r"home") as caught:
        write_whole(tmp_path / "home" / "a.bin", lambda path: path.write_bytes(b"x"))
    assert caught.value.filename


ROWS = pl.DataFrame({"number": range(1000)})


@pytest.mark.parametrize(
    "write", [lambda full: full.write_bytes(b"x"), ROWS.write_parquet, ROWS.write_csv], ids=["bytes", "parquet", "csv"]
)
def test_a_full_device_is_no_space_whoever_writes(tmp_path: Path, write: Callable[[Path], object]) -> None:
    """A real one: the kernel refuses every byte. Polars raises errors of its own classes then."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(NoSpace, match="No space left"):
        write_whole(tmp_path / "a.bin", lambda _: write(full))


KILLED = """
import os, signal, sys
from pathlib import Path
from warehouse.files import write_whole
def write(path):
    path.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
write_whole(Path(sys.argv[1]), write)
"""


def test_a_killed_writer_leaves_a_leftover_that_no_pattern_matches(tmp_path: Path) -> None:
    target = tmp_path / "page.parquet"
    ended = subprocess.run([sys.executable, "-c", KILLED, str(target)], cwd=Path(files.__file__).parents[1], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not target.exists()
    assert list(tmp_path.glob("*.parquet")) == []
    assert remove_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_another_living_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    living = tmp_path / f".page.parquet.{os.getppid()}.tmp"
    dead = tmp_path / ".page.parquet.99999999.tmp"
    own = tmp_path / f".page.parquet.{os.getpid()}.tmp"
    for path in (living, dead, own):
        path.write_bytes(b"half")
    assert remove_leftovers(tmp_path) == 2
    assert list(tmp_path.iterdir()) == [living]


def test_sha256_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a").startswith("ba7816bf")

"""Showing a finished folder in one step: ``extracts`` is a link, and a new folder is shown by moving the link.

A reader sees the old folder or the new one, whole. The folder shown before is kept for readers who are still in it. Folders
bear the process that fills them in their name until they are finished, so that what a killed process left can be removed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import UsageError
from warehouse.files import TEMPORARY_SUFFIX, fsync, no_space


@contextmanager
def replacing(shown: Path) -> Iterator[Path]:
    """Give a new empty folder to be filled; when the context ends without an error, ``shown`` is a link to it.

    Raises:
        UsageError: a file or a filled folder that is no such link stands at ``shown``; it is left alone.
        NoSpace: the folder can't be written.
    """
    _require_replaceable(shown)
    try:
        folder = _new_folder(shown)
        try:
            yield folder
            _show(folder, shown)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # gone already when it was finished
    except OSError as error:
        raise no_space(error, shown) from error


def _require_replaceable(shown: Path) -> None:
    if shown.is_symlink() or not shown.exists():
        return
    if not shown.is_dir() or any(shown.iterdir()):
        hint = "move it away, or choose another folder"
        raise UsageError(f"{shown} is in the way: it was not written by an extract", hint=hint, path=shown)


def _new_folder(shown: Path) -> Path:
    """Make the folder to be filled, and remove those of processes that ended before they finished theirs."""
    shown.parent.mkdir(parents=True, exist_ok=True)
    for folder in shown.parent.glob(f".{shown.name}.*-*{TEMPORARY_SUFFIX}"):
        process = folder.name.removeprefix(f".{shown.name}.").partition("-")[0]
        if not _is_alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)
    prefix = f".{shown.name}.{os.getpid()}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=TEMPORARY_SUFFIX, dir=shown.parent))
    folder.chmod(0o755)
    return folder


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _show(folder: Path, shown: Path) -> None:
    """Flush the folder to disk, give it its lasting name, move the link to it, and forget what was shown before the last."""
    for path in (*folder.rglob("*"), folder):
        fsync(path)
    with _alone(shown):
        previous = shown.parent / os.readlink(shown) if shown.is_symlink() else None
        finished = _finished(folder, shown)
        os.replace(folder, finished)
        _point(shown, finished)
        for old in shown.parent.glob(f".{shown.name}-*"):
            if old not in {finished, previous}:
                shutil.rmtree(old, ignore_errors=True)


def _finished(folder: Path, shown: Path) -> Path:
    """Return the name without the process: ``.extracts.<process>-<token>.tmp`` becomes ``.extracts-<token>``."""
    token = folder.name.removesuffix(TEMPORARY_SUFFIX).rpartition("-")[2]
    return shown.with_name(f".{shown.name}-{token}")


def _point(shown: Path, target: Path) -> None:
    for left in shown.parent.glob(f".{shown.name}.*.link{TEMPORARY_SUFFIX}"):
        left.unlink(missing_ok=True)  # of a killed process: who makes one is alone
    link = shown.with_name(f".{shown.name}.{os.getpid()}.link{TEMPORARY_SUFFIX}")
    link.symlink_to(target.name)
    if shown.is_dir() and not shown.is_symlink():
        shown.rmdir()  # empty, see _require_replaceable
    os.replace(link, shown)
    fsync(shown.parent)


@contextmanager
def _alone(shown: Path) -> Iterator[None]:
    """Let one process at a time move the link, for the moment that takes."""
    descriptor = os.open(shown.with_name(f".{shown.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

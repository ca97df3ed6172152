"""Writing files so that they are there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from warehouse.errors import HubtreeError, NoSpace

TEMPORARY_SUFFIX = ".tmp"
"""No reader's pattern matches it; leftovers of a killed process are removed by `remove_leftovers`."""

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}
_FULL_BELOW = 256 * 1024
"""Bytes left on a disk below which an error met while writing is taken for want of space: Polars' errors don't always say."""


def write_whole(path: Path, write: Callable[[Path], object], *, durable: bool = True) -> Path:
    """Let ``write`` fill a temporary file, flush it to disk, and give it its name in one rename.

    Raises:
        NoSpace: the disk is full, or the folder can't be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        if durable:
            fsync(temporary)
        os.replace(temporary, path)
        if durable:
            fsync(path.parent)
    except Exception as error:
        raise no_space(error, path) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def no_space(error: Exception, path: Path) -> Exception:
    """Turn a refused write, or a want of memory, into `NoSpace`; any other error is returned as it is."""
    if isinstance(error, HubtreeError):
        return error
    if _is_out_of_memory(error):
        hint = "raise HUBTREE_MEMORY_LIMIT, lower HUBTREE_THREADS, or free some space for what DuckDB spills"
        return NoSpace(f"not enough memory to make {path.name}", hint=hint, path=path)
    number = error.errno if isinstance(error, OSError) and error.errno else _meant(error, path)
    if number not in _NO_SPACE:
        return error
    hint = "free some space, or point HUBTREE_HOME at a folder that can be written"
    return NoSpace(f"cannot write {path}: {os.strerror(number)}", hint=hint, path=path)


def _is_out_of_memory(error: BaseException | None) -> bool:
    """Tell whether memory ran out, Python's or that which DuckDB may take (this module does not import it to ask)."""
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"


def _meant(error: Exception, path: Path) -> int:
    """Return the system's number for an error that DuckDB or Polars worded, 0 if it is none of ours."""
    text = str(error).lower()
    told = [number for number in sorted(_NO_SPACE) if os.strerror(number).lower() in text]
    if not told and path.parent.is_dir() and shutil.disk_usage(path.parent).free < _FULL_BELOW:
        return errno.ENOSPC
    return told[0] if told else 0


def fsync(path: Path) -> None:
    """Flush a file or a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_leftovers(folder: Path) -> int:
    """Delete temporary files that a killed process left below ``folder``; return how many.

    The name tells the process: what another living one is writing is left alone.
    """
    leftovers = [path for path in folder.rglob(f".*.*{TEMPORARY_SUFFIX}") if not _is_being_written(path)]
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    return len(leftovers)


def _is_being_written(temporary: Path) -> bool:
    process = temporary.name.removesuffix(TEMPORARY_SUFFIX).rpartition(".")[2]
    if not process.isdecimal() or int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True

"""Landing files that somebody reads are not removed: readers share the landing zone's folder, a removal needs it alone.

The lock is the operating system's on the folder itself, so it writes nothing and ends with the process that holds it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.errors import Locked


@contextmanager
def reading_landing(landing: Path) -> Iterator[None]:
    """Hold the landing zone as one of its readers; waits while folded files are being removed, which is short."""
    if not landing.is_dir():
        yield
        return
    descriptor = os.open(landing, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks: a removal refuses to work there
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def removing_from_landing(landing: Path) -> Iterator[None]:
    """Hold the landing zone alone.

    Raises:
        Locked: a build or another reader is at work, or the file system knows no locks.
    """
    descriptor = os.open(landing, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            hint = "everything folded stays; run hubtree compact --remove again when the build has ended"
            raise Locked(f"landing files in {landing} are being read", hint=hint, lock=landing) from error
        yield
    finally:
        os.close(descriptor)

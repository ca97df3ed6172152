"""One crawler for each landing zone."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from warehouse.errors import Locked
from warehouse.files import no_space

_NAME = ".crawl.lock"


@contextmanager
def crawler_lock(landing: Path) -> Iterator[None]:
    """Hold the landing zone for this process while the context lasts.

    The operating system holds the lock for as long as the process lives, so that of a dead process is free at once; the
    file's text only tells who that is.

    Raises:
        Locked: another process crawls into this landing zone.
        NoSpace: the folder can't be written.
    """
    path = landing / _NAME
    try:
        landing.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise no_space(error, path) from error
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _locked(path) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, orjson.dumps({"host": socket.gethostname(), "pid": os.getpid()}))


def _locked(path: Path) -> Locked:
    try:
        holder = orjson.loads(path.read_bytes())
        who = f"process {holder['pid']} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):  # the holder has not written its name yet
        who = "another process"
    return Locked(f"{who} is crawling into {path.parent}", hint="wait until it ends, or choose another HUBTREE_HOME", lock=path)

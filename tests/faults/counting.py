"""The counting loop (SQLite's habit): the k-th write, fsync, rename or request fails, for every k, until none does.

A `Fault` counts what it could strike and strikes once, or from then on. What is written, renamed and asked is counted where
Python calls it: the names below are all there are in the code that lands.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import polars as pl
import pytest

from pipelines.crawl.client import HubClient

WRITES: tuple[tuple[Any, str], ...] = (
    (os, "fsync"),
    (os, "replace"),
    (os, "rename"),
    (Path, "write_bytes"),
    (Path, "write_text"),
    (Path, "symlink_to"),
    (Path, "rename"),
    (pl.DataFrame, "write_parquet"),
)
EXPECTED = (OSError, pl.exceptions.PolarsError)
"""What an injected failure may surface as, besides hubtree's own errors: never as an error of the code itself."""


class Fault:
    """Counts, and raises what it is told at the ``number``-th call: that one alone, or every one from then on."""

    def __init__(self, number: int, make: Callable[[], Exception], *, for_good: bool = False) -> None:
        self.n_calls = 0
        self.has_struck = False
        self._number, self._make, self._for_good = number, make, for_good
        self._guard = threading.Lock()

    def meet(self) -> None:
        """Be called where a failure is possible."""
        with self._guard:
            self.n_calls += 1
            strikes = self.n_calls >= self._number if self._for_good else self.n_calls == self._number
            self.has_struck |= strikes
        if strikes:
            raise self._make()


def _counted(real: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    def call(*words: Any, **options: Any) -> Any:
        fault.meet()
        return real(*words, **options)

    return call


@contextmanager
def striking(kind: str, fault: Fault) -> Iterator[Fault]:
    """Put the fault where files are written or requests are sent, while the context lasts."""
    with pytest.MonkeyPatch.context() as patch:
        if kind == "write":
            for owner, name in WRITES:
                patch.setattr(owner, name, _counted(getattr(owner, name), fault))
        else:
            patch.setattr(HubClient, "_exchange", _counted(HubClient._exchange, fault))
        yield fault


def no_space() -> Exception:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def input_output_error() -> Exception:
    return OSError(errno.EIO, os.strerror(errno.EIO))


def broken_connection() -> Exception:
    return httpx2.ReadError("injected")

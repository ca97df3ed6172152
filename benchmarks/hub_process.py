"""An embedded hub in a process of its own, for as long as a block lasts."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measuring import HUBTREE, BenchmarkFailed, environment, module

_READY_SECONDS = 300
_END_SECONDS = 10


@contextmanager
def serving(folder: Path, *options: object) -> Iterator[str]:
    """Run ``hubtree local-hub`` with these options; the value is its address, its log is ``requests.jsonl`` in the folder.

    Raises:
        BenchmarkFailed: it does not start.
    """
    files = ("--ready-file", folder / "ready", "--log-file", folder / "requests.jsonl")
    with _running(folder, [HUBTREE, "local-hub", *map(str, options), *map(str, files)]) as address:
        yield address


@contextmanager
def serving_clean(folder: Path, n_models: int) -> Iterator[str]:
    """Run `serve_clean` in the same way."""
    with _running(folder, module("serve_clean", n_models, folder / "ready", folder / "requests.jsonl")) as address:
        yield address


@contextmanager
def _running(folder: Path, command: Sequence[str]) -> Iterator[str]:
    folder.mkdir(parents=True)
    said = folder / "said.txt"
    with said.open("w") as output:
        hub = subprocess.Popen(command, stdout=output, stderr=output, env=environment())
        try:
            yield _address(hub, folder / "ready", said)
        finally:
            hub.terminate()
            hub.wait(_END_SECONDS)


def _address(hub: subprocess.Popen[bytes], ready: Path, said: Path) -> str:
    deadline = time.monotonic() + _READY_SECONDS
    while hub.poll() is None and time.monotonic() < deadline:
        if ready.is_file() and (address := ready.read_text(encoding="utf-8").strip()):
            return address
        time.sleep(0.05)
    raise BenchmarkFailed(f"the embedded hub did not start: {said.read_text(encoding='utf-8')}")

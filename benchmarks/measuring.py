"""Outside a measured process: wall seconds, CPU seconds and peak memory of a command, and two or more of them in alternation.

The benchmark's own process stays small and imports nothing heavy: a child's peak memory is counted from its fork on.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""

HUBTREE = str(Path(sys.executable).parent / "hubtree")
"""The command as users start it."""

_SECRETS = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE"}
_LAST_LINES = 15
_WATCHED_EVERY = 0.02
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


class BenchmarkFailed(Exception):
    """A measured command failed, or two ways that should give the same numbers do not."""


@dataclass(frozen=True)
class Measured:
    """One run of one command."""

    wall_seconds: float
    cpu_seconds: float
    """User and system time of all threads and of the processes it started and waited for."""
    peak_bytes: int
    """Largest resident set of the process, or of the largest process it waited for."""
    stages: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Wall and CPU seconds by stage, where the command tells them (see `stopwatch`)."""
    told: Any = None


def module(name: str, *arguments: object) -> list[str]:
    """Return the command that runs a module of this package."""
    return [sys.executable, "-m", f"benchmarks.{name}", *(str(argument) for argument in arguments)]


def environment(home: Path | None = None, **more: str) -> dict[str, str]:
    """Return the environment of a measured process: this one, without the user's hub and token."""
    kept = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    local = {"NO_PROXY": "127.0.0.1,localhost", "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONPATH": str(ROOT)}
    return {**kept, **local, **({"HUBTREE_HOME": str(home)} if home else {}), **more}


def measure(command: Sequence[str], *, home: Path | None = None, tells: bool = True) -> Measured:
    """Run a command to its end and measure it.

    Args:
        command: what is run.
        home: the hubtree home it works in.
        tells: whether its last line is that of `stopwatch.Stopwatch.tell`.

    Raises:
        BenchmarkFailed: it ended with another code than 0.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=errors, env=environment(home), cwd=ROOT)
        with _watching(child.pid) as peaks:
            _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise BenchmarkFailed(f"{' '.join(command)} ended with {child.returncode}:\n{_end_of(errors)}")
        answer = json.loads(_lines(output)[-1]) if tells else {}
    seconds = usage.ru_utime + usage.ru_stime
    return Measured(wall, seconds, max(usage.ru_maxrss * 1024, *peaks), answer.get("stages", {}), answer.get("told"))


@contextmanager
def _watching(pid: int) -> Iterator[list[int]]:
    """Note the largest resident set of a process again and again: a build sets the system's own mark back at each step."""
    peaks, ended = [0], Event()

    def watch() -> None:
        while not ended.wait(_WATCHED_EVERY):
            with suppress(OSError):
                if found := _PEAK.search(Path(f"/proc/{pid}/status").read_text()):
                    peaks[0] = max(peaks[0], int(found[1]) * 1024)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        ended.set()
        watcher.join()


def alternate(
    ways: Mapping[str, Callable[[], Measured]],
    rounds: int,
    first_round_ended: Callable[[dict[str, Measured]], None] | None = None,
) -> dict[str, list[Measured]]:
    """Run every way once a round, the order turned round each time, so that a drift of the machine meets all alike.

    Args:
        ways: what is run, by name.
        rounds: how often.
        first_round_ended: looks at the first round's runs, and may refuse to go on.
    """
    runs: dict[str, list[Measured]] = {name: [] for name in ways}
    for number in range(rounds):
        names = list(ways)[:: -1 if number % 2 else 1]
        for name in names:
            runs[name].append(ways[name]())
        if number == 0 and first_round_ended:
            first_round_ended({name: runs[name][0] for name in names})
    return runs


def ratio(above: Iterable[float], below: Iterable[float]) -> float:
    """Return the median over the rounds of one way's figure divided by the other's of the same round."""
    return median(first / second for first, second in zip(above, below, strict=True))


def _lines(file: IO[str]) -> list[str]:
    file.seek(0)
    return file.read().splitlines()


def _end_of(file: IO[str]) -> str:
    return "\n".join(_lines(file)[-_LAST_LINES:])

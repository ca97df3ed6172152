"""Starting processes that outlive a command, and ending exactly those.

A process is known by its number and its start time together, so a number that the system has given to somebody else
since is never signalled. Each is the leader of a session of its own: its children go with it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.living import start_time
from warehouse.errors import Locked

_POLL_SECONDS = 0.1
_KILL_SECONDS = 5.0
"""A killed process disappears at once; this bounds the wait for one that hangs in the kernel."""


@dataclass(frozen=True)
class Process:
    """A process started by hubtree; `started` tells it apart from a later one with the same number."""

    name: str
    pid: int
    started: str

    @property
    def is_running(self) -> bool:
        """True while this very process lives; a dead one that nobody has waited for counts as gone."""
        return start_time(self.pid) == self.started

    def to_record(self) -> dict[str, object]:
        """Return what a state file keeps of it."""
        return asdict(self)


@contextlib.contextmanager
def only_one(lock: Path, command: str) -> Iterator[None]:
    """Let one process at a time into a block; the system frees the lock of a killed one.

    Raises:
        Locked: another process is in such a block.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Locked(f"another {command} is at work in {lock.parent}", hint="wait until it has ended") from error
        yield


def start(name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path, folder: Path) -> Process:
    """Start ``command`` in a session of its own, with its output in ``log`` (begun anew)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    # A command started in the background of a script inherits an ignored SIGINT, and would hand it on to its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Process(name, child.pid, start_time(child.pid) or "")


def end(process: Process, *, patience: float) -> str:
    """End a process and its session; return ``gone`` if it had ended before, ``ended``, or ``killed``.

    SIGINT first: Airflow's parts end cleanly on it, and orphan their children on SIGTERM. What is left of the session
    after ``patience`` seconds is killed; its number can't be anybody else's while a member of it lives.
    """
    if not process.is_running:
        return "gone"
    os.kill(process.pid, signal.SIGINT)
    if _becomes_true(lambda: not _members(process.pid), patience):
        return "ended"
    for member in _members(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    _becomes_true(lambda: not _members(process.pid), _KILL_SECONDS)
    return "killed"


def _members(session: int) -> list[int]:
    """Return the living processes of a session; Airflow gives each task a process group, but no session of its own."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(session, os.WNOHANG)
    return [pid for pid in _all_pids() if _session_of(pid) == session and start_time(pid)]


def _all_pids() -> list[int]:
    processes = Path("/proc")
    if (processes / "self").exists():
        return [int(entry.name) for entry in processes.iterdir() if entry.name.isdecimal()]
    answer = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True, check=True)
    return [int(word) for word in answer.stdout.split()]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _becomes_true(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True

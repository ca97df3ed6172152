"""Fails a build, its publishing and its extracts at every call that can fail: ``forking.py TEMPLATE FOLDER FAULT N_COMPLETED``.

To run a night anew for each of its two thousand calls would take hours. Here one process runs the night once and forks before
each call: the child meets the failure and ends as a night would; the parent puts aside what the child left of the home, takes
the home back as it was before, and goes on. So each failure costs what follows it alone, and the parent's own end is that of a
night without failures. What children left is looked at at once; some of it is kept, and the night gone on with from there.

Prints one JSON document: the failures, and the kept homes that were completed. A child has no thread but its own, so DuckDB
gets no others, and a child that gets over its failure and needs the threads of Polars hangs: such failures are repeated in a
process of their own.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from counting import WRITES

from pipelines import checks, steps
from pipelines.settings import Settings
from warehouse.errors import HubtreeError

BUILD_ID = "build-night"
STEPS = ("start_build", "parse_cards", "resolve_lineage", "analyse", "assemble", "check", "publish", "write_extracts")

STATEMENTS: tuple[tuple[Any, str], ...] = (
    (duckdb, "connect"),
    *((duckdb.DuckDBPyConnection, name) for name in ("execute", "sql", "register", "from_arrow", "read_parquet", "table")),
    *((duckdb.DuckDBPyRelation, name) for name in ("pl", "fetchall", "create_view", "write_parquet", "write_csv")),
)
"""What speaks to DuckDB in a build and in extracts."""

FILES = WRITES

HANGS_AFTER = 30
"""Seconds; a child that meets its failure is through in far less than one."""


def _system(number: int) -> Exception:
    return OSError(number, os.strerror(number))


MADE: dict[str, tuple[Callable[[], Exception], Callable[[], Exception]]] = {
    "no space": (lambda: duckdb.IOException("IO Error: No space left on device"), lambda: _system(errno.ENOSPC)),
    "no memory": (lambda: duckdb.OutOfMemoryException("Out of Memory Error: injected"), MemoryError),
    "input/output": (lambda: duckdb.IOException("IO Error: Input/output error"), lambda: _system(errno.EIO)),
}
"""What a statement and what a file raise."""

IN_TURN, FOR_GOOD = "in turn", "no space for good"
"""The kinds one after the other, call by call; and no space for all calls that follow, too."""


@dataclass
class Failure:
    """One call that failed, how the night ended, and what was left."""

    number: int
    called: str
    step: str
    ended: str
    """own (an error of hubtree), injected (the failure itself), code (neither: a bug), over (the night went on)."""
    told: str
    added: list[str]
    """Files that the failing night made or changed after the failure, but for the file it was building."""
    temporary: list[str]
    is_published_kept: bool
    """Whether the published file and the extracts are those from before the failing call."""


class Fault:
    """Counts calls; decides what each raises."""

    def __init__(self, kind: str) -> None:
        self.n_calls = 0
        self.step = ""
        self.struck_at: int | None = None
        self.raised: list[Exception] = []
        self._kind = kind

    def error(self, number: int, is_statement: bool) -> Exception:
        """Make what the ``number``-th call raises."""
        kinds = list(MADE)
        kind = {IN_TURN: kinds[number % len(kinds)], FOR_GOOD: "no space"}.get(self._kind, self._kind)
        self.raised.append(MADE[kind][0 if is_statement else 1]())
        return self.raised[-1]

    def meet(self, called: str, is_statement: bool) -> None:
        """Be called where a failure is possible."""
        self.n_calls += 1
        if self.struck_at is None:
            if self.strikes(called):
                self.struck_at = self.n_calls
                raise self.error(self.n_calls, is_statement)
        elif self._kind == FOR_GOOD:
            raise self.error(self.n_calls, is_statement)

    def strikes(self, called: str) -> bool:
        """Tell whether this process meets its failure now."""
        raise NotImplementedError


class One(Fault):
    """Strikes at one call."""

    def __init__(self, kind: str, number: int) -> None:
        super().__init__(kind)
        self._number = number

    def strikes(self, called: str) -> bool:
        """Count up to the call."""
        return self.n_calls == self._number


class Each(Fault):
    """Strikes at every call, each time in a child that has the home for itself; the parent notes what became of it."""

    def __init__(self, kind: str, home: Path, kept: Path) -> None:
        super().__init__(kind)
        self.failures: list[Failure] = []
        self.tells = -1
        self._home, self._kept = home, kept
        self._states: set[frozenset[tuple[str, int | str]]] = set()

    def strikes(self, called: str) -> bool:
        """Fork; the child is struck, the parent never."""
        before, before_files = self._home.with_name("before"), files_of(self._home)
        opened = {path: path.read_bytes() for path in self._home.glob("build/*/*.duckdb*")}
        shutil.copytree(self._home, before, symlinks=True, copy_function=os.link)
        told, tells = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(told)
            signal.alarm(HANGS_AFTER)
            self.tells = tells
            return True
        os.close(tells)
        _, status = os.waitpid(child, 0)
        with os.fdopen(told) as pipe:
            ended, words = json.loads(pipe.read() or '["over", "hung"]')
        assert status in (0, signal.SIGALRM), status
        after = self._kept / f"{self.n_calls:06d}"
        self._swap(before, after, opened)
        self._note(called, ended, words, before_files, after)
        return False

    def _swap(self, before: Path, after: Path, opened: Mapping[Path, bytes]) -> None:
        """Put aside what the child left, and take the home back; DuckDB holds its file open, so that keeps its inode."""
        self._home.rename(after)
        before.rename(self._home)
        for path, content in opened.items():
            left = after / path.relative_to(self._home)
            if left.exists():
                changed = left.read_bytes()
                left.unlink()
                left.write_bytes(changed)
            with path.open("r+b") as stream:
                stream.write(content)
                stream.truncate()

    def _note(self, called: str, ended: str, words: str, before: Mapping[str, int | str], after: Path) -> None:
        found = files_of(after)
        added = [name for name, inode in found.items() if before.get(name) != inode and not is_own(name)]
        temporary = [name for name in found if ".tmp" in name and name not in before]
        is_kept = all(found.get(link) == before.get(link) for link in ("published/hub.duckdb", "extracts"))
        self.failures.append(Failure(self.n_calls, called, self.step, ended, words, sorted(added), sorted(temporary), is_kept))
        state = frozenset((name, inode) for name, inode in found.items() if not is_own(name)) | {(self.step, 0)}
        if state in self._states or ended == "over":
            shutil.rmtree(after)
        else:
            self._states.add(state)


def is_own(name: str) -> bool:
    """Tell whether a file is one that only the build itself ever reads: its DuckDB file, and what is spilled."""
    return "/scratch" in name or (name.startswith("build/") and ".duckdb" in name)


def files_of(home: Path) -> dict[str, int | str]:
    """Return the files of a home with their inodes, which stay where nothing is written anew, and links with their targets."""
    paths = [f"{folder}/{name}" for folder, folders, names in os.walk(home) for name in (*folders, *names)]
    return {
        path[len(str(home)) + 1 :]: os.readlink(path) if os.path.islink(path) else os.lstat(path).st_ino
        for path in paths
        if os.path.islink(path) or not os.path.isdir(path)
    }


@contextmanager
def counted(fault: Fault) -> Iterator[None]:
    """Let the fault meet every call to DuckDB and to the disk; real calls of the fault itself are none."""
    is_meeting = False

    def meeting(real: Callable[..., Any], called: str, is_statement: bool) -> Callable[..., Any]:
        def call(*words: Any, **options: Any) -> Any:
            nonlocal is_meeting
            if not is_meeting:
                is_meeting = True
                try:
                    fault.meet(called, is_statement)
                finally:
                    is_meeting = False
            return real(*words, **options)

        return call

    def alone(*words: Any, **options: Any) -> Any:
        return connect(*words, **{**options, "config": {"threads": 1, **options.get("config", {})}})

    connect = duckdb.connect
    duckdb.connect = alone
    places = [(owner, name, True) for owner, name in STATEMENTS] + [(owner, name, False) for owner, name in FILES]
    saved = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for (owner, name, is_statement), (_, _, real) in zip(places, saved, strict=True):
        setattr(owner, name, meeting(real, f"{owner.__name__}.{name}", is_statement))
    try:
        yield
    finally:
        for owner, name, real in saved:
            setattr(owner, name, real)
        duckdb.connect = connect


def night(home: Path, fault: Fault, first: str) -> None:
    """Do the steps of a night from ``first`` on."""
    settings = Settings.from_environment({"HUBTREE_HOME": str(home), "HUBTREE_THREADS": "1"})
    for step in STEPS[STEPS.index(first) :]:
        fault.step = step
        if step == "write_extracts":
            steps.write_extracts(settings, n_largest=2)
        else:
            getattr(steps, step)(settings, build_id=BUILD_ID)


def ended(home: Path, fault: Fault, first: str) -> tuple[str, str]:
    """Do the steps, and tell how they ended."""
    try:
        with counted(fault):
            night(home, fault, first)
    except BaseException as error:  # whatever it is, the test is told
        words = f"{type(error).__name__}: {error}"
        if isinstance(error, HubtreeError):
            return "own", words
        return ("injected" if any(error is one for one in fault.raised) else "code"), words
    return "over", ""


def forked(work: Callable[[], Any]) -> Any:
    """Do the work in a process of its own, which no thread was started in, and return what it returns."""
    told, tells = os.pipe()
    process = os.fork()
    if process == 0:
        result = work()
        if result is not None:
            with os.fdopen(tells, "w") as pipe:
                json.dump(result, pipe)
        os._exit(0)
    os.close(tells)
    with os.fdopen(told) as pipe:
        content = pipe.read()
    _, status = os.waitpid(process, 0)
    if status != 0 or not content:
        raise RuntimeError(f"a night ended with {status}")
    return json.loads(content)


def failing(home: Path, kind: str, kept: Path) -> list[dict[str, Any]]:
    """Run the night once, failing at each call in a child; return the failures."""
    fault = Each(kind, home, kept)
    end = ended(home, fault, STEPS[0])
    if fault.tells >= 0:  # a child
        os.write(fault.tells, json.dumps(end).encode())
        os._exit(0)
    if end[0] != "over":
        raise RuntimeError(f"the night itself failed: {end}")
    return [asdict(failure) for failure in fault.failures]


def main(template: Path, folder: Path, kind: str, n_completed: int) -> None:
    """Fail everywhere, repeat what hung, complete some of what is left."""
    checks.is_available = lambda: False
    home = Path(shutil.copytree(template, folder / "home", symlinks=True))
    kept = folder / "kept"
    kept.mkdir()
    failures = [Failure(**failure) for failure in forked(lambda: failing(home, kind, kept))]
    steps_of = {failure.number: failure.step for failure in failures}
    completed: dict[str, str] = {}
    for place, failure in enumerate(failures):
        if failure.ended != "over":
            continue
        again = Path(shutil.copytree(template, kept / f"{failure.number:06d}", symlinks=True))
        end, words = forked(lambda again=again, failure=failure: ended(again, One(kind, failure.number), STEPS[0]))
        failures[place] = replace(failure, ended=end, told=words)
        if end == "over":
            completed[again.name] = ""
    left = sorted(path for path in kept.iterdir() if path.name not in completed)
    for number in range(min(n_completed, len(left))):
        one = left[number * len(left) // min(n_completed, len(left))]
        end, words = forked(lambda one=one: ended(one, One(kind, 0), steps_of[int(one.name)]))
        completed[one.name] = words if end != "over" else ""
    sys.stdout.write(
        json.dumps({"failures": [asdict(failure) for failure in failures], "n_states": len(left), "completed": completed})
    )


if __name__ == "__main__":
    pl.Config.set_fmt_str_lengths(80)
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))

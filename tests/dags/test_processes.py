from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.processes import Process, end, start
from pipelines.living import start_time

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT_OF_ANOTHER_GROUP = (
    "import os, time\nchild = os.fork()\nif child == 0: os.setpgid(0, 0)\nprint(os.getpid(), flush=True)\ntime.sleep(60)"
)


def test_a_started_process_is_known_and_ends_on_an_interrupt(tmp_path: Path) -> None:
    process = _start(tmp_path, SLEEPER)
    assert process.is_running
    assert end(process, patience=20) == "ended"
    assert not process.is_running


def test_a_process_that_is_gone_is_not_signalled(tmp_path: Path) -> None:
    process = _start(tmp_path, SLEEPER)
    end(process, patience=20)
    assert end(process, patience=20) == "gone"


def test_a_number_that_belongs_to_somebody_else_by_now_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.DEVNULL) as stranger:
        recycled = Process("scheduler", stranger.pid, "an-earlier-boot/1")
        assert end(recycled, patience=1) == "gone"
        assert stranger.poll() is None
        stranger.kill()


def test_a_process_deaf_to_the_interrupt_is_killed_in_the_end(tmp_path: Path) -> None:
    process = _start(tmp_path, DEAF)
    assert end(process, patience=0.5) == "killed"
    assert not process.is_running


def test_children_in_groups_of_their_own_go_with_their_session(tmp_path: Path) -> None:
    process = _start(tmp_path, PARENT_OF_ANOTHER_GROUP, lines=2)
    pids = [int(line) for line in (tmp_path / "log").read_text().split()]
    assert process.pid in pids
    assert end(process, patience=1) == "killed"
    assert [pid for pid in pids if start_time(pid)] == []


def test_an_interrupt_works_although_the_starter_ignores_it(tmp_path: Path) -> None:
    program = (
        "import signal, sys; from pathlib import Path; from ops.processes import start\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "p = start('x', [sys.executable, '-c', sys.argv[2]], environment={}, log=Path(sys.argv[1]), folder=Path('.'))\n"
        "print(p.pid, p.started)"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(tmp_path / "log"), SLEEPER], capture_output=True, check=True)
    pid, started = answer.stdout.decode().split()
    _wait_for_lines(tmp_path / "log", 1)
    assert end(Process("x", int(pid), started), patience=20) == "ended"


def test_a_dead_child_nobody_waited_for_does_not_run() -> None:
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert start_time(pid) is None
    os.waitpid(pid, 0)


@pytest.mark.parametrize("pid", [2**22 + 1, 2**30])
def test_a_number_nobody_has_does_not_run(pid: int) -> None:
    assert start_time(pid) is None


def _start(folder: Path, program: str, *, lines: int = 1) -> Process:
    process = start("test", [sys.executable, "-c", program], environment=os.environ, log=folder / "log", folder=folder)
    _wait_for_lines(folder / "log", lines)
    return process


def _wait_for_lines(log: Path, lines: int) -> None:
    deadline = time.monotonic() + 30
    while len(log.read_text().splitlines()) < lines and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(log.read_text().splitlines()) >= lines

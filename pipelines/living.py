"""Whether a process that was written down still lives: its number alone may be somebody else's by now."""

from __future__ import annotations

import subprocess
from pathlib import Path


def start_time(pid: int) -> str | None:
    """Return a text that names the moment ``pid`` was started, or None if it does not run.

    Linux: boot id and clock ticks since boot, which no change of the clock moves. Elsewhere: what ``ps`` says.
    """
    boot = Path("/proc/sys/kernel/random/boot_id")
    if not boot.exists():
        return _start_time_by_ps(pid)
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{boot.read_text().strip()}/{ticks}"


def _start_time_by_ps(pid: int) -> str | None:
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = answer.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()

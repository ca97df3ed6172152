"""What a step of a run took: processor time, memory, bytes. One row a step of landing kind ``steps``.

Memory is the largest resident set of this process while the step ran. Linux keeps such a mark and lets it be set back; where
that is not to be had, the mark of the whole process stands in its place. Steps of one process run one after the other.
"""

from __future__ import annotations

import re
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.landing.files import Provenance, land, landing_files
from warehouse.landing.schema import STEPS

_STATUS: Final = Path("/proc/self/status")
_SET_BACK: Final = Path("/proc/self/clear_refs")
_FORGET_PEAK: Final = "5"
"""Written to clear_refs: set the mark of the largest resident set back (proc_pid_clear_refs(5))."""
_PEAK: Final = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One step that has ended; instants are naive UTC."""

    run_id: str
    run_step: str
    started_at: datetime
    finished_at: datetime
    cpu_seconds: float
    n_bytes_read: int
    n_bytes_written: int
    peak_memory_bytes: int


class Meter:
    """Measures this process from its making on."""

    def __init__(self) -> None:
        with suppress(OSError), _SET_BACK.open("w") as mark:
            mark.write(_FORGET_PEAK)
        self._cpu_before = time.process_time()

    @property
    def cpu_seconds(self) -> float:
        """Processor seconds of all threads since the meter was made."""
        return time.process_time() - self._cpu_before

    @property
    def peak_memory_bytes(self) -> int:
        """The largest resident set since the meter was made."""
        with suppress(OSError):
            if found := _PEAK.search(_STATUS.read_text()):
                return int(found[1]) * 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def land_steps(landing: Path, steps: Sequence[Step], *, observed_at: datetime, hub: str = "") -> None:
    """Land the steps of one run, before the record that ends it; a run that ended twice has two such files.

    Args:
        landing: the landing zone.
        steps: of one run; none lands nothing.
        observed_at: the instant of the file, as that of the run's record.
        hub: whom the run asked.
    """
    if not steps:
        return
    run_id = steps[0].run_id
    rows = pl.DataFrame([{**asdict(step), "observed_at": observed_at} for step in steps], schema=dict(STEPS))
    before = [file for file in landing_files(landing, "steps") if file.run_id == run_id]
    land(landing, "steps", rows, Provenance(run_id, len(before), observed_at, hub=hub))

"""How much a query may take: rows, seconds, memory. Light on purpose: the query's child process imports it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final

from warehouse.errors import UsageError

TERMINAL_ROWS: Final = 1000
"""Rows shown unless asked otherwise; more than a person reads, and soon printed."""

RESULT: Final = "result.parquet"
"""The file in the scratch folder that the child process leaves."""

GRACE_SECONDS: Final = 2
"""Between the interrupt, which acts between chunks of work, and the end of the process."""

_UNITS: Final = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3, "KI": 1024, "MI": 1024**2, "GI": 1024**3}
_SIZE: Final = re.compile(r"(\d{1,9}(?:\.\d+)?)\s*([KMG]I?)?B?", re.IGNORECASE)
"""As many digits as fit into the operating system's limits, whatever the unit."""
_MOST_ROWS: Final = 2**62
_LEAST_MEMORY: Final = 32 * 1000**2
"""Below this DuckDB can't even open a published file."""


@dataclass(frozen=True)
class Limits:
    """What one query may take. Reaching ``rows`` truncates and says so; reaching any other limit ends the query.

    Attributes:
        rows: most rows of the result; 0 for no limit.
        seconds: wall time; 0.1 at least.
        memory: DuckDB's memory, such as ``2GB`` or ``512MiB``; the process gets little more.
        spill: room in the temporary folder for what does not fit into memory, and for the result.
        threads: threads of DuckDB.
    """

    rows: int = TERMINAL_ROWS
    seconds: float = 30.0
    memory: str = "2GB"
    spill: str = "8GB"
    threads: int = min(os.cpu_count() or 1, 8)

    def __post_init__(self) -> None:
        if not 0 <= self.rows <= _MOST_ROWS:
            raise UsageError(f"a limit of {self.rows} rows makes no sense", hint="0 means no limit")
        if not 0.1 <= self.seconds <= 86_400:
            raise UsageError(f"a limit of {self.seconds} seconds makes no sense", hint="choose 0.1 to 86400")
        if size_in_bytes(self.memory) < _LEAST_MEMORY:
            raise UsageError(f"{self.memory} is too little memory for a query", hint="choose 32MB or more")
        size_in_bytes(self.spill)


def size_in_bytes(text: str) -> int:
    """Return the bytes of a size such as ``2GB``, ``512MiB`` or ``1.5G``.

    Raises:
        UsageError: the text is no size.
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{text!r} is not a size", hint="write it like 2GB or 512MB")
    return int(float(found[1]) * _UNITS[(found[2] or "").upper()])


def too_slow(limits: Limits) -> UsageError:
    """Return the error of a query that reached its time limit."""
    return UsageError(f"the query was stopped after {limits.seconds:g} seconds", hint="narrow it, or allow more seconds")


def too_big(limits: Limits) -> UsageError:
    """Return the error of a query that reached its memory limit."""
    hint = "aggregate before sorting or joining, or allow more memory"
    return UsageError(f"the query needs more than {limits.memory} of memory", hint=hint)

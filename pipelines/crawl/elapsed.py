"""The time of a run: fixed at its start, carried on by the monotonic clock."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class RunClock:
    """Tells the instants of a run; a jump of the system's clock does not reach it."""

    def __init__(self, started_at: datetime) -> None:
        self._started_at = started_at
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the start plus the time that has passed since, as naive UTC."""
        return self._started_at + timedelta(seconds=time.monotonic() - self._began)

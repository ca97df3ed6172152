"""What a process has spent on a run: requests, waits, bytes received, processor time, memory."""

from __future__ import annotations

from datetime import datetime

from pipelines.crawl.client import HubClient
from pipelines.measuring import Meter, Step


class Spent:
    """Counts from its making on; what earlier processes of a resumed run spent is not in it."""

    def __init__(self, hub: HubClient, started_at: datetime) -> None:
        self._hub, self._started_at, self._meter = hub, started_at, Meter()
        self._before = hub.n_requests, hub.seconds_waited, hub.n_bytes_received

    @property
    def n_requests(self) -> int:
        """Requests sent."""
        return self._hub.n_requests - self._before[0]

    @property
    def seconds_waited(self) -> float:
        """Seconds spent waiting for the hub's sake."""
        return self._hub.seconds_waited - self._before[1]

    def as_step(self, run_id: str, verb: str, *, n_bytes_written: int, finished_at: datetime) -> Step:
        """Return it as the one step of a run."""
        return Step(
            run_id=run_id,
            run_step=verb,
            started_at=self._started_at,
            finished_at=finished_at,
            cpu_seconds=self._meter.cpu_seconds,
            n_bytes_read=self._hub.n_bytes_received - self._before[2],
            n_bytes_written=n_bytes_written,
            peak_memory_bytes=self._meter.peak_memory_bytes,
        )

"""What a hub was asked, and whether anybody came back before they were allowed to.

An entry is one request. The log proves promises about a crawler, so it keeps what was demanded of the client next to what
the client then did. Credentials are never kept, only whether there were any.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path

import orjson

_IN_FLIGHT_SECONDS = 0.25
"""A request this soon after a demand may have left another worker of the client before the demand arrived there."""

_CLOCK_SECONDS = 0.005
"""Timers of the operating system may fire this much early."""

_COUNTED_NAMES = frozenset(
    {"config.json", "config.yaml", "hyperparams.yaml", "params.json", "meta.yaml", "adapter_config.json", "model_index.json"}
)


def is_counted_file(path: str) -> bool:
    """Return whether the Hub counts a request of this path as a download of the model (hub-api, section 7)."""
    if "/resolve/" not in path:
        return False
    name = path.rsplit("/", 1)[-1].lower()
    return name in _COUNTED_NAMES or name.endswith(".gguf")


@dataclass(frozen=True)
class Entry:
    """One request and its answer; times are of the monotonic clock, in seconds."""

    number: int
    received_at: float
    answered_at: float
    """When the answer was ready to be sent."""
    method: str
    target: str
    bucket: str
    status: int
    """0 when the connection was dropped without an answer."""
    fault: str = ""
    allowed_at: float | None = None
    """Earliest time the answer allows the next request of the bucket; None if it demands nothing."""
    had_credentials: bool = False
    user_agent: str = ""
    client_port: int = 0
    """Tells connections apart."""
    is_counted_file: bool = False


class RequestLog:
    """All requests of a running hub in the order they were answered."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._file = path.open("ab") if path else None

    def add(self, entry: Entry) -> None:
        """Keep one entry, and append it to the log file if there is one."""
        with self._lock:
            self._entries.append(entry)
            if self._file and not self._file.closed:
                self._file.write(orjson.dumps(asdict(entry), option=orjson.OPT_APPEND_NEWLINE))
                self._file.flush()

    @property
    def entries(self) -> list[Entry]:
        """The entries so far."""
        with self._lock:
            return list(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        """Forget the entries in memory; the file keeps them."""
        with self._lock:
            self._entries.clear()

    def close(self) -> None:
        """Close the log file."""
        if self._file:
            self._file.close()

    def early_requests(self, *, in_flight_seconds: float = _IN_FLIGHT_SECONDS) -> list[Entry]:
        """Return the requests that came before the hub had said they may, in the order they came.

        A demand is a wait named by ``Retry-After``, or the reset of a window of which nothing is left (``r=0``, whatever
        the status), as stated in the answer's headers. It holds for all requests of its bucket that are received more
        than ``in_flight_seconds`` after the demand was answered.
        """
        by_bucket: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.received_at):
            by_bucket.setdefault(entry.bucket, []).append(entry)
        early = [entry for entries in by_bucket.values() for entry in _early(entries, in_flight_seconds)]
        return sorted(early, key=lambda entry: entry.received_at)

    def over_quota(self) -> list[Entry]:
        """Return the requests refused because their window's quota was used up: none for a client that paces itself."""
        return [entry for entry in self.entries if entry.status == 429 and not entry.fault]

    def counted_files(self) -> list[Entry]:
        """Return the requests of files whose download the Hub counts; a good crawler makes none."""
        return [entry for entry in self.entries if entry.is_counted_file]

    def fault_counts(self) -> dict[str, int]:
        """Return how often each fault was applied."""
        return dict(Counter(entry.fault for entry in self.entries if entry.fault))


def _early(entries: list[Entry], in_flight_seconds: float) -> list[Entry]:
    demands = sorted((e.answered_at, e.allowed_at) for e in entries if e.allowed_at is not None)
    answered = [answered_at for answered_at, _ in demands]
    allowed = [0.0, *accumulate((allowed_at for _, allowed_at in demands), max)]
    return [
        entry
        for entry in entries
        if entry.received_at < allowed[bisect_left(answered, entry.received_at - in_flight_seconds)] - _CLOCK_SECONDS
    ]

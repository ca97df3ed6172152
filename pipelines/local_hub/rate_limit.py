"""Fixed windows of requests, one a bucket, as the Hub accounts for them (hub-api, section 4)."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

BUCKETS = ("api", "resolvers", "pages")


def bucket_of(path: str) -> str:
    """Return the bucket a path counts in."""
    if path.startswith("/api/"):
        return "api"
    return "resolvers" if "/resolve/" in path or "/raw/" in path else "pages"


@dataclass(frozen=True)
class Allowance:
    """What is left of a window after a request was counted in it."""

    bucket: str
    quota: int
    window_seconds: float
    n_left: int
    reset_seconds: float
    is_exceeded: bool

    @property
    def stated_seconds(self) -> int:
        """Seconds to the reset as the header says them: whole, never less than the truth."""
        return math.ceil(self.reset_seconds)

    def headers(self) -> dict[str, str]:
        """Return the two headers every answer carries."""
        return {
            "RateLimit": f'"{self.bucket}";r={self.n_left};t={self.stated_seconds}',
            "RateLimit-Policy": f'"fixed window";"{self.bucket}";q={self.quota};w={math.ceil(self.window_seconds)}',
        }


class RateLimiter:
    """Counts the requests of each bucket in windows that follow one another from the first request on."""

    def __init__(self, quotas: Mapping[str, int], window_seconds: float) -> None:
        self._quotas = quotas
        self._window = window_seconds
        self._lock = threading.Lock()
        self._counted: dict[str, tuple[int, int]] = {}
        self._started_at = time.monotonic()

    def take(self, bucket: str) -> Allowance:
        """Count one request."""
        with self._lock:
            elapsed = time.monotonic() - self._started_at
            window = int(elapsed // self._window)
            counted_window, n_counted = self._counted.get(bucket, (window, 0))
            n_counted = n_counted + 1 if counted_window == window else 1
            self._counted[bucket] = (window, n_counted)
        quota = self._quotas[bucket]
        reset_seconds = (window + 1) * self._window - elapsed
        return Allowance(bucket, quota, self._window, max(0, quota - n_counted), reset_seconds, n_counted > quota)

"""What is worth another try, how often, and how long to wait before it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Timeouts, rate limits and server errors. Every other answer is final."""


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential waiting with full jitter: before the n-th retry any time up to ``base × 2ⁿ⁻¹``, at most ``cap``."""

    tries: int = 8
    """Requests in all, the first included."""
    first_contact_tries: int = 3
    """Requests in all while the hub has never answered: a wrong address should be told soon."""
    base_seconds: float = 1.0
    cap_seconds: float = 60.0
    random: random.Random = field(default_factory=random.Random)

    def wait_seconds(self, n_tried: int) -> float:
        """Return how long to wait after the ``n_tried``-th request failed without a wish of the hub."""
        return self.random.uniform(0.0, min(self.cap_seconds, self.base_seconds * 2.0 ** min(n_tried - 1, 30)))

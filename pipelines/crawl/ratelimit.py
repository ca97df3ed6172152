"""What a hub says about its budget: ``RateLimit``, ``RateLimit-Policy`` and ``Retry-After`` read from response headers.

Forms: hub-api.md, section 4. `huggingface_hub` reads the first two alike, but neither the date form of ``Retry-After``
nor a limit to how long it makes us wait; so they are read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LIMIT = re.compile(r'"(?P<bucket>[\w-]+)"\s*;\s*r\s*=\s*(?P<r>\d{1,12})\s*;\s*t\s*=\s*(?P<t>\d{1,12})')
_POLICY = re.compile(r"\bq\s*=\s*(?P<q>\d{1,12}).*?\bw\s*=\s*(?P<w>\d{1,12})")
_SECONDS = re.compile(r"\d{1,12}(\.\d+)?")

ROUNDING_SECONDS = 1.0
"""Hubs send whole seconds, perhaps rounded down: one more second makes sure that the wait is over."""


@dataclass(frozen=True)
class Advice:
    """The budget as told by one response."""

    remaining: int
    """Requests left in the present window."""
    reset_seconds: float
    """Seconds to the end of the window, rounded up."""
    quota: int | None
    """Requests in a whole window, where told."""


def advice_of(headers: Mapping[str, str]) -> Advice | None:
    """Read the budget from lower-case ``headers``; None where the hub does not tell."""
    match = _LIMIT.search(headers.get("ratelimit", ""))
    if not match:
        return None
    policy = _POLICY.search(headers.get("ratelimit-policy", ""))
    quota = int(policy["q"]) if policy else None
    return Advice(int(match["r"]), int(match["t"]) + ROUNDING_SECONDS, quota)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, None if it is absent or makes no sense.

    A date is measured against the response's own ``Date``, so a wrong clock on either side does no harm.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    until, sent = _instant(value), _instant(headers.get("date", ""))
    if until is None or sent is None:
        return None
    return max((until - sent).total_seconds(), 0.0) + ROUNDING_SECONDS


def _instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)

"""The rate budget that all threads share: nobody asks sooner than the hub allows.

A bucket (``api`` or ``resolvers``, hub-api.md section 4) is a fixed window with a number of requests left. Three rules
keep us inside it: the requests under way count as spent; the last tenth of a window is spread evenly over its rest; and
while nothing is known of a window, one request alone goes ahead and the others wait for what it learns.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from pipelines.crawl.ratelimit import Advice, advice_of
from warehouse.errors import HubUnavailable

PACED_SHARE = 0.1
"""The share of a window's quota that is paced."""

LONGEST_WAIT_SECONDS = 600.0
"""Two windows of the Hub. Whoever asks for more is left alone until another run."""

_SAME_WAIT_SECONDS = 0.5
"""Threads that wait for the same instant announce it once."""

_UNTIL_ANSWERED = float("inf")
"""A wait that ends when a request that is under way has its answer."""


def _ignore(_seconds: float, _reason: str) -> None:
    """Nobody listens."""


class Stopped(Exception):
    """The run ends, and this thread need not wait any longer."""


class Bucket:
    """One window of requests, shared by threads."""

    def __init__(self, name: str, longest_wait: float = LONGEST_WAIT_SECONDS) -> None:
        self.name = name
        self.seconds_waited = 0.0
        self._on_wait: Callable[[float, str], None] = _ignore
        self._longest_wait = longest_wait
        self._changed = threading.Condition()
        self._n_under_way = 0
        self._remaining: int | None = None
        self._quota: int | None = None
        self._resets_at = 0.0
        self._not_before = 0.0
        self._paced_until = 0.0
        self._announced_until = 0.0
        self._counted_until = 0.0
        self._is_unknown = True
        self._is_stopped = False

    @property
    def left(self) -> int | None:
        """Requests left in the window less those under way; None where the hub does not tell."""
        return None if self._remaining is None else max(self._remaining - self._n_under_way, 0)

    def acquire(self) -> None:
        """Wait until one more request is allowed, and count it as under way.

        Raises:
            HubUnavailable: the hub asks for a longer wait than a run can afford.
            Stopped: `stop` was called.
        """
        with self._changed:
            while (seconds := self._seconds_to_wait()) > 0:
                self._sleep(seconds)
            self._n_under_way += 1
            self._paced_until = max(self._paced_until, time.monotonic()) + self._pace()

    def release(self, headers: Mapping[str, str] | None = None) -> None:
        """End a request; ``headers`` are those of its response, None if there was none."""
        with self._changed:
            self._n_under_way -= 1
            if headers is not None:
                self._is_unknown = False
                if advice := advice_of(headers):
                    self._learn(advice)
            self._changed.notify_all()

    def pause(self, seconds: float, reason: str) -> None:
        """Hold this thread back for ``seconds``; a `stop` ends the pause, and the `acquire` after it raises."""
        self._on_wait(seconds, reason)
        began = time.monotonic()
        with self._changed:
            while (left := began + seconds - time.monotonic()) > 0 and not self._is_stopped:
                self._changed.wait(left)
            self._count_wait(began)

    def block(self, seconds: float) -> None:
        """Let no request begin for ``seconds``, in any thread.

        Raises:
            HubUnavailable: that is a longer wait than a run can afford.
        """
        self._refuse_long(seconds)
        with self._changed:
            self._not_before = max(self._not_before, time.monotonic() + seconds)
            self._changed.notify_all()

    def begin(self, on_wait: Callable[[float, str], None]) -> None:
        """Serve a new run, and tell ``on_wait`` of its waits."""
        with self._changed:
            self._on_wait, self._is_stopped = on_wait, False

    def stop(self) -> None:
        """Wake all waiting threads with `Stopped`."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def _learn(self, advice: Advice) -> None:
        """Take over what a response said; answers may come out of order, so within a window the lowest count holds."""
        resets_at = time.monotonic() + advice.reset_seconds
        is_same_window = self._remaining is not None and resets_at < self._resets_at + 1.5
        lowest = min(self._remaining or 0, advice.remaining) if is_same_window else advice.remaining
        self._remaining, self._quota = lowest, advice.quota or self._quota
        self._resets_at = max(resets_at, self._resets_at) if is_same_window else resets_at

    def _seconds_to_wait(self) -> float:
        """Return how long the next request has to wait; infinite until another thread's answer comes."""
        if self._is_stopped:
            raise Stopped
        now = time.monotonic()
        if self._remaining is not None and now >= self._resets_at:
            self._remaining, self._is_unknown = None, True
        waits = [self._not_before - now, self._paced_until - now]
        is_spent = self._remaining is not None and self._remaining <= self._n_under_way
        if (is_spent or self._is_unknown) and self._n_under_way:
            waits.append(_UNTIL_ANSWERED)
        elif is_spent:
            waits.append(self._resets_at - now)
        return max(waits)

    def _pace(self) -> float:
        """Return the seconds between two requests near the end of a window, 0 before that."""
        if self._remaining is None or self._remaining > max((self._quota or 0) * PACED_SHARE, 1):
            return 0.0
        return max(self._resets_at - time.monotonic(), 0.0) / (max(self._remaining, 0) + 1)

    def _sleep(self, seconds: float) -> None:
        if seconds == _UNTIL_ANSWERED:
            self._changed.wait()
            return
        self._refuse_long(seconds)
        began = time.monotonic()
        if began + seconds > self._announced_until + _SAME_WAIT_SECONDS:
            self._announced_until = began + seconds
            self._on_wait(seconds, f"the hub's budget for {self.name}")
        self._changed.wait(seconds)
        self._count_wait(began)

    def _count_wait(self, began: float) -> None:
        """Add a wait to the sum; of threads that wait at the same time, each second counts once."""
        ended = time.monotonic()
        self.seconds_waited += max(ended - max(began, self._counted_until), 0.0)
        self._counted_until = max(ended, self._counted_until)

    def _refuse_long(self, seconds: float) -> None:
        if seconds > self._longest_wait:
            hint = "what is landed stays; run the same command again later and it goes on where it stopped"
            raise HubUnavailable(f"the hub asks to come back in {seconds:.0f} s ({self.name})", hint=hint, seconds=seconds)

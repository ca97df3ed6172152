"""Faults of a hub, as knobs: which answers go wrong, and how.

A plan is a value; what it does depends on its seed, the number of the request and the path alone, so that a failing test
fails again. ``…_every=n`` strikes each n-th request it could strike (0 never); shares are shares of the model names.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple


class Strike(NamedTuple):
    """Remembers what a path met last, so that a plan can promise an end to its faults."""

    fault: str
    n_in_a_row: int


LISTING_ONLY = frozenset({"empty_page", "cursor_loop", "foreign_next"})
"""Faults that need a page with a next link."""

WRONG_BODY = frozenset({"html_page", "truncated_json"})
"""Answers that say 200 and hold something else: clients are entitled to give up after two of them."""

_NO_STRIKE = Strike("", 0)


@dataclass(frozen=True)
class FaultPlan:
    """Which faults a hub shows; the default shows none and has room for any client."""

    seed: int = 0

    api_quota: int = 100_000
    """Requests of a window; also `resolvers_quota` and `pages_quota`."""
    resolvers_quota: int = 1_000_000
    pages_quota: int = 10_000
    window_seconds: float = 300.0
    """Length of a window; headers state it in whole seconds, rounded up."""

    limited_every: int = 0
    """429 with requests left and ``Retry-After`` in seconds."""
    limited_date_every: int = 0
    """429 with requests left and ``Retry-After`` as a date."""
    limited_bare_every: int = 0
    """429 without any header that helps, and an HTML body."""
    limited_odd_every: int = 0
    """429 with requests left and a ``Retry-After`` that is neither."""
    retry_after_seconds: int = 1

    server_error_every: int = 0
    """500, 502, 503 or 504."""
    server_error_burst: int = 1
    """How many requests in a row a burst of server errors strikes."""
    cut_body_every: int = 0
    """The connection drops in the middle of the body."""
    truncated_json_every: int = 0
    """A complete answer that holds half a JSON document."""
    html_page_every: int = 0
    """An HTML page with status 200 that calls itself JSON."""
    slow_drip_every: int = 0
    """The body comes in small pieces over `drip_seconds`."""
    drip_seconds: float = 0.2
    empty_page_every: int = 0
    """A page without records whose next link leads to the page asked for."""

    cursor_loop_every: int = 0
    """A page whose next link is the page itself. Not survivable."""
    foreign_next_every: int = 0
    """A page whose next link leads to another host. Not survivable."""
    foreign_redirect_every: int = 0
    """A redirect to another host. Not survivable."""
    oversized_every: int = 0
    """A body of `oversized_bytes` zeros. Not survivable."""
    gzip_bomb_every: int = 0
    """The same, compressed to about a thousandth. Not survivable."""
    oversized_bytes: int = 256 * 1024 * 1024

    wide_page_limit: int = 0
    """Pages with ``expand`` and a limit above this time out with 504; 0 for any limit. Survived by asking for less."""

    moving_rows_every: int = 0
    """After each n-th page, `moving_rows` models get other downloads, likes, trendingScore and lastModified."""
    moving_rows: int = 10

    gated_share: float = 0.0
    """Models whose detail and files are gated, besides those whose record says so."""
    disabled_share: float = 0.0
    """Models whose detail and files are disabled, besides those whose record says so."""
    renamed_share: float = 0.0
    """Models that moved to their name with ``-renamed`` behind it since they were listed."""

    is_down: bool = False
    """Every connection is dropped without an answer."""
    max_in_a_row: int = 0
    """How many faults may meet one path in a row before it is answered well; 0 sets no end."""

    @property
    def quotas(self) -> Mapping[str, int]:
        """Requests of a window by bucket."""
        return {"api": self.api_quota, "resolvers": self.resolvers_quota, "pages": self.pages_quota}

    @staticmethod
    def everything(seed: int = 0) -> FaultPlan:
        """Return all faults that a patient crawler survives, at about one request in six, with windows of one second.

        A wait of a second for the whole bucket comes about every thirty requests, so a test does well with few hundred models.
        Moving rows change values that a crawl lands: leave them out (`without("moving_rows_every")`) to compare every column.
        """
        return FaultPlan(
            seed=seed,
            api_quota=20,
            resolvers_quota=400,
            pages_quota=20,
            window_seconds=1.0,
            limited_every=101,
            limited_date_every=151,
            limited_bare_every=83,
            limited_odd_every=97,
            server_error_every=29,
            server_error_burst=2,
            cut_body_every=31,
            truncated_json_every=47,
            html_page_every=59,
            slow_drip_every=37,
            empty_page_every=7,
            moving_rows_every=2,
            max_in_a_row=2,
        )

    def without(self, *knobs: str) -> FaultPlan:
        """Return the plan with these knobs at their default."""
        plain = FaultPlan()
        return replace(self, **{knob: getattr(plain, knob) for knob in knobs})

    def fault_at(self, number: int, page_number: int = 0) -> str:
        """Return the fault of a request; empty for none.

        Args:
            number: the request's number since the start, from 1.
            page_number: its number among the requests of listing pages, from 1; 0 for any other request.
        """
        for fault in _ORDER:
            counted = page_number if fault in LISTING_ONLY else number
            if counted and self._strikes(fault, counted):
                return fault
        return ""

    def share_of(self, kind: str, name: str) -> bool:
        """Return whether a model belongs to the share of ``gated``, ``disabled`` or ``renamed`` ones."""
        share = float(getattr(self, f"{kind}_share"))
        return share > 0 and self._draw(kind, name.lower()) < share

    def _strikes(self, fault: str, number: int) -> bool:
        every = int(getattr(self, f"{fault}_every"))
        if not every:
            return False
        length = self.server_error_burst if fault == "server_error" else 1
        offset = int(self._draw("offset", fault) * every) if self.seed else 0
        return number + offset >= every and (number + offset) % every < length

    def _draw(self, *words: str) -> float:
        text = "\0".join((str(self.seed), *words))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) / 2**64


_ORDER = (
    "empty_page",
    "cursor_loop",
    "foreign_next",
    "oversized",
    "gzip_bomb",
    "limited",
    "limited_date",
    "limited_bare",
    "limited_odd",
    "foreign_redirect",
    "server_error",
    "cut_body",
    "truncated_json",
    "html_page",
    "slow_drip",
)
"""Where several faults fall on one request, the first strikes."""


class FaultPicker:
    """Chooses the fault of each request of one running hub, and keeps the plan's promise about faults in a row."""

    def __init__(self, plan: FaultPlan) -> None:
        self.plan = plan
        self._lock = threading.Lock()
        self._last: dict[str, Strike] = {}

    def pick(self, number: int, target: str, page_number: int = 0) -> str:
        """Return the fault of a request; empty for none. The arguments are those of `FaultPlan.fault_at`."""
        fault = self.plan.fault_at(number, page_number)
        if not self.plan.max_in_a_row:
            return fault
        with self._lock:
            last = self._last.get(target, _NO_STRIKE)
            if not fault or last.n_in_a_row >= self.plan.max_in_a_row or last.fault in WRONG_BODY:
                self._last.pop(target, None)
                return ""
            self._last[target] = Strike(fault, last.n_in_a_row + 1)
            return fault

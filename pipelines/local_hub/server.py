"""The running hub: what it serves, which limits and faults apply, and the connections it holds."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress
from datetime import UTC
from http.server import ThreadingHTTPServer
from itertools import count
from typing import Any

from pipelines.clock import now
from pipelines.local_hub import responses
from pipelines.local_hub.connection import Answer, Connection
from pipelines.local_hub.damage import damaged, refusal
from pipelines.local_hub.faults import FaultPicker, FaultPlan
from pipelines.local_hub.rate_limit import Allowance, RateLimiter, bucket_of
from pipelines.local_hub.request_log import RequestLog
from pipelines.local_hub.responses import Request, Response
from pipelines.local_hub.routes import Hub
from pipelines.local_hub.store import HubStore

_LISTING_PATH = "/api/models"


class HubServer(ThreadingHTTPServer):
    """A running hub: swaps its store and its faults while it answers.

    Args:
        store: what is served.
        plan: the faults.
        log: where requests are recorded.
        address: host and port; port 0 takes a free one.
        token: the only token accepted; None accepts any.
        refused_expand: values of ``expand`` the list endpoint answers with 400.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self,
        store: HubStore,
        plan: FaultPlan,
        log: RequestLog,
        *,
        address: tuple[str, int],
        token: str | None = None,
        refused_expand: frozenset[str] = frozenset(),
    ) -> None:
        self.log = log
        self._token = token
        self._numbers, self._page_numbers = count(1), count(1)
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self.hub = Hub(store, plan, refused_expand)
        self._set_plan(plan)
        super().__init__(address, Connection)

    @property
    def endpoint(self) -> str:
        """The address clients are given."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def swap_store(self, store: HubStore) -> None:
        """Serve another state of the hub from the next request on."""
        with self._lock:
            self.hub = Hub(store, self.hub.plan, self.hub.refused_expand)

    def swap_plan(self, plan: FaultPlan) -> None:
        """Show other faults from the next request on; windows begin anew."""
        with self._lock:
            self.hub = Hub(self.hub.store, plan, self.hub.refused_expand)
            self._set_plan(plan)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection, known as open while it lasts."""
        with self._lock:
            self._connections.add(request)
        super().process_request_thread(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End one connection."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away; any other error is a fault of this hub and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Stop listening, and hang up on clients that keep their connection."""
        super().server_close()
        with self._lock:
            kept = list(self._connections)
        for connection in kept:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _set_plan(self, plan: FaultPlan) -> None:
        self._limiter = RateLimiter(plan.quotas, plan.window_seconds)
        self._picker = FaultPicker(plan)

    def next_number(self) -> int:
        """Return the number of the next request, from 1."""
        return next(self._numbers)

    def is_known_user(self, authorization: str) -> bool | None:
        """Return whether a request comes with a good token; None if its token is wrong."""
        if not authorization:
            return False
        if self._token is None or authorization == f"Bearer {self._token}":
            return True
        return None

    def answer(self, request: Request) -> Answer:
        """Return what a request gets: limits first, then faults, then the hub's answer."""
        hub, bucket = self.hub, bucket_of(request.path)
        allowance = self._limiter.take(bucket)
        if allowance.is_exceeded:
            return _complete(responses.error(429, "You have reached your rate limit"), "", allowance, request.number)
        page_number = next(self._page_numbers) if request.path == _LISTING_PATH else 0
        fault = self._picker.pick(request.number, request.target, page_number)
        response = refusal(fault, hub.plan, request, now=now().replace(tzinfo=UTC).timestamp())
        if response is None:
            response = damaged(fault, hub.plan, request, self._hub_answer(hub, request))
            self._move_rows(hub, page_number)
        return _complete(response, fault, allowance, request.number)

    def _hub_answer(self, hub: Hub, request: Request) -> Response:
        known = self.is_known_user(request.headers.get("authorization", ""))
        if known is None:
            return responses.wrong_token()
        return hub.answer(Request(request.method, request.target, request.headers, request.number, known))

    def _move_rows(self, hub: Hub, page_number: int) -> None:
        every = hub.plan.moving_rows_every
        if every and page_number and page_number % every == 0:
            hub.store.move_rows(hub.plan.moving_rows, seed=hub.plan.seed + page_number)


def _complete(response: Response, fault: str, allowance: Allowance, number: int) -> Answer:
    """Add the headers every answer has, and find what the client is asked to wait."""
    request_id = {"X-Request-Id": f"local-{number}"}
    if fault == "limited_bare":
        return Answer(response.with_headers(request_id), fault, allowance.bucket, None)
    waits = [response.retry_after_seconds] if response.retry_after_seconds is not None else []
    if allowance.n_left == 0:
        waits.append(allowance.stated_seconds)
    return Answer(response.with_headers(allowance.headers() | request_id), fault, allowance.bucket, max(waits, default=None))

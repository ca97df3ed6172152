"""The hub on a socket: HTTP/1.1 with kept connections, one thread a connection, on the loopback interface."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from pipelines.local_hub import responses
from pipelines.local_hub.damage import damaged, refusal
from pipelines.local_hub.faults import FaultPicker, FaultPlan
from pipelines.local_hub.rate_limit import Allowance, RateLimiter, bucket_of
from pipelines.local_hub.request_log import Entry, RequestLog, is_counted_file
from pipelines.local_hub.responses import Request, Response
from pipelines.local_hub.routes import READING_METHODS, Hub
from pipelines.local_hub.store import HubStore

_LISTING_PATH = "/api/models"
_MAX_DROPPED_BYTES = 1_048_576
_DRIPS = 20
"""Pieces a slowly dripping body comes in."""


@dataclass(frozen=True)
class Answer:
    """A response with all its headers, and what must be known to send and log it."""

    response: Response
    fault: str
    bucket: str
    wait_seconds: float | None
    """How long the headers ask the client to stay away from the bucket."""


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
        self.hub = Hub(store, plan, refused_expand)
        self._set_plan(plan)
        super().__init__(address, _Handler)

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
        response = refusal(fault, hub.plan, request, now=time.time())
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


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, sends answers, logs both."""

    protocol_version = "HTTP/1.1"
    server_version = "hubtree-local-hub"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server: HubServer

    def do_GET(self) -> None:
        """Answer one request."""
        received_at = time.monotonic()
        request = self._request()
        if self.server.hub.plan.is_down:
            self.close_connection = True
            self._log(request, Answer(Response(0), "down", bucket_of(request.path), None), received_at)
            return
        answer = self.server.answer(request)
        if request.method not in READING_METHODS:
            self._drop_body(request)
        # Before it is sent: a client that has its answer finds its request in the log.
        self._log(request, answer, received_at)
        try:
            self._send(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _request(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, self.path, headers, self.server.next_number())

    def _drop_body(self, request: Request) -> None:
        """Read what a refused request brought, lest it be taken for the next one; what is very large ends the connection."""
        length = request.headers.get("content-length", "")
        self.rfile.read(min(int(length), _MAX_DROPPED_BYTES) if length.isdigit() else 0)
        self.close_connection = True

    def _send(self, answer: Answer) -> None:
        response = answer.response
        self._send_head(response)
        if self.command != "HEAD":
            for piece in self._pieces(answer):
                self.wfile.write(piece)
        self.wfile.flush()

    def _send_head(self, response: Response) -> None:
        reason = self.responses.get(response.status, ("",))[0]
        lines = [f"HTTP/1.1 {response.status} {reason}", f"Date: {formatdate(usegmt=True)}"]
        if response.status != 304:
            lines += [f"Content-Type: {response.content_type}", f"Content-Length: {len(response.body)}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if self.close_connection:
            lines.append("Connection: close")
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace"))

    def _pieces(self, answer: Answer) -> Iterator[bytes]:
        body = answer.response.body
        if answer.fault == "cut_body" and body:
            yield body[: len(body) // 2]
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif answer.fault == "slow_drip":
            yield from self._drip(body, self.server.hub.plan.drip_seconds)
        else:
            yield body

    def _drip(self, body: bytes, seconds: float) -> Iterator[bytes]:
        size = max(1, -(-len(body) // _DRIPS))
        for start in range(0, len(body), size):
            yield body[start : start + size]
            self.wfile.flush()
            time.sleep(seconds / _DRIPS)

    def _log(self, request: Request, answer: Answer, received_at: float) -> None:
        answered_at = time.monotonic()
        wait = answer.wait_seconds
        self.server.log.add(
            Entry(
                number=request.number,
                received_at=received_at,
                answered_at=answered_at,
                method=request.method,
                target=request.target,
                bucket=answer.bucket,
                status=answer.response.status,
                fault=answer.fault,
                allowed_at=None if wait is None else answered_at + wait,
                had_credentials="authorization" in request.headers,
                client_port=int(self.client_address[1]),
                user_agent=request.headers.get("user-agent", ""),
                is_counted_file=is_counted_file(request.path),
            )
        )

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the request log holds what is worth keeping."""

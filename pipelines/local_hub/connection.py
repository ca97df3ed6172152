"""One connection of a client: HTTP/1.1, kept open, a thread of its own; requests in, answers out, both logged."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from pipelines.local_hub.rate_limit import bucket_of
from pipelines.local_hub.request_log import Entry, is_counted_file
from pipelines.local_hub.responses import Request, Response
from pipelines.local_hub.routes import READING_METHODS

if TYPE_CHECKING:
    from pipelines.local_hub.server import HubServer

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


class Connection(BaseHTTPRequestHandler):
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
        lines += [f"{name}: {' '.join(value.split())}" for name, value in response.headers.items()]
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

"""A server that says what a test tells it to: for answers that no decent hub gives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson


@dataclass(frozen=True)
class Reply:
    """One answer; ``length`` overrides the true Content-Length."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]


@dataclass
class ScriptedHub:
    """A running server, and what it was asked."""

    endpoint: str
    asked: list[Asked]


Script = Callable[[int, str], Reply]
"""From the number of a request (from 0) and its path with query to the reply."""


@contextmanager
def scripted_hub(script: Script) -> Iterator[ScriptedHub]:
    """Serve a script on the loopback while the context lasts."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}))
            reply = script(len(asked) - 1, self.path)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.length is not None

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield ScriptedHub(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(*names: str, link: str = "", **headers: str) -> Reply:
    """A page of the listing with models of these names."""
    records = [{"_id": f"{n:024x}", "id": name, "lastModified": "2026-01-01T00:00:00.000Z"} for n, name in enumerate(names)]
    told = {"Link": f'<{link}>; rel="next"'} if link else {}
    return Reply(body=orjson.dumps(records), headers=told | {name.replace("_", "-"): value for name, value in headers.items()})


def error(status: int, message: str, **headers: str) -> Reply:
    """A refusal in the Hub's form."""
    return Reply(status, orjson.dumps({"error": message}), {name.replace("_", "-"): value for name, value in headers.items()})

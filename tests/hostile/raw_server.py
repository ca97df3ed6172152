"""A server below HTTP: for answers that no library would let one send."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answerer = Callable[[socket.socket], None]
"""Gets a connection whose request was read up to its blank line, and says what it likes."""


@contextmanager
def raw_server(answer: Answerer) -> Iterator[str]:
    """Serve connections on the loopback while the context lasts; yield the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(4096)
            answer(connection)

    def accept() -> None:
        while not ended.is_set():
            with suppress(TimeoutError):
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        accepting.join()
        listener.close()

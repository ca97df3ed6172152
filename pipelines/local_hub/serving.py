"""Starting and stopping a hub: inside a test or a run, or in the foreground of a terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.request_log import RequestLog
from pipelines.local_hub.server import HubServer
from pipelines.local_hub.store import HubStore
from warehouse.errors import UsageError

LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.05


class RunningHub:
    """A hub that answers at `endpoint` until its context ends."""

    def __init__(self, server: HubServer) -> None:
        self._server = server

    @property
    def endpoint(self) -> str:
        """The address to give to a client, without a slash at its end."""
        return self._server.endpoint

    @property
    def log(self) -> RequestLog:
        """All requests so far."""
        return self._server.log

    @property
    def store(self) -> HubStore:
        """What is served now."""
        return self._server.hub.store

    def swap_store(self, store: HubStore) -> None:
        """Serve tomorrow's hub from the next request on."""
        self._server.swap_store(store)

    def swap_faults(self, faults: FaultPlan) -> None:
        """Show other faults from the next request on."""
        self._server.swap_plan(faults)


@contextmanager
def running_hub(
    store: HubStore,
    *,
    faults: FaultPlan | None = None,
    host: str = LOOPBACK,
    port: int = 0,
    token: str | None = None,
    refused_expand: frozenset[str] = frozenset(),
    log_path: Path | None = None,
) -> Iterator[RunningHub]:
    """Serve a store from a thread of this process while the context lasts.

    Args:
        store: what is served.
        faults: which answers go wrong; none by default.
        host: the address to bind; the loopback interface by default.
        port: 0 takes a free one.
        token: the only token accepted (401 for any other); None accepts any.
        refused_expand: values of ``expand`` the list endpoint refuses, such as `query.DETAIL_ONLY`.
        log_path: JSON-lines file that every request is appended to.
    Raises:
        UsageError: the address can't be bound.
    """
    log = RequestLog(log_path)
    with _bind_errors(host, port):
        address = (host, port)
        server = HubServer(store, faults or FaultPlan(), log, address=address, token=token, refused_expand=refused_expand)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="local-hub", daemon=True)
    thread.start()
    try:
        yield RunningHub(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        log.close()


def serve_forever(
    store: HubStore,
    host: str,
    port: int,
    faults: FaultPlan | None,
    ready: Callable[[str], object],
    *,
    token: str | None = None,
    refused_expand: frozenset[str] = frozenset(),
    log_path: Path | None = None,
) -> int:
    """Serve a store until SIGINT or SIGTERM, and return the exit code 0. For the main thread of a process.

    The arguments are those of `running_hub`; ``ready`` is called once with the endpoint when it answers.
    """
    stopped = threading.Event()
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with running_hub(
            store, faults=faults, host=host, port=port, token=token, refused_expand=refused_expand, log_path=log_path
        ) as hub:
            ready(hub.endpoint)
            stopped.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


@contextmanager
def _bind_errors(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "choose another port, or 0 for a free one"
        raise UsageError(f"cannot serve on {host}:{port}: {error.strerror}", hint=hint) from error

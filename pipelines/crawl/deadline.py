"""A total time for one request, whatever the other side does.

A read's own time limit begins anew with every byte, so a server that sends its headers one by one could hold a crawl for
weeks. The exchange is therefore done by a thread that is left behind when its time is over; it ends with the process.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from pipelines.crawl.safety import Overdue

T = TypeVar("T")


def within(seconds: float, exchange: Callable[[], T]) -> T:
    """Return what ``exchange`` returns, or raise what it raises.

    Raises:
        Overdue: it took longer than ``seconds``.
    """
    results: SimpleQueue[T] = SimpleQueue()
    faults: SimpleQueue[BaseException | None] = SimpleQueue()

    def run() -> None:
        try:
            results.put(exchange())
        except BaseException as fault:  # handed to the caller as it is
            faults.put(fault)
        else:
            faults.put(None)

    Thread(target=run, name="exchange", daemon=True).start()
    try:
        fault = faults.get(timeout=seconds)
    except Empty:
        raise Overdue from None
    if fault is not None:
        raise fault
    return results.get()

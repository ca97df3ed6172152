"""A total time for one request, whatever the other side does.

A read's own time limit begins anew with every byte, so a server that sends its headers one by one could hold a crawl for
weeks. The exchange is therefore done by a second thread, which is left behind when its time is over; it ends with the exchange.
Each thread that asks keeps its second one: starting one for each of thousands of cards takes a quarter of their time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread, local
from typing import Any, TypeVar

from pipelines.crawl.safety import Overdue

T = TypeVar("T")


def within(seconds: float, exchange: Callable[[], T]) -> T:
    """Return what ``exchange`` returns, or raise what it raises.

    Raises:
        Overdue: it took longer than ``seconds``.
    """
    if not hasattr(_own, "exchanger"):
        _own.exchanger = _Exchanger()
    ended: SimpleQueue[_Ended] = SimpleQueue()
    _own.exchanger.jobs.put((exchange, ended))
    try:
        found = ended.get(timeout=seconds)
    except BaseException as end:  # time is over, or somebody interrupts: the second thread is still at it
        del _own.exchanger
        if isinstance(end, Empty):
            raise Overdue from None
        raise
    if found.fault is not None:
        raise found.fault
    result: T = found.result
    return result


_own = local()


def _forget() -> None:
    """Forget the second thread: a process that was forked has none of its parent's other threads."""
    vars(_own).clear()


os.register_at_fork(after_in_child=_forget)


@dataclass(frozen=True)
class _Ended:
    """How an exchange ended; a fault is handed to the caller as it is."""

    result: Any = None
    fault: BaseException | None = None


_Job = tuple[Callable[[], Any], "SimpleQueue[_Ended]"]


class _Exchanger:
    """A thread that does one exchange after the other, until nobody holds this object."""

    def __init__(self) -> None:
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        Thread(target=_exchange_all, args=(self.jobs,), name="exchange", daemon=True).start()

    def __del__(self) -> None:
        self.jobs.put(None)


def _exchange_all(jobs: SimpleQueue[_Job | None]) -> None:
    while job := jobs.get():
        exchange, ended = job
        try:
            ended.put(_Ended(exchange()))
        except BaseException as fault:
            ended.put(_Ended(fault=fault))
        del job, exchange, ended  # what was asked is not held while nothing is

"""The second thread of a request: kept, left behind when its time is over, and ended with the thread it belongs to."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import pytest

from pipelines.crawl import deadline
from pipelines.crawl.deadline import within
from pipelines.crawl.safety import Overdue

LONG = 30.0


def me() -> threading.Thread:
    return threading.current_thread()


@pytest.fixture(autouse=True)
def without_a_second_thread() -> None:
    """Begin each test without a second thread."""
    deadline._forget()


def becomes_true(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + LONG
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    return condition()


def test_exchanges_of_one_thread_share_a_second_one() -> None:
    first, second = within(LONG, me), within(LONG, me)
    assert first is second is not me()


def test_what_it_raises_reaches_the_caller_and_the_thread_goes_on() -> None:
    thread = within(LONG, me)
    with pytest.raises(ZeroDivisionError):
        within(LONG, lambda: 1 / 0)
    assert within(LONG, me) is thread


def test_an_overdue_exchange_is_left_behind_and_ends_by_itself() -> None:
    hold, left = threading.Event(), within(LONG, me)
    with pytest.raises(Overdue):
        within(0.05, hold.wait)
    assert within(LONG, me) is not left
    assert left.is_alive()
    hold.set()
    assert becomes_true(lambda: not left.is_alive())


def test_an_interrupt_does_not_leave_the_next_question_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hold = threading.Event()
    within(LONG, me)

    class Interrupted:
        def put(self, ended: object) -> None: ...

        def get(self, timeout: float) -> None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(deadline, "SimpleQueue", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            within(LONG, hold.wait)
    assert within(1.0, lambda: "answered") == "answered"
    hold.set()


def test_it_ends_with_the_thread_it_belongs_to() -> None:
    found: list[threading.Thread] = []
    asking = threading.Thread(target=lambda: found.append(within(LONG, me)))
    asking.start()
    asking.join()
    assert becomes_true(lambda: not found[0].is_alive())


def test_a_forked_process_has_one_of_its_own() -> None:
    within(LONG, me)
    process = os.fork()
    if process == 0:
        try:
            os._exit(0 if within(LONG, lambda: 1) == 1 else 2)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0

"""Questions asked a few at a time and answered in the order given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_order(
    pool: Executor, ask: Callable[[T], R], wanted: Iterable[T], ahead: int
) -> Generator[tuple[T, Future[R]], None, None]:
    """Ask in the pool, at most ``ahead`` questions before the first answer is taken; yield them in the order given."""
    under_way: deque[tuple[T, Future[R]]] = deque()
    try:
        for each in wanted:
            under_way.append((each, pool.submit(ask, each)))
            if len(under_way) >= ahead:
                yield under_way.popleft()
        while under_way:
            yield under_way.popleft()
    finally:
        for _, outcome in under_way:
            outcome.cancel()

"""One BLAS thread inside the fitter: its matrices are small, and threads that wait for one another cost four times the work."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager[object]:
    """Hold linear algebra to one thread; what was set comes back at the end."""
    limited: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limited

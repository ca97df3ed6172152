"""Scaling laws: loss observations and the laws fitted to them, with intervals, warnings and allocations; pure, without I/O.

In Python, `fit` turns a Polars frame of losses into results (`results.ScalingFits`) with ``summary``, ``predict``, ``allocate``
and ``plot``; docs/scaling.md shows one from beginning to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.scaling.results import ScalingFit, ScalingFits, fit

__all__ = ["ScalingFit", "ScalingFits", "fit"]


def __getattr__(name: str) -> object:
    """Import the fitter when it is first asked for: it takes a third of a second that most of the room's users do not need."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipelines.scaling import results

    return getattr(results, name)

"""Good orders for hundreds of matrices at once, for resamples: local search that moves one value at a time.

A value is taken out of the order and put where it gains most, until no such move gains. All matrices move in step, on arrays.
The search does not prove its answer; how often it finds the proven one is told in docs/orderings.md and held by a test.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.drift.ordering.flows import Counts, Places

_KICKS: Final = 16
"""How often the search is thrown off its answer and begun again; the best answer stays."""
_KICK_SHARE: Final = 3
"""A kick takes out every third value, at least two, and puts them anywhere."""


def climb(gain: Counts, start: Places | None, rng: np.random.Generator) -> Places:
    """Return one order a matrix.

    Args:
        gain: what it is worth to put the row's value before the column's, shape (matrices, n, n).
        start: an order to begin with beside the one by net outflow, shape (n,); the better end counts.
        rng: random numbers of the kicks.
    Returns:
        Places of the values, upstream first, shape (matrices, n).
    """
    difference = np.ascontiguousarray(gain - gain.swapaxes(1, 2))
    best = _settle(difference, np.argsort(-difference.sum(axis=2), axis=1, kind="stable"))
    if start is not None:
        best = _better(difference, best, _settle(difference, np.tile(start, (len(gain), 1))))
    for _ in range(_KICKS):
        best = _better(difference, best, _settle(difference, _kicked(best, rng)))
    return _settle_blocks(difference, best)


def settle(gain: Counts, start: Places) -> Places:
    """Return each order of ``start`` after all moves of values and blocks that gain; shapes as in `climb`."""
    difference = np.ascontiguousarray(gain - gain.swapaxes(1, 2))
    return _settle_blocks(difference, _settle(difference, start))


def _settle(difference: Counts, order: Places) -> Places:
    """Move values one by one until no move gains; a move goes to the best place of all, first by value and then by place."""
    order = order.copy()
    n = order.shape[1]
    is_earlier = np.arange(n)[None, :] <= np.arange(n)[:, None]
    moving = np.arange(len(order)) if n > 1 else np.arange(0)
    while len(moving):
        ahead = _placed(difference, order[moving], moving)
        summed = np.cumsum(ahead, axis=2)
        own = np.diagonal(summed, axis1=1, axis2=2)[:, :, None]
        # To a later place the value falls behind those between; to an earlier one it comes before them.
        gains = own - summed
        np.add(gains, ahead, out=gains, where=is_earlier)
        best, is_gain = _best_move(gains)
        moving, best = moving[is_gain], best[is_gain]
        origin, target = best // n, best % n
        low, high = np.minimum(origin, target), np.maximum(origin, target) + 1
        order[moving] = _exchanged(order[moving], low, np.where(target > origin, origin + 1, origin), high)
    return order


def _settle_blocks(difference: Counts, order: Places) -> Places:
    """Exchange neighbouring blocks of values until no exchange gains: what single moves can't mend."""
    order = order.copy()
    n = order.shape[1]
    at = np.arange(n + 1)
    is_pair = (at[:, None, None] < at[None, :, None]) & (at[None, :, None] < at[None, None, :])
    moving = np.arange(len(order)) if n > 1 else np.arange(0)
    while len(moving):
        area = np.zeros((len(moving), n + 1, n + 1), dtype=np.int64)
        area[:, 1:, 1:] = _placed(difference, order[moving], moving).cumsum(axis=1).cumsum(axis=2)
        own = np.diagonal(area, axis1=1, axis2=2)
        # The sum over rows i to j and columns j to k is what it is worth that the first block stands before the second.
        lost = area[:, None, :, :] - area[:, :, None, :] - own[:, None, :, None] + area[:, :, :, None]
        best, is_gain = _best_move(np.where(is_pair, -lost, 0))
        moving, best = moving[is_gain], best[is_gain]
        order[moving] = _exchanged(order[moving], best // (n + 1) ** 2, best // (n + 1) % (n + 1), best % (n + 1))
    return order


def _best_move(gains: Counts) -> tuple[Places, NDArray[np.bool_]]:
    """Return the flat place of the largest gain of each matrix, the first among equals, and whether it is one."""
    flat = gains.reshape(len(gains), -1)
    best = flat.argmax(axis=1)
    return best, flat[np.arange(len(flat)), best] > 0


def _exchanged(order: Places, low: Places, middle: Places, high: Places) -> Places:
    """Exchange the blocks low to middle and middle to high of each row."""
    at = np.arange(order.shape[1])[None, :]
    low, middle, high = low[:, None], middle[:, None], high[:, None]
    from_second = at + (middle - low)
    source = np.where(from_second < high, from_second, from_second - (high - low))
    return np.take_along_axis(order, np.where((at >= low) & (at < high), source, at), axis=1)


def _kicked(order: Places, rng: np.random.Generator) -> Places:
    """Put some values of each order anywhere; the others keep their succession."""
    n_rows, n = order.shape
    n_kicked = min(n, max(2, n // _KICK_SHARE))
    key = np.tile(np.arange(n, dtype=np.float64), (n_rows, 1))
    chosen = rng.permuted(np.tile(np.arange(n), (n_rows, 1)), axis=1)[:, :n_kicked]
    np.put_along_axis(key, chosen, rng.uniform(-1, n, chosen.shape), axis=1)
    return np.take_along_axis(order, np.argsort(key, axis=1, kind="stable"), axis=1)


def _better(difference: Counts, one: Places, other: Places) -> Places:
    """Return of each pair of orders the one worth more; equal ones stay with the first."""
    return np.where((worths(difference, other) > worths(difference, one))[:, None], other, one)


def worths(gain: Counts, order: Places) -> Counts:
    """Return what each order is worth by its own matrix, shape (matrices,)."""
    return np.asarray(np.triu(_placed(gain, order, np.arange(len(order))), 1).sum(axis=(1, 2)))


def _placed(matrices: Counts, order: Places, chosen: Places) -> Counts:
    """Return the chosen matrices with rows and columns in the orders given, one for each of them."""
    n = order.shape[1]
    rows = (chosen * n)[:, None] + order
    return np.asarray(matrices.reshape(-1).take(rows[:, :, None] * n + order[:, None, :]))

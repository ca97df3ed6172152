"""Graphs that are hard on rounds of contraction, as vertices and links."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Links = tuple[int, NDArray[np.int64], NDArray[np.int64]]
"""Number of vertices (0 … n-1), tails, tips."""


def path(order: NDArray[np.int64]) -> Links:
    return len(order), order[:-1], order[1:]


def bit_reversed(bits: int) -> NDArray[np.int64]:
    return np.array([int(f"{at:0{bits}b}"[::-1], 2) for at in range(1 << bits)], dtype=np.int64)


def star(n: int, centre: int) -> Links:
    leaves = np.delete(np.arange(n), centre)
    return n, np.full(n - 1, centre), leaves


def shapes(bits: int) -> dict[str, Links]:
    """The shapes of the reference's tests, of about 2**bits vertices."""
    n, dice = 1 << bits, np.random.default_rng(5)
    tails, tips = dice.integers(0, n, (2, 2 * n))
    few = dice.integers(0, n, (2, n // 3))
    return {
        "path in order": path(np.arange(n)),
        "path of random ids": path(dice.permutation(n)),
        "path of bit-reversed ids": path(bit_reversed(bits)),
        "star around the smallest": star(n, 0),
        "star around the largest": star(n, n - 1),
        "one giant component": (n, tails, tips),
        "many components": (n, few[0], few[1]),
        "all isolated": (n, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)),
        "repeated, reversed and to itself": (
            n, np.concatenate([few[0], few[0], few[1], few[0]]), np.concatenate([few[1], few[1], few[0], few[0]]),
        ),
    }  # fmt: skip


def together(graphs: dict[str, Links]) -> Links:
    """All shapes as one graph, one beside the other."""
    n, tails, tips = 0, [], []
    for size, tail, tip in graphs.values():
        tails.append(tail + n)
        tips.append(tip + n)
        n += size
    return n, np.concatenate(tails), np.concatenate(tips)


def frames(graph: Links, names: tuple[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    n, tails, tips = graph
    vertices = pl.DataFrame({"vertex": np.arange(n, dtype=np.int64)})
    return vertices, pl.DataFrame({names[0]: tails, names[1]: tips}, schema=dict.fromkeys(names, pl.Int64))

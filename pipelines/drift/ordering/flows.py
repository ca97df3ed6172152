"""Flows between the values of a trait as a matrix, and what an order of the values is worth.

The linear ordering of the seed paper (Laufer, Oderinwale and Kleinberg, arXiv 2508.06811): of each pair of values the direction
with more transitions is kept as an oriented edge, and the values are put into the order that agrees with most of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Places = NDArray[np.intp]
Weighting = Literal["edges", "traffic"]
WEIGHTINGS: Final[tuple[Weighting, ...]] = get_args(Weighting)
"""What an order tries to agree with: the number of oriented edges, as the paper does, or the transitions they stand for."""
BY_ALPHABET: Final = 20
"""How many values the alphabet ranks where nothing else does; each counts twice the next one."""
NO_VALUES: Final = ("other", "unknown", "none", "")
"""Words that stand for no value; the paper leaves them out of its orders."""


@dataclass(frozen=True)
class Flows:
    """Transitions between the chosen values of a trait, values in alphabetical order."""

    values: tuple[str, ...]
    count: Counts
    """Transitions from the row's value to the column's, shape (..., n, n), zero on the diagonal."""

    @property
    def net(self) -> Counts:
        """Transitions beyond those of the opposite direction, zero where there are fewer."""
        return np.asarray(np.maximum(self.count - self.count.swapaxes(-1, -2), 0))

    @property
    def oriented(self) -> Counts:
        """1 where the row's value goes to the column's more often than back."""
        return (self.net > 0).astype(np.int64)


@dataclass(frozen=True)
class Gains:
    """What it is worth to put the row's value before the column's: three matrices, an earlier one always decides first."""

    first: Counts
    second: Counts
    third: Counts

    @property
    def ranked(self) -> Counts:
        """All three in one matrix of whole numbers that compares orders as the three do one after the other."""
        beyond_third = 1 + self.third.sum(axis=(-1, -2), keepdims=True)
        beyond_second = beyond_third * (1 + self.second.sum(axis=(-1, -2), keepdims=True))
        return np.asarray(self.first * beyond_second + self.second * beyond_third + self.third)


def most_frequent_values(moves: pl.DataFrame, n_values: int) -> tuple[str, ...]:
    """Return the values that take part in most transitions, in alphabetical order; words for no value are left out.

    Args:
        moves: transitions with from_value, to_value and n_moves, any number of rows a pair.
        n_values: how many at most; equal counts are broken by the alphabet.
    """
    ends = [moves.select(value=end, n="n_moves") for end in ("from_value", "to_value")]
    counted = pl.concat(ends).filter(~pl.col("value").is_in(NO_VALUES)).group_by("value").agg(pl.col("n").sum())
    return tuple(counted.sort(-pl.col("n"), "value").head(n_values)["value"].sort())


def flows_of(moves: pl.DataFrame, values: Sequence[str]) -> Flows:
    """Return the flows between ``values``; other transitions are left out, and those from a value to itself."""
    place = {value: i for i, value in enumerate(values)}
    among = moves.filter(pl.col("from_value").is_in(place) & pl.col("to_value").is_in(place))
    # Without values to replace, Polars keeps the texts: the cast makes numbers of no rows, too.
    numbers = [among[end].replace_strict(place, return_dtype=pl.Int64).cast(pl.Int64) for end in ("from_value", "to_value")]
    ends = [number.to_numpy() for number in numbers]
    count = np.zeros((len(place), len(place)), dtype=np.int64)
    np.add.at(count, (ends[0], ends[1]), among["n_moves"].cast(pl.Int64).to_numpy())
    np.fill_diagonal(count, 0)
    return Flows(tuple(values), count)


def gains_of(flows: Flows, weighting: Weighting) -> Gains:
    """Return what an order is judged by: the weighting, among equals the other one, among equals the alphabet.

    By the alphabet the first value stands as early as it can, then the second, and so on: that leaves one order up to
    `BY_ALPHABET` values.
    """
    n = len(flows.values)
    place_in_alphabet = np.arange(n)
    early = np.left_shift(1, np.maximum(min(n, BY_ALPHABET) - 1 - place_in_alphabet, 0))
    alphabet = np.where(np.eye(n, dtype=bool), 0, np.where(place_in_alphabet < BY_ALPHABET, early, 0)[:, None])
    oriented, net = flows.oriented, flows.net
    return Gains(oriented, net, alphabet) if weighting == "edges" else Gains(net, oriented, alphabet)


def worth(gain: Counts, order: Places) -> int:
    """Return what agrees with an order: the sum over all pairs of the value that stands before."""
    return int(np.triu(gain[np.ix_(order, order)], 1).sum())

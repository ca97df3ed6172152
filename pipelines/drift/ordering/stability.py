"""How firm an order is: families drawn with replacement, and families turned round as the null of no direction.

Families are the clusters, as the transitions of one family are not independent: they hang on few parents and few makers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from pipelines.drift.ordering.climbing import climb, worths
from pipelines.drift.ordering.flows import Counts, Flows, Places, Weighting, gains_of

Floats = NDArray[np.float64]
RESAMPLES: Final = 200
_AT_ONCE: Final = 2_000_000
"""Numbers drawn at a time."""


@dataclass(frozen=True)
class Stability:
    """What resamples say of an order of n values."""

    place: NDArray[np.int64]
    """Place of each value (of the alphabet) in each resample's order, 0 upstream, shape (resamples, n)."""
    compatible_share: Floats
    """Share of each resample's oriented edges that agree with the order of all data; NaN where it has none."""
    explained_share: Floats
    """Share of each resample's transitions that go forward in the order of all data; NaN where it has none."""
    null_compatible_share: Floats
    """Share of oriented edges that agree with the best order after each family was turned round at random."""
    null_explained_share: Floats
    """Share of transitions that go forward in that order."""
    n_families: int
    """Families that have transitions between the values."""

    @property
    def before_share(self) -> Floats:
        """Share of resamples in which the row's value stands before the column's, shape (n, n)."""
        return np.asarray((self.place[:, :, None] < self.place[:, None, :]).mean(axis=0))


def by_family(moves: pl.DataFrame, flows: Flows) -> sp.csr_array:
    """Return the flows of each family as a row of n * n transitions; only families that have some.

    Args:
        moves: transitions with family_id, from_value, to_value, n_moves.
        flows: which values count.
    """
    place = {value: i for i, value in enumerate(flows.values)}
    among = moves.filter(
        pl.col("from_value").is_in(place) & pl.col("to_value").is_in(place) & (pl.col("from_value") != pl.col("to_value"))
    )
    family = among["family_id"].rank("dense").cast(pl.Int64).to_numpy() - 1
    ends = [among[end].replace_strict(place, return_dtype=pl.Int64).to_numpy() for end in ("from_value", "to_value")]
    n = len(flows.values)
    shape = (int(family.max(initial=-1)) + 1, n * n)
    return sp.csr_array((among["n_moves"].to_numpy(), (family, ends[0] * n + ends[1])), shape=shape)


def resample(
    rows: sp.csr_array, flows: Flows, weighting: Weighting, order: Places, *, seed: int, n_resamples: int = RESAMPLES
) -> Stability:
    """Draw families again and again, and tell what becomes of the order of all data.

    Args:
        rows: the flows of each family, from `by_family`.
        flows: their sums between the values of the order.
        weighting: what an order is judged by.
        order: the best order of all data, places of `flows.values`, upstream first.
        seed: of the random numbers.
        n_resamples: of drawn and of turned families alike.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = Flows(flows.values, _reshaped(_times(rows.shape[0], n_resamples, rng) @ rows, flows))
    orders = climb(gains_of(drawn, weighting).ranked, order, rng)
    fixed = np.tile(order, (n_resamples, 1))
    is_turned = rng.integers(2, size=(n_resamples, rows.shape[0]))
    forward, back = _reshaped(is_turned @ rows, flows), _reshaped((1 - is_turned) @ rows, flows)
    turned = Flows(flows.values, forward + back.swapaxes(1, 2))
    null_orders = climb(gains_of(turned, weighting).ranked, None, rng)
    return Stability(
        np.argsort(orders, axis=1),
        _share(drawn.oriented, fixed),
        _share(drawn.count, fixed),
        _share(turned.oriented, null_orders),
        _share(turned.count, null_orders),
        rows.shape[0],
    )


def _times(n_families: int, n_resamples: int, rng: np.random.Generator) -> Counts:
    """Return how often each family stands in each resample."""
    times = np.zeros((n_resamples, n_families), dtype=np.int64)
    at_once = max(1, _AT_ONCE // max(n_families, 1))
    for begin in range(0, n_resamples, at_once):
        part = times[begin : begin + at_once]
        if n_families:
            drawn = rng.integers(n_families, size=part.shape) + n_families * np.arange(len(part))[:, None]
            part[:] = np.bincount(drawn.reshape(-1), minlength=part.size).reshape(part.shape)
    return times


def _reshaped(sums: Counts, flows: Flows) -> Counts:
    n = len(flows.values)
    return np.asarray(sums, dtype=np.int64).reshape(-1, n, n)


def _share(weight: Counts, order: Places) -> Floats:
    """Return which share of each matrix stands forward in its order; NaN for an empty one."""
    whole = weight.sum(axis=(1, 2))
    return np.asarray(np.divide(worths(weight, order), whole, out=np.full(len(whole), np.nan), where=whole > 0))

"""Whether a net flow has a direction: an exact sign-flip test over families, and what is left after many tests."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from scipy import stats

from pipelines.drift.sets import Codes, Floats

MIN_MOVING: Final = 6
"""With fewer families that lean either way no p can be below 0.05 (two in 2⁵ are 0.0625): the flow is not tested."""
_EXACT_CELLS: Final = 20_000_000


def sign_flip(nets: Codes) -> float:
    """Return the two-sided p of Σ nets where each family is as likely to lean one way as the other by its amount.

    Exact: the distribution of the sum over all 2ⁿ signs is counted by convolution. Beyond 20 million cells (families times
    moves) by the normal approximation with the same variance.

    Args:
        nets: net flow of each family, zeros left out.
    """
    amounts = np.sort(np.abs(nets))
    total, observed = int(amounts.sum()), abs(int(nets.sum()))
    if total == 0:
        return 1.0
    if total * len(amounts) > _EXACT_CELLS:
        return float(2 * stats.norm.sf(observed / np.sqrt((amounts.astype(np.float64) ** 2).sum())))
    # Probability of each sum of the amounts with a plus sign; the net is twice that less the total.
    n_ones = int((amounts == 1).sum())
    chance = np.zeros(total + 1)
    chance[: n_ones + 1] = _coins(n_ones)
    for amount in amounts[n_ones:]:
        moved = np.zeros_like(chance)
        moved[amount:] = chance[: len(chance) - amount]
        chance = (chance + moved) / 2
    net = 2 * np.arange(total + 1) - total
    return float(min(1.0, chance[np.abs(net) >= observed].sum()))


@lru_cache(maxsize=4096)
def _coins(n: int) -> Floats:
    """Return the chance of each number of heads."""
    return np.asarray(stats.binom.pmf(np.arange(n + 1), n, 0.5))


def adjusted(p_values: Floats) -> Floats:
    """Return Benjamini-Hochberg adjusted p values."""
    return np.asarray(stats.false_discovery_control(p_values)) if len(p_values) else p_values

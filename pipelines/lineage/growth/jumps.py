"""Abrupt jumps: many children of one base within days, against what the days around and the fitted curve let expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammainc

from pipelines.lineage.growth.arrivals import Arrivals, Flags, Floats, Ints

JUMP_DAYS: Final = 3.0
"""Length of a jump."""
AROUND_DAYS: Final = 21.0
"""How far before and after a jump the usual rate is looked for, as far as the base was observed."""
MIN_JUMP: Final = 10
"""Children that a jump has at least."""
MIN_EXCESS: Final = 5.0
"""A jump has at least so many times the children expected."""
FALSE_ALARM: Final = 0.001
"""Chance of a flag for a base whose children arrive independently, over all its windows (Bonferroni)."""
MASS_SHARE: Final = 0.5
"""A jump is a mass upload where one author made at least this share of it."""


@dataclass(frozen=True)
class Jumps:
    """The most improbable window of each base."""

    first: Ints
    """Its first arrival, (n_bases,)."""
    n_children: Ints
    is_jump: Flags


def find_jumps(arrivals: Arrivals, expected_by_curve: Floats | None = None) -> Jumps:
    """Return each base's most improbable window of `JUMP_DAYS` that begins with an arrival, and whether it is a jump.

    The window's expected number is the larger of two: from the arrivals around it, and from the fitted curve, which knows that
    a release begins steeply. A jump has `MIN_JUMP` children, `MIN_EXCESS` times the expected, and a Poisson probability below
    `FALSE_ALARM` for all windows of the base together.

    Args:
        arrivals: those of all bases.
        expected_by_curve: what the curve lets expect in the window after each arrival, (n_arrivals,); left out where no
            curve is known.
    """
    count, expected = _around(arrivals)
    if expected_by_curve is not None:
        expected = np.maximum(expected, expected_by_curve)
    # P(Poisson(e) >= n) is the regularised lower incomplete gamma function of n at e.
    chance = np.asarray(gammainc(count, expected)) * np.repeat(arrivals.n, arrivals.n)
    is_jump = (count >= MIN_JUMP) & (count >= MIN_EXCESS * expected) & (chance < FALSE_ALARM)
    order = np.lexsort((np.arange(len(count)), -count, chance, ~is_jump, arrivals.base))
    best = order[arrivals.start]
    return Jumps(best, count[best], is_jump[best])


def window_ends(arrivals: Arrivals) -> Floats:
    """Return the age at which the window after each arrival ends; none is longer than the observation."""
    return np.asarray(np.minimum(arrivals.age + JUMP_DAYS, np.repeat(arrivals.window, arrivals.n)))


def _around(arrivals: Arrivals) -> tuple[Ints, Floats]:
    """Return the arrivals in the window after each arrival, and what those around it let expect (one is granted).

    The arrivals before and after the window are counted apart and the busier side taken: a base that has just begun, or just
    ended, is quiet on one side without being abrupt.
    """
    age, end = arrivals.age, np.repeat(arrivals.window, arrivals.n)
    own = _reached(arrivals, age, before=True)
    after = _reached(arrivals, age + JUMP_DAYS)
    past = own - _reached(arrivals, np.maximum(age - AROUND_DAYS, 0), before=True)
    future = _reached(arrivals, age + JUMP_DAYS + AROUND_DAYS) - after
    past_days = np.maximum(np.minimum(age, AROUND_DAYS), JUMP_DAYS)
    future_days = np.maximum(np.minimum(end - age - JUMP_DAYS, AROUND_DAYS), JUMP_DAYS)
    rate = np.maximum((past + 1) / past_days, (future + 1) / future_days)
    return after - own, np.asarray(rate * JUMP_DAYS)


def _reached(arrivals: Arrivals, age: Floats, *, before: bool = False) -> Ints:
    """Return how many arrivals of its base there were up to (or before) an age given for each arrival."""
    far = 2 * (float(arrivals.window.max(initial=0)) + JUMP_DAYS + AROUND_DAYS)
    place = arrivals.base * far
    found = np.searchsorted(place + arrivals.age, place + age, side="left" if before else "right")
    return np.asarray(found - np.repeat(arrivals.start, arrivals.n), dtype=np.int64)

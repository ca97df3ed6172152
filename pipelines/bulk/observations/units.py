"""Losses of any unit in nats, and which base the source wrote them in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl


@dataclass(frozen=True)
class LossUnit:
    """A way to write a cross entropy."""

    log_base: str
    words: str
    """How it is turned into nats, for the report."""
    factor: float | None = None
    """Nats in one unit; None for a perplexity, whose logarithm is taken."""
    is_per_byte: bool = False


LOSS_UNITS: Final[Mapping[str, LossUnit]] = {
    "nats": LossUnit("e", "nats per token, taken as they stand", 1.0),
    "bits": LossUnit("2", "bits per token, times ln 2 = 0.693147", math.log(2)),
    "log10": LossUnit("10", "base-10 logarithms per token, times ln 10 = 2.302585", math.log(10)),
    "perplexity": LossUnit("perplexity", "perplexities per token, natural logarithm taken"),
    "nats_per_byte": LossUnit("e", "nats per byte, taken as they stand", 1.0, is_per_byte=True),
    "bits_per_byte": LossUnit("2", "bits per byte, times ln 2 = 0.693147", math.log(2), is_per_byte=True),
}
"""Name of a unit -> what it is. Per byte is another quantity than per token: it gets the tokenizer ``bytes``."""
BYTES: Final = "bytes"


def nats(value: pl.Expr, unit: LossUnit) -> pl.Expr:
    """Return losses in nats; the perplexity 0 or below has none."""
    if unit.factor is None:
        return pl.when(value > 0).then(value.log())
    return value if unit.factor == 1.0 else value * unit.factor


def nats_by_row(value: pl.Expr, unit: pl.Expr) -> pl.Expr:
    """Return losses in nats where every row names its unit; null where the unit is none of `LOSS_UNITS`."""
    cases = [pl.when(unit == name).then(nats(value, known)) for name, known in LOSS_UNITS.items()]
    return pl.coalesce(cases)

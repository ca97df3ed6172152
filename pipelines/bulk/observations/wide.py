"""Tables with one column an evaluation set, turned into one row an evaluation set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pipelines.bulk.observations.tables import ROW, number
from pipelines.bulk.observations.units import LOSS_UNITS, nats

_ENTROPY, _PERPLEXITY = "/CrossEntropyLoss", "/Perplexity"
_UNITS: Final = {_ENTROPY: "nats", _PERPLEXITY: "perplexity"}


def loss_columns(names: Sequence[str], *, prefix: str = "") -> dict[str, dict[str, str]]:
    """Return, by evaluation set, the columns that hold its loss: unit -> column."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        for ending, unit in _UNITS.items():
            if name.startswith(prefix) and name.endswith(ending):
                eval_set = name.removeprefix(prefix).removesuffix(ending).removesuffix("-validation")
                found.setdefault(eval_set, {})[unit] = name
    return dict(sorted(found.items()))


def long(table: pl.DataFrame, described: pl.DataFrame, columns: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Return one row a source row and evaluation set that has a loss: the entropy, else the logarithm of the perplexity."""
    parts = [_one_set(table, eval_set, units) for eval_set, units in columns.items()]
    losses = pl.concat(parts) if parts else pl.DataFrame(schema={ROW: pl.Int64})
    return described.join(losses, on=ROW, how="inner", maintain_order="left").sort(ROW, "eval_set")


def _one_set(table: pl.DataFrame, eval_set: str, units: Mapping[str, str]) -> pl.DataFrame:
    by_preference = [(unit, number(units[unit])) for unit in ("nats", "perplexity") if unit in units]
    base = pl.coalesce(pl.when(value.is_not_null()).then(pl.lit(LOSS_UNITS[unit].log_base)) for unit, value in by_preference)
    return table.select(
        ROW,
        pl.lit(eval_set).alias("eval_set"),
        pl.coalesce(nats(value, LOSS_UNITS[unit]) for unit, value in by_preference).alias("loss"),
        pl.coalesce(value for _, value in by_preference).alias("published_loss"),
        base.alias("log_base"),
    ).filter(pl.col("published_loss").is_not_null())

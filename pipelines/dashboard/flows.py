"""Geometry of a Sankey diagram with two sides: where each band begins, ends and how it bends."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

_GAP: Final = 0.03
"""Space between two values of a side, as a share of the height."""

_STEPS: Final = 24
"""Points along a band; more would not be seen."""


def flow_bands(flows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lay out flows between two sides, the largest values on top.

    Args:
        flows: one row a flow: ``source``, ``target`` (texts), ``size`` (positive).

    Returns:
        Bands, 24 rows a flow: ``flow``, ``source``, ``x`` from 0 to 1, ``low`` and ``high`` from 0 (top) to 1; and
        labels, one row a value and side: ``side``, ``label``, ``x``, ``y``.
    """
    places = {side: _places(flows, side) for side in ("source", "target")}
    scale = (1 - _GAP * max(map(len, places.values()))) / float(flows["size"].sum())
    placed = flows.with_row_index("flow").with_columns(
        pl.col(side).replace_strict(known, return_dtype=pl.Int64).alias(f"{side}_place") for side, known in places.items()
    )
    for side, other in (("source", "target"), ("target", "source")):
        above = (pl.col("size").cum_sum() - pl.col("size")) * scale + pl.col(f"{side}_place") * _GAP
        placed = placed.sort(f"{side}_place", f"{other}_place").with_columns(above.alias(f"{side}_top"))
    bands = pl.concat([_band(row, scale) for row in placed.sort("flow").iter_rows(named=True)])
    return bands, pl.concat([_labels(placed, side, x, scale) for side, x in (("source", 0.0), ("target", 1.0))])


def _places(flows: pl.DataFrame, side: str) -> dict[str, int]:
    """Number a side's values from the largest down."""
    values = flows.group_by(side).agg(pl.col("size").sum()).sort(["size", side], descending=[True, False])
    return {label: place for place, label in enumerate(values[side])}


def _band(row: dict[str, Any], scale: float) -> pl.DataFrame:
    t = np.linspace(0, 1, _STEPS)
    low = row["source_top"] + (row["target_top"] - row["source_top"]) * t * t * (3 - 2 * t)
    band = pl.DataFrame({"x": t, "low": low, "high": low + row["size"] * scale})
    return band.with_columns(flow=pl.lit(row["flow"]), source=pl.lit(row["source"]))


def _labels(placed: pl.DataFrame, side: str, x: float, scale: float) -> pl.DataFrame:
    top, bottom = pl.col(f"{side}_top").min(), (pl.col(f"{side}_top") + pl.col("size") * scale).max()
    middles = placed.group_by(label=side).agg(y=(top + bottom) / 2).sort("label")
    return middles.select(pl.lit(side).alias("side"), "label", pl.lit(x).alias("x"), "y")

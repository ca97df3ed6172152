"""Children as arrivals: for each base the ages in days at which its children came, all bases in one flat array."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MIN_CHILDREN: Final = 10
"""Bases with fewer dated children are not described: their curve says next to nothing."""
YOUNGEST: Final = 1.0
"""Days. Children of the first day count as one day old: the law lives on the logarithm of age, where the order of a release's
first minutes would outweigh years."""
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Arrivals:
    """Arrivals of many bases, base by base and in order of time within each; n_bases and n_arrivals are the shapes."""

    age: Floats
    """Days from the base's creation to the child's, (n_arrivals,)."""
    start: Ints
    """First arrival of each base, (n_bases,); no base is without arrivals."""
    window: Floats
    """Days from the base's creation to the end of observation, (n_bases,)."""
    batch: Floats
    """How many arrivals come at once, as the next arrival sees it: 1 where each comes alone, (n_bases,). The evidence of
    uploads in batches is that of so many fewer arrivals, and their number scatters so much more (a compound process)."""

    @property
    def n(self) -> Ints:
        """Arrivals of each base, (n_bases,)."""
        return np.diff(np.append(self.start, len(self.age)))

    @property
    def base(self) -> Ints:
        """Base of each arrival, (n_arrivals,)."""
        return np.repeat(np.arange(len(self.start)), self.n)

    def one_by_one(self) -> Arrivals:
        """Return the same arrivals as if each came alone."""
        return replace(self, batch=np.ones_like(self.batch))

    def chosen(self, is_chosen: Flags) -> Arrivals:
        """Return the arrivals of some bases; shape of ``is_chosen``: (n_bases,)."""
        kept = np.repeat(is_chosen, self.n)
        ends = np.cumsum(self.n[is_chosen])
        return Arrivals(self.age[kept], ends - self.n[is_chosen], self.window[is_chosen], self.batch[is_chosen])


def arrivals_of(children: pl.DataFrame, until: datetime) -> Arrivals:
    """Return the arrivals of ``children``, one base for each run of equal ``parent_id``.

    A batch is what one author uploads on one day; children without an author come alone.

    Args:
        children: parent_id, parent_created_at, child_created_at, child_author, sorted by parent and the child's creation.
        until: end of observation; no child is younger.
    """
    born, came = (_seconds(children[name]) for name in ("parent_created_at", "child_created_at"))
    start = children.with_row_index("row").group_by("parent_id", maintain_order=True).agg(pl.col("row").first())["row"]
    first = start.cast(pl.Int64).to_numpy()
    age = np.maximum((came - born) / _DAY, YOUNGEST)
    window = np.maximum((_seconds(pl.Series([until])) - born[first]) / _DAY, YOUNGEST)
    return Arrivals(age, first, np.maximum(window, np.maximum.reduceat(age, first) if len(first) else window), _batch(children))


def _batch(children: pl.DataFrame) -> Floats:
    """Return the mean size of the batch an arrival belongs to: Σ size² / Σ size over the batches of each base."""
    day = pl.col("child_created_at").dt.date()
    size = pl.when(pl.col("child_author").is_null()).then(1).otherwise(pl.len().over("parent_id", "child_author", day))
    sized = children.select("parent_id", size=size)
    mean = sized.group_by("parent_id", maintain_order=True).agg(pl.col("size").mean())["size"]
    return np.asarray(mean.cast(pl.Float64).to_numpy(), dtype=np.float64)


def _seconds(instants: pl.Series) -> Floats:
    return np.asarray(instants.cast(pl.Datetime("us")).dt.epoch("us").to_numpy() / 1e6, dtype=np.float64)

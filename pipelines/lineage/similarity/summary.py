"""From measured pairs to the table ``similarity``: means with intervals, and the difference to parent and child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from pipelines.lineage.forest import Ints
from pipelines.lineage.similarity.bootstrap import bootstrap_means, interval95
from pipelines.lineage.similarity.draws import Design
from pipelines.lineage.similarity.vectors import Floats

MIN_FAMILIES: Final = 10
"""With fewer families than this, drawing families says nothing about the next hub: no such interval is given."""
_DIGITS: Final = 6
"""Decimals kept: sums in another order differ far behind them."""


class What(NamedTuple):
    """What was measured on a pair."""

    compared: str
    control: str
    measure: str


Measured = Mapping[What, Floats]
"""One value a drawn pair, in the order of the draws; NaN where the pair has none."""

SIMILARITY: Final = {
    "edge_scope": pl.String(),
    "compared": pl.String(),
    "control": pl.String(),
    "measure": pl.String(),
    "motif": pl.String(),
    "n_pairs": pl.Int64(),
    "n_families": pl.Int64(),
    "mean": pl.Float64(),
    "low95": pl.Float64(),
    "high95": pl.Float64(),
    "family_low95": pl.Float64(),
    "family_high95": pl.Float64(),
    "difference": pl.Float64(),
    "difference_low95": pl.Float64(),
    "difference_high95": pl.Float64(),
}


@dataclass(frozen=True)
class _Block:
    """The pairs of one motif in one scope."""

    edge_scope: str
    motif: str
    family: Ints
    values: Floats
    """Shape (pairs, what is measured); NaN where a pair has no value."""

    @property
    def is_known(self) -> Floats:
        """1 where a pair has a value, else 0."""
        return (~np.isnan(self.values)).astype(np.float64)

    def means(self) -> Floats:
        """Mean of each column; NaN where no pair has a value."""
        n = self.is_known.sum(axis=0)
        found: Floats = np.divide(np.nansum(self.values, axis=0), n, out=np.full(len(n), np.nan), where=n > 0)
        return found


def summarise(draws: pl.DataFrame, measured: Measured, design: Design) -> pl.DataFrame:
    """Return one row a scope, motif and measured quantity; rows without a pair are left out.

    ``low95`` and ``high95`` come of drawing pairs. The intervals of ``family_…`` and ``difference_…`` come of drawing whole
    families, since pairs of one family share models; null for fewer than `MIN_FAMILIES` families. ``difference`` is the
    mean less that of parent and child.

    Args:
        draws: `draws.DRAWS`.
        measured: by what was measured, one value a row of ``draws``.
        design: number of bootstraps and the seed.
    """
    whats, blocks = list(measured), _blocks(draws, measured)
    drawn_pairs = _pair_intervals(blocks, design)
    rows = [pl.DataFrame(schema=SIMILARITY)]
    for scope in dict.fromkeys(block.edge_scope for block in blocks):
        of_scope = [block for block in blocks if block.edge_scope == scope]
        rows += [
            _rows(whats, block, {"low95": drawn_pairs[id(block)][0], "high95": drawn_pairs[id(block)][1]} | by_family)
            for block, by_family in zip(of_scope, _family_intervals(of_scope, design), strict=True)
        ]
    key = ("edge_scope", "compared", "control", "measure", "motif")
    return pl.concat(rows).filter(pl.col("n_pairs") > 0).sort(key)


def _blocks(draws: pl.DataFrame, measured: Measured) -> list[_Block]:
    values = np.column_stack(list(measured.values()))
    family = draws["family"].to_numpy()
    groups = draws.with_row_index("row").group_by("edge_scope", "motif", maintain_order=True).agg("row")
    return [_Block(scope, motif, family[rows], values[rows]) for scope, motif, rows in groups.iter_rows()]


def _pair_intervals(blocks: list[_Block], design: Design) -> dict[int, tuple[Floats, Floats]]:
    """Return the interval of each block by drawing its pairs; blocks of one size share the draws."""
    found = {}
    for size in sorted({len(block.family) for block in blocks}):
        alike = [block for block in blocks if len(block.family) == size]
        values, is_known = (np.hstack(parts) for parts in zip(*((b.values, b.is_known) for b in alike), strict=True))
        rng = design.stream("pairs", str(size))
        low, high = interval95(bootstrap_means(np.nan_to_num(values), is_known, design.n_bootstraps, rng))
        ends = zip(np.split(low, len(alike)), np.split(high, len(alike)), strict=True)
        found.update({id(block): interval for block, interval in zip(alike, ends, strict=True)})
    return found


def _family_intervals(blocks: list[_Block], design: Design) -> list[dict[str, Floats]]:
    """Return the columns that come of drawing families, for each block of one scope; all blocks share the draws."""
    families = np.unique(np.concatenate([block.family for block in blocks]))
    tables = [
        (_by_family(families, b.family, np.nan_to_num(b.values)), _by_family(families, b.family, b.is_known)) for b in blocks
    ]
    sums, counts = (np.hstack(parts) for parts in zip(*tables, strict=True))
    rng = design.stream("families", blocks[0].edge_scope)
    means = bootstrap_means(sums, counts, design.n_bootstraps, rng).reshape(design.n_bootstraps, len(blocks), -1)
    motifs = [block.motif for block in blocks]
    reference = motifs.index("parent_child")
    return [
        _columns(block, means[:, i], block.means() - blocks[reference].means(), means[:, i] - means[:, reference], counted)
        for i, (block, (_, counted)) in enumerate(zip(blocks, tables, strict=True))
    ]


def _columns(block: _Block, means: Floats, difference: Floats, differences: Floats, counts: Floats) -> dict[str, Floats]:
    n_families = (counts > 0).sum(axis=0)
    is_enough = n_families >= MIN_FAMILIES
    is_itself = block.motif == "parent_child"
    low, high = interval95(means)
    difference_low, difference_high = interval95(differences)
    return {
        "n_families": n_families.astype(np.float64),
        "family_low95": np.where(is_enough, low, np.nan),
        "family_high95": np.where(is_enough, high, np.nan),
        "difference": np.where(is_itself, np.nan, difference),
        "difference_low95": np.where(is_enough & (not is_itself), difference_low, np.nan),
        "difference_high95": np.where(is_enough & (not is_itself), difference_high, np.nan),
    }


def _by_family(families: Ints, family: Ints, values: Floats) -> Floats:
    """Add up the values of each family's pairs; shape (families, columns)."""
    place = np.searchsorted(families, family)
    return np.column_stack([np.bincount(place, weights=column, minlength=len(families)) for column in values.T])


def _rows(whats: list[What], block: _Block, columns: Mapping[str, Floats]) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "edge_scope": [block.edge_scope] * len(whats),
            **{field: [getattr(what, field) for what in whats] for field in What._fields},
            "motif": [block.motif] * len(whats),
            "n_pairs": block.is_known.sum(axis=0),
            "mean": block.means(),
            **columns,
        }
    )
    numbers = pl.selectors.float().fill_nan(None).round(_DIGITS)
    return frame.with_columns(numbers).select(pl.col(name).cast(dtype) for name, dtype in SIMILARITY.items())

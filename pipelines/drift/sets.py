"""The sets of values that models declare of one trait, numbered, and what two sets have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class TraitSets:
    """Distinct sets of values; set 0 is the empty one, of models that declare nothing."""

    values: tuple[str, ...]
    """The values, sorted."""
    members: sparse.csr_matrix
    """One row a set, one column a value, 1 where the set holds the value."""
    of_model: Codes
    """The set of each model."""

    @property
    def size(self) -> Codes:
        """The number of values in each set."""
        return np.asarray(np.diff(self.members.indptr), dtype=np.int64)

    def distance(self, first: Codes, second: Codes) -> Floats:
        """Return the Jaccard distance of sets, pair by pair: 1 - common / all; 0 for two empty sets."""
        pair, where = np.unique(first * self.members.shape[0] + second, return_inverse=True)
        left, right = np.divmod(pair, self.members.shape[0])
        common = np.asarray(self.members[left].multiply(self.members[right]).sum(axis=1), dtype=np.float64).reshape(-1)
        together = self.size[left] + self.size[right] - common
        found = np.ones(len(pair))
        np.divide(common, together, out=found, where=together > 0)
        return (1.0 - found)[where]


def trait_sets(declared: pl.DataFrame, n_models: int) -> TraitSets:
    """Number the values and sets of one trait.

    Args:
        declared: model (number from 0), trait_value; rows may repeat.
        n_models: how many models there are.
    """
    values = declared["trait_value"].unique().sort()
    coded = pl.DataFrame({"trait_value": values, "value": np.arange(len(values))})
    held = declared.join(coded, on="trait_value").select("model", "value").unique().sort("model", "value")
    sets = held.group_by("model", maintain_order=True).agg("value").with_columns(
        text=pl.col("value").cast(pl.List(pl.String)).list.join(" ")
    )  # fmt: skip
    distinct = sets.unique("text", keep="first", maintain_order=True).with_columns(set=pl.int_range(1, pl.len() + 1))
    of_model = np.zeros(n_models, dtype=np.int64)
    numbered = sets.join(distinct.select("text", "set"), on="text")
    of_model[numbered["model"].to_numpy()] = numbered["set"].to_numpy()
    columns = distinct["value"].explode().drop_nulls().to_numpy().astype(np.int64)
    starts = np.concatenate([[0, 0], np.cumsum(distinct["value"].list.len().to_numpy())]).astype(np.int64)
    shape = (distinct.height + 1, len(values))
    members = sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=shape)
    return TraitSets(tuple(values), members, of_model)

"""On whom a flow hangs: the share of its largest parent, of the author of most children, and of the commonest tool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.pairs import Pairs

_ENDS: Final = ("from_code", "to_code")
_DIGITS: Final = 6


def leverage_of(pairs: Pairs, moves: pl.DataFrame, who: pl.DataFrame, relations: Sequence[int]) -> pl.DataFrame:
    """Return of each move from_code, to_code: who makes most of it, and how much of it.

    Args:
        pairs: the pairs of the trait.
        moves: their moves, by index of the pair.
        who: author and tool of each model.
        relations: the relations of the scope.
    """
    edge = moves["edge"].to_numpy()
    child = pl.Series(pairs.linked.child[edge])
    located = moves.select(
        *_ENDS,
        pl.Series("relation", pairs.linked.relation[edge]),
        pl.Series("parent", pairs.linked.parent[edge]),
        who["author"].gather(child).alias("author"),
        who["tool"].gather(child).alias("tool"),
        pl.Series("is_default", pairs.is_default[edge]),
    ).filter(pl.col("relation").is_in(relations))
    undefaulted = (~pl.col("is_default")).sum().cast(pl.Int64)
    total = located.group_by(_ENDS).agg(n=pl.len(), n_undefaulted_moves=undefaulted)
    led = total
    for column in ("parent", "author", "tool"):
        led = led.join(_largest(located, column), on=_ENDS, how="left")
    share = {
        name: (pl.col(f"n_{column}").fill_null(0) / pl.col("n")).round(_DIGITS)
        for name, column in (
            ("largest_parent_share", "parent"),
            ("largest_child_author_share", "author"),
            ("largest_tool_share", "tool"),
        )
    }
    parents = pairs.linked.model_ids.gather(led["parent"]).alias("largest_parent_id")
    return led.with_columns(parents, **share).select(
        *_ENDS, "n_undefaulted_moves", "largest_parent_id", "largest_parent_share", "largest_child_author_share",
        pl.col("tool").alias("largest_tool"), "largest_tool_share",
    )  # fmt: skip


def _largest(located: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the commonest value of a column in each move and how often it stands; among equals the first."""
    counted = located.drop_nulls(column).group_by(*_ENDS, column).agg(pl.len().alias(f"n_{column}"))
    return counted.sort(*_ENDS, f"n_{column}", column, descending=[False, False, True, False]).unique(
        _ENDS, keep="first", maintain_order=True
    )  # fmt: skip


def no_one(n_models: int) -> pl.DataFrame:
    """Return models of whom neither author nor tool is known."""
    nobody = pl.Series(np.full(n_models, None), dtype=pl.String)
    return pl.DataFrame({"author": nobody, "tool": nobody})

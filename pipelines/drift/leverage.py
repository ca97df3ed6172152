"""On whom a flow hangs: the share of its largest parent, of the author of most children, and of the commonest tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pipelines.drift.pairs import Pairs

_ENDS: Final = ("from_code", "to_code")
_MAKERS: Final = {
    "parent": "largest_parent_share",
    "author": "largest_child_author_share",
    "tool": "largest_tool_share",
}
_DIGITS: Final = 6


@dataclass(frozen=True)
class Makers:
    """Who makes the moves of one trait, counted once for all scopes."""

    model_ids: pl.Series
    tools: pl.Series
    """Names of tools, sorted."""
    moves: pl.DataFrame
    """relation, from_code, to_code and how many moves and undefaulted moves there are."""
    by_maker: Mapping[str, pl.DataFrame]
    """For parent, author and tool: relation, from_code, to_code, the maker's number (in the order of names), n."""


def makers_of(pairs: Pairs, moves: pl.DataFrame, who: pl.DataFrame) -> Makers:
    """Count who makes each move.

    Args:
        pairs: the pairs of the trait.
        moves: their moves, by index of the pair.
        who: author and tool of each model.
    """
    edge = moves["edge"].to_numpy()
    child = pl.Series(pairs.linked.child[edge])
    located = moves.select(
        pl.Series("relation", pairs.linked.relation[edge]),
        *_ENDS,
        pl.Series("parent", pairs.linked.parent[edge]),
        *(_numbered(who[column]).gather(child) for column in ("author", "tool")),
        pl.Series("is_default", pairs.is_default[edge]),
    )
    undefaulted = (~pl.col("is_default")).sum().cast(pl.Int64)
    return Makers(
        pairs.linked.model_ids,
        who["tool"].drop_nulls().unique().sort(),
        located.group_by("relation", *_ENDS).agg(n=pl.len(), n_undefaulted_moves=undefaulted),
        {
            column: located.drop_nulls(column).group_by("relation", *_ENDS, column).agg(pl.len().alias(f"n_{column}"))
            for column in _MAKERS
        },
    )


def _numbered(names: pl.Series) -> pl.Series:
    return names.rank("dense").cast(pl.Int64) - 1


def leverage_of(makers: Makers, relations: Sequence[int]) -> pl.DataFrame:
    """Return of each move in a scope from_code, to_code: who makes most of it, and how much of it.

    Args:
        makers: who makes the moves.
        relations: the relations of the scope.
    """
    in_scope = pl.col("relation").is_in(relations)
    led = makers.moves.filter(in_scope).group_by(_ENDS).agg(pl.col("n", "n_undefaulted_moves").sum())
    for column, counted in makers.by_maker.items():
        led = led.join(_largest(counted.filter(in_scope), column), on=_ENDS, how="left")
    share = {name: (pl.col(f"n_{column}").fill_null(0) / pl.col("n")).round(_DIGITS) for column, name in _MAKERS.items()}
    parents = makers.model_ids.gather(led["parent"]).alias("largest_parent_id")
    tools = makers.tools.gather(led["tool"]).alias("largest_tool")
    return led.with_columns(parents, tools, **share).select(
        *_ENDS, "n_undefaulted_moves", "largest_parent_id", "largest_parent_share", "largest_child_author_share",
        "largest_tool", "largest_tool_share",
    )  # fmt: skip


def _largest(counted: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the commonest maker of each move and how often it stands; among equals the first."""
    summed = counted.group_by(*_ENDS, column).agg(pl.col(f"n_{column}").sum())
    return summed.sort(*_ENDS, f"n_{column}", column, descending=[False, False, True, False]).unique(
        _ENDS, keep="first", maintain_order=True
    )  # fmt: skip

"""The orders of a hub's traits as tables: one row a value and its place, one row a pair of values and how firm its order is."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.drift.ordering.flows import WEIGHTINGS, Flows, Places, Weighting, flows_of, gains_of, most_frequent_values, worth
from pipelines.drift.ordering.optimum import Best, best_order
from pipelines.drift.ordering.stability import RESAMPLES, Floats, Stability, by_family, resample

PAPER_SIZES: Final = {"license": 20, "language": 20, "task": 10, "library": 10}
"""How many values the paper orders."""
WIDE: Final = 40
"""How many are ordered beside these, over all edges and without resamples."""
WIDE_SCOPE: Final = "all"
SCOPES: Final = {
    "finetune": ("finetune",),
    "adapter": ("adapter",),
    "quantized": ("quantized",),
    "merge": ("merge",),
    "no_merges": ("finetune", "adapter", "quantized"),
    "all": ("finetune", "adapter", "quantized", "merge"),
}
"""The edges whose transitions are ordered."""
RESAMPLED: Final[Mapping[str, tuple[str, ...]]] = {"hubtree": ("finetune", "no_merges", "all"), "paper": ()}
"""Scopes whose orders are told with intervals and a null, by protocol: the paper's two choices, and all but merges."""
PLAIN: Final[Mapping[str, tuple[str, ...]]] = {"hubtree": ("adapter", "quantized", "merge"), "paper": ("finetune", "all")}
"""Scopes whose orders are told alone, proven but with nothing to judge them by, by protocol."""
FEWEST_FAMILIES: Final = 10
"""Resamples of fewer families say nothing; the order then stands without intervals."""
_DIGITS: Final = 6

ORDERINGS_SCHEMA: Final[dict[str, Any]] = {
    "protocol": pl.String, "trait": pl.String, "relation_scope": pl.String, "weighting": pl.String, "ordering_size": pl.String,
    "position": pl.Int64, "trait_value": pl.String,
    "position_low95": pl.Int64, "position_high95": pl.Int64, "next_holds_share": pl.Float64,
    "n_value_moves": pl.Int64, "n_ordered_moves": pl.Int64, "n_oriented_pairs": pl.Int64, "n_clusters": pl.Int64,
    "compatible_share": pl.Float64, "explained_share": pl.Float64,
    **{
        f"redrawn_{name}{end}": pl.Float64
        for name in ("compatible_share", "explained_share")
        for end in ("", "_low95", "_high95")
    },
    "null_compatible_share": pl.Float64, "null_explained_share": pl.Float64, "direction_p_value": pl.Float64,
    "is_proven_optimal": pl.Boolean, "gap_ratio": pl.Float64,
}  # fmt: skip
PAIRS_SCHEMA: Final[dict[str, Any]] = {
    "trait": pl.String, "relation_scope": pl.String, "weighting": pl.String, "upstream_value": pl.String,
    "downstream_value": pl.String, "n_forward_moves": pl.Int64, "n_backward_moves": pl.Int64, "holds_share": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Orders:
    """The tables ``trait_orderings`` and ``trait_order_pairs``."""

    orderings: pl.DataFrame
    pairs: pl.DataFrame


@dataclass(frozen=True)
class _Order:
    """One order: of which trait, over which edges, judged how, among how many values."""

    protocol: str
    trait: str
    relation_scope: str
    weighting: Weighting
    size: str
    flows: Flows
    best: Best
    stability: Stability | None


def order_traits(moves: pl.DataFrame, protocol: str = "hubtree") -> Orders:
    """Order the values of every trait of the paper, in the scopes of a protocol, by both weightings, in two sizes.

    Args:
        protocol: by which rules the moves were counted; it chooses scopes and what is resampled.
        moves: transitions: trait, relation, family_id (cluster), from_value, to_value, n_moves; any number of rows a
            combination. Traits that are not ordered are left out.
    Returns:
        A trait without two values that trade transitions has no rows. Sorted by their keys.
    """
    orders = list(_orders(moves, protocol))
    orderings = pl.DataFrame([row for order in orders for row in _placed(order)], schema=ORDERINGS_SCHEMA)
    pairs = pl.DataFrame([row for order in orders for row in _paired(order)], schema=PAIRS_SCHEMA)
    return Orders(orderings.sort(orderings.columns[:6]), pairs.sort(pairs.columns[:5]))


def _orders(moves: pl.DataFrame, protocol: str) -> Iterator[_Order]:
    for trait, scope, size in _ordered(moves, protocol):
        among = moves.filter(pl.col("relation").is_in(SCOPES[scope]), trait=trait)
        values = most_frequent_values(among, PAPER_SIZES[trait] if size == "paper" else WIDE)
        flows = flows_of(among, values)
        if not flows.oriented.any():
            continue
        for weighting in WEIGHTINGS:
            best = best_order(gains_of(flows, weighting), is_searched=size == "paper")
            stability = (
                _stability(among, flows, weighting, best.order, seed=_seed(trait, scope, weighting))
                if size == "paper" and scope in RESAMPLED[protocol]
                else None
            )
            yield _Order(protocol, trait, scope, weighting, size, flows, best, stability)


def _ordered(moves: pl.DataFrame, protocol: str) -> list[tuple[str, str, str]]:
    """Return the traits, scopes and sizes that are ordered; of the traits those that occur."""
    there = [trait for trait in PAPER_SIZES if trait in moves["trait"]]
    scopes = (*RESAMPLED[protocol], *PLAIN[protocol])
    wide = [(trait, WIDE_SCOPE, "wide") for trait in there] if protocol == "hubtree" else []
    return [(trait, scope, "paper") for trait in there for scope in scopes] + wide


def _seed(*words: str) -> int:
    return zlib.crc32(" ".join(words).encode())


def _stability(moves: pl.DataFrame, flows: Flows, weighting: Weighting, order: Places, *, seed: int) -> Stability | None:
    rows = by_family(moves, flows)
    return resample(rows, flows, weighting, order, seed=seed) if rows.shape[0] >= FEWEST_FAMILIES else None


def _placed(order: _Order) -> Iterator[dict[str, Any]]:
    """Return one row a value, upstream first; what is true of the whole order stands in every row."""
    whole = _whole(order)
    places = order.best.order
    moves = order.flows.count.sum(axis=0) + order.flows.count.sum(axis=1)
    for position, place in enumerate(places, start=1):
        following = places[position] if position < len(places) else None
        yield whole | {
            "position": position,
            "trait_value": order.flows.values[place],
            "n_value_moves": int(moves[place]),
            **_spread(order.stability, place, following),
        }


def _spread(stability: Stability | None, place: int, following: int | None) -> dict[str, Any]:
    if stability is None:
        return {}
    low, high = np.percentile(stability.place[:, place] + 1, (2.5, 97.5), method="closest_observation")
    holds = None if following is None else float(stability.before_share[place, following])
    return {"position_low95": int(low), "position_high95": int(high), "next_holds_share": holds}


def _whole(order: _Order) -> dict[str, Any]:
    flows, best, stability = order.flows, order.best, order.stability
    n_oriented, n_moves = int(flows.oriented.sum()), int(flows.count.sum())
    compatible = worth(flows.oriented, best.order) / n_oriented
    row = {
        "protocol": order.protocol,
        **_key(order),
        "ordering_size": order.size,
        "n_ordered_moves": n_moves,
        "n_oriented_pairs": n_oriented,
        "compatible_share": round(compatible, _DIGITS),
        "explained_share": round(worth(flows.count, best.order) / n_moves, _DIGITS),
        "is_proven_optimal": best.is_proven,
        "gap_ratio": round((best.bound - best.value) / best.bound, _DIGITS),
    }
    if stability is None:
        return row
    null = stability.null_compatible_share if order.weighting == "edges" else stability.null_explained_share
    observed = row["compatible_share" if order.weighting == "edges" else "explained_share"]
    return row | {
        "n_clusters": stability.n_families,
        **_with_interval("redrawn_compatible_share", stability.compatible_share),
        **_with_interval("redrawn_explained_share", stability.explained_share),
        "null_compatible_share": _mean(stability.null_compatible_share),
        "null_explained_share": _mean(stability.null_explained_share),
        "direction_p_value": float((1 + (null >= observed - 1e-9).sum()) / (1 + RESAMPLES)),
    }


def _key(order: _Order) -> dict[str, Any]:
    return {"trait": order.trait, "relation_scope": order.relation_scope, "weighting": order.weighting}


def _with_interval(name: str, shares: Floats) -> dict[str, float]:
    low, middle, high = np.nanpercentile(shares, (2.5, 50, 97.5))
    ends = {name: middle, f"{name}_low95": low, f"{name}_high95": high}
    return {column: round(float(value), _DIGITS) for column, value in ends.items()}


def _mean(shares: Floats) -> float:
    return round(float(np.nanmean(shares)), _DIGITS)


def _paired(order: _Order) -> Iterator[dict[str, Any]]:
    """Return one row a pair of values that trade transitions, of orders that were resampled."""
    if order.stability is None:
        return
    count, values, before = order.flows.count, order.flows.values, order.stability.before_share
    places = order.best.order
    for at, upstream in enumerate(places):
        for downstream in places[at + 1 :]:
            if count[upstream, downstream] + count[downstream, upstream]:
                yield {
                    **_key(order),
                    "upstream_value": values[upstream],
                    "downstream_value": values[downstream],
                    "n_forward_moves": int(count[upstream, downstream]),
                    "n_backward_moves": int(count[downstream, upstream]),
                    "holds_share": float(before[upstream, downstream]),
                }

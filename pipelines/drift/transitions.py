"""Which way a trait moves: the table ``trait_transitions``, with net flows, a test, and who makes each flow."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy import sparse

from pipelines.drift.leverage import Makers, leverage_of, makers_of
from pipelines.drift.linked import RELATIONS, SCOPES
from pipelines.drift.moves import moves_by_family, moves_of
from pipelines.drift.pairs import Pairs
from pipelines.drift.resampling import MIN_FAMILIES, PUBLISHED, Resamples, interval95, resampled_sums
from pipelines.drift.signs import MIN_MOVING, adjusted, sign_flip

_COUNTS: Final = ("n_moves", "n_single_moves", "n_added", "n_removed")
_ENDS: Final = ("from_code", "to_code")
_FLOW: Final = ("net_flow", "net_flow_low95", "net_flow_high95", "p_adjusted")


def transitions(
    trait: str, pairs: Pairs, who: pl.DataFrame, resamples: Resamples = PUBLISHED
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the transitions of one trait in all scopes, and its moves by family.

    Args:
        trait: its name.
        pairs: its pairs.
        who: of each model, in the order of ``pairs.linked.model_ids``: author, tool.
        resamples: how intervals are drawn.
    """
    moves = moves_of(pairs)
    by_family = moves_by_family(pairs, moves)
    makers, n_families = makers_of(pairs, moves, who), pairs.linked.n_families
    scoped = [_of_scope(by_family, makers, n_families, scope=scope, resamples=resamples) for scope in SCOPES]
    values = pl.Series(pairs.sets.values, dtype=pl.String)
    rows = pl.concat(scoped)
    ends = [values.gather(rows[code]).alias(name) for code, name in zip(_ENDS, ("from_value", "to_value"), strict=True)]
    told = rows.with_columns(pl.lit(trait).alias("trait"), *ends).drop(_ENDS)
    return told, by_family


def _of_scope(by_family: pl.DataFrame, makers: Makers, n_families: int, *, scope: str, resamples: Resamples) -> pl.DataFrame:
    relations = [RELATIONS.index(name) for name in SCOPES[scope]]
    families = by_family.filter(pl.col("relation").is_in(relations)).group_by("family", *_ENDS).agg(pl.col(_COUNTS).sum())
    counted = families.group_by(_ENDS).agg(pl.col(_COUNTS).sum(), n_clusters=pl.len().cast(pl.Int64))
    back = counted.select(from_code="to_code", to_code="from_code", n_reverse="n_moves")
    joined = counted.join(back, on=_ENDS, how="left").with_columns(pl.col("n_reverse").fill_null(0))
    flows = _net_flows(families, n_families, resamples)
    mirrored = flows.select(
        from_code="to_code",
        to_code="from_code",
        net_flow=-pl.col("net_flow"),
        net_flow_low95=-pl.col("net_flow_high95"),
        net_flow_high95=-pl.col("net_flow_low95"),
        p_adjusted="p_adjusted",
    )
    both = pl.concat([flows.select(*_ENDS, *_FLOW), mirrored])
    led = leverage_of(makers, relations)
    return (
        joined.join(both, on=_ENDS, how="left")
        .join(led, on=_ENDS, how="left")
        .with_columns(relation_scope=pl.lit(scope))
        .sort(_ENDS)
    )


def _net_flows(families: pl.DataFrame, n_families: int, resamples: Resamples) -> pl.DataFrame:
    """Return the net flow of each unordered pair of values, from the lower code to the higher, with interval and test."""
    is_up = pl.col("from_code") < pl.col("to_code")
    nets = (
        families.with_columns(
            from_code=pl.min_horizontal(_ENDS),
            to_code=pl.max_horizontal(_ENDS),
            net=pl.when(is_up).then("n_moves").otherwise(-pl.col("n_moves")),
        )
        .group_by(*_ENDS, "family")
        .agg(pl.col("net").sum())
        .sort(*_ENDS, "family")
    )
    flows = nets.group_by(_ENDS, maintain_order=True).agg("family", "net", net_flow=pl.col("net").sum())
    flows = flows.with_columns(p_adjusted=_tested(flows["net"]))
    return _with_intervals(flows, n_families, resamples).with_columns(pl.col("net_flow").cast(pl.Float64))


def _tested(nets: pl.Series) -> pl.Series:
    """Return the adjusted p of each flow; null where too few families lean either way."""
    p_values = np.full(len(nets), np.nan)
    for at, net in enumerate(nets):
        leaning = net.to_numpy()
        leaning = leaning[leaning != 0]
        if len(leaning) >= MIN_MOVING:
            p_values[at] = sign_flip(leaning)
    is_tested = ~np.isnan(p_values)
    p_values[is_tested] = adjusted(p_values[is_tested])
    return pl.Series(p_values, dtype=pl.Float64).fill_nan(None)


def _with_intervals(flows: pl.DataFrame, n_families: int, resamples: Resamples) -> pl.DataFrame:
    """Add the interval of net_flow over families, null for fewer than ten."""
    enough = flows.with_row_index("row").filter(pl.col("family").list.len() >= MIN_FAMILIES)
    low, high = (np.full(flows.height, np.nan) for _ in range(2))
    if enough.height:
        cells = enough.with_columns(flow=pl.int_range(pl.len())).select("flow", "family", "net").explode("family", "net")
        where = (cells["flow"].to_numpy(), cells["family"].to_numpy())
        net = cells["net"].to_numpy().astype(np.float64)
        sums = sparse.coo_matrix((net, where), shape=(enough.height, n_families)).tocsr()
        at = enough["row"].to_numpy()
        n_held = enough["family"].list.len().to_numpy().astype(np.int64)
        low[at], high[at] = interval95(resampled_sums(sums, resamples), n_held)
        net_flow = enough["net_flow"].to_numpy()
        low[at], high[at] = np.minimum(low[at], net_flow), np.maximum(high[at], net_flow)
    ends = {"net_flow_low95": low, "net_flow_high95": high}
    return flows.drop("family", "net").with_columns(pl.Series(name, end).fill_nan(None) for name, end in ends.items())

"""The tables of orders: which values of a trait stand upstream, and how firm that is."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

TRAIT_ORDERINGS: Final = Table(
    name="trait_orderings",
    grain="one place of one order: a value of one trait by one protocol, weighting and size, over one relation_scope",
    key=("protocol", "trait", "relation_scope", "weighting", "ordering_size", "position"),
    column_names=names("""
        protocol trait relation_scope weighting ordering_size position trait_value position_low95 position_high95
        next_holds_share n_value_moves n_ordered_moves n_oriented_pairs n_clusters compatible_share explained_share
        redrawn_compatible_share redrawn_compatible_share_low95 redrawn_compatible_share_high95
        redrawn_explained_share redrawn_explained_share_low95 redrawn_explained_share_high95
        null_compatible_share null_explained_share direction_p_value is_proven_optimal gap_ratio
    """),
    required=names("""
        trait_value n_value_moves n_ordered_moves n_oriented_pairs compatible_share explained_share is_proven_optimal gap_ratio
    """),
    beware=(
        "An order needs its protocol, relation_scope, weighting and ordering_size: choose one of each.",
        "Orders of adapter, quantized and merge edges, and all by the paper's protocol, have no intervals and no null.",
        "Shares, p-value and proof are those of the whole order and stand in each of its rows.",
        "A high compatible_share proves no direction: compare it with null_compatible_share.",
        "Two values without moves between them stand in some order all the same; look at trait_order_pairs.",
    ),
    rules=(
        Rule(
            "an order holds each value once and counts its places",
            "fail",
            "Places run from 1 without gaps, and no value has two.",
            "select protocol, trait, relation_scope, weighting, ordering_size from trait_orderings group by all"
            " having max(position) <> count(*) or count(distinct trait_value) <> count(*)",
        ),
        Rule(
            "a proven order has no gap",
            "fail",
            "gap_ratio is 0 exactly where is_proven_optimal holds.",
            "select trait, relation_scope, position from trait_orderings where is_proven_optimal <> (gap_ratio = 0)",
        ),
        Rule(
            "the facts of an order stand in each of its rows",
            "fail",
            "Moves, pairs and shares are the same in all rows of an order.",
            "select protocol, trait, relation_scope, weighting, ordering_size from trait_orderings group by all"
            " having count(distinct (n_ordered_moves, n_oriented_pairs, compatible_share, explained_share)) > 1",
        ),
    ),
)

TRAIT_ORDER_PAIRS: Final = Table(
    name="trait_order_pairs",
    grain="one pair of values that trade moves, in the order of the paper's size by one weighting over one relation_scope",
    key=("trait", "relation_scope", "weighting", "upstream_value", "downstream_value"),
    column_names=names("""
        trait relation_scope weighting upstream_value downstream_value n_forward_moves n_backward_moves holds_share
    """),
    required=names("n_forward_moves n_backward_moves holds_share"),
    beware=("holds_share is of the whole order: a pair may hold firmly because of the values between.",),
    rules=(
        Rule(
            "a pair stands one way round",
            "fail",
            "No pair of values has rows both ways.",
            "select a.trait, a.upstream_value, a.downstream_value from trait_order_pairs a join trait_order_pairs b"
            " on a.trait = b.trait and a.relation_scope = b.relation_scope and a.weighting = b.weighting"
            " and a.upstream_value = b.downstream_value and a.downstream_value = b.upstream_value",
        ),
    ),
)

ORDER_TABLES: Final = (TRAIT_ORDERINGS, TRAIT_ORDER_PAIRS)

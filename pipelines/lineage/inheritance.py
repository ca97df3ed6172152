"""Which edges pass weights on: fine-tuning, adapting, quantizing and merging do, teaching and lending a tokenizer do not."""

from __future__ import annotations

from typing import Final

import polars as pl

GAVE_NO_WEIGHTS: Final = ("tokenizer", "unused_base")
"""Roles of a merge configuration whose model leaves nothing of its weights in the result."""

TEACHING_RULES: Final = ("distilled_from", "student_of", "trained_on_outputs")
"""Rules of a card's words (`cards.text_rules`) by which the parent taught the child: data passed, not weights."""


def mark_inheritance(edges: pl.DataFrame, parent_claims: pl.DataFrame, merge_recipes: pl.DataFrame) -> pl.DataFrame:
    """Tell of every edge whether the child's weights come from the parent's, by the first of these rules that holds.

    ``recipe_gave_none``: the child's merge configuration names the parent as tokenizer donor or ignored base alone: no.
    ``recipe_gave_weights``: it names the parent in another role: yes. ``taught``: what the card's words say of the parent is
    that it was teacher, or that the child was distilled from it or trained on its outputs: no. ``several_parents``: the
    child has several parents and nothing says what they gave (cards also name teachers, makers of data and earlier
    versions): unknown. ``relation``: the relation, declared or inferred, is one of those that pass weights: yes.

    Args:
        edges: as `relation.relate` returns them, one row a pair.
        parent_claims: as `resolving.resolve_claims` returns them.
        merge_recipes: as `resolving.resolve_uses` returns them.

    Returns:
        The edges in their order with is_weight_inheriting (null for several_parents) and inheritance_rule.
    """
    pair = ("parent_id", "child_id")
    gave = merge_recipes.group_by(pair).agg(gave_weights=(~pl.col("role").is_in(GAVE_NO_WEIGHTS)).any())
    words = (
        parent_claims.filter((pl.col("evidence") == "card_text") & pl.col("parent_id").is_not_null())
        .group_by(pair)
        .agg(is_taught=pl.col("rule").is_in(TEACHING_RULES).all())
    )
    rule = (
        pl.when(pl.col("gave_weights"))
        .then(pl.lit("recipe_gave_weights"))
        .when(~pl.col("gave_weights"))
        .then(pl.lit("recipe_gave_none"))
        .when(pl.col("is_taught"))
        .then(pl.lit("taught"))
        .when(pl.col("relation_rule") == "several_parents")
        .then(pl.lit("several_parents"))
        .otherwise(pl.lit("relation"))
    )
    passes = {
        "recipe_gave_weights": True, "recipe_gave_none": False, "taught": False, "several_parents": None, "relation": True,
    }  # fmt: skip
    return (
        edges.join(gave, on=pair, how="left", maintain_order="left")
        .join(words, on=pair, how="left", maintain_order="left")
        .with_columns(inheritance_rule=rule)
        .with_columns(
            is_weight_inheriting=pl.col("inheritance_rule").replace_strict(
                list(passes), list(passes.values()), return_dtype=pl.Boolean
            )
        )
        .drop("gave_weights", "is_taught")
    )

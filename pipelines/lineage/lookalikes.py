"""Models that look like copies of others: a hint with a rule's name, never an edge.

The same name and the same number of parameters under two owners is most often no copy at all: everyone who follows a course
trains ``distilbert-base-uncased-finetuned-emotion``. A re-upload copies the card as well, and with it the tags that tell
something (papers, data sets, languages); what a trainer wrote is nobody's copy, and children of one parent share its tags
and often a recipe's name. So precision is bought with recall: a copied fine-tune is only told by its weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

CONFIDENCE: Final = {"same_weights": 0.99, "same_name": 0.9, "near_name": 0.8}
"""By rule, an order with round distances, not an estimate. same_weights: every weight file has the same SHA-256. same_name: the
same name but for case and separators, parameters and telling tags. near_name: likewise without words as ``copy``."""

LARGEST_BLOCK: Final = 20
"""More models of one name and size are a recipe many followed: none of them is listed, the names are counted."""

_COPY_WORDS: Final = r"(?:[-_.](?:copy|clone|mirror|backup|duplicate|re-?upload(?:ed)?|fork|hf))+$"
_TEMPLATE_PAPER: Final = "arxiv:1910.09700"  # the carbon calculator that the card template of transformers links to
_LEAST_SHARED: Final = 2
_LEAST_OVERLAP: Final = 0.5

_COLUMNS: Final = ("model_id", "other_id", "likeness_rule", "confidence", "n_alike", "is_linked")


@dataclass(frozen=True)
class Lookalikes:
    """The table ``lookalikes``, and how many names were left out because too many models bear them."""

    pairs: pl.DataFrame
    n_names_left_out: int


def find_lookalikes(facts: pl.DataFrame, edges: pl.DataFrame) -> Lookalikes:
    """Pair each model with the oldest model it looks like, by each rule.

    Only models of one block (weights, or bare name and parameters) are compared, and blocks are small or starred, so the
    cost grows with the number of models.

    Args:
        facts: model_id, created_at, parameter_count, tags, weight_hashes; one row a model.
        edges: parent_id, child_id of the accepted edges.

    Returns:
        model_id (the younger), other_id, likeness_rule, confidence, n_alike, is_linked; sorted by model_id, likeness_rule.
    """
    named, n_left_out = _by_name(facts, edges)
    pairs = pl.concat([_by_weights(facts), named])
    linked = pl.concat([_ends("parent_id", "child_id", edges), _ends("child_id", "parent_id", edges)]).unique()
    confidence = pl.col("likeness_rule").replace_strict(CONFIDENCE, return_dtype=pl.Float64)
    found = (
        pairs.join(linked, on=["model_id", "other_id"], how="left")
        .with_columns(confidence=confidence, is_linked=pl.col("is_linked").fill_null(False))
        .select(_COLUMNS)
        .sort("model_id", "likeness_rule")
    )
    return Lookalikes(found, n_left_out)


def _ends(one: str, other: str, edges: pl.DataFrame) -> pl.DataFrame:
    return edges.select(model_id=one, other_id=other, is_linked=pl.lit(True))


def _by_age(frame: pl.DataFrame) -> pl.DataFrame:
    """Oldest first; a model of unknown age is taken as the copy."""
    return frame.sort("created_at", "model_id", nulls_last=True)


def _by_weights(facts: pl.DataFrame) -> pl.DataFrame:
    """Pair every model with the oldest that holds the same weight files."""
    return (
        _by_age(facts.drop_nulls("weight_hashes"))
        .with_columns(other_id=pl.col("model_id").first().over("weight_hashes"), n_alike=pl.len().over("weight_hashes"))
        .filter(pl.col("model_id") != pl.col("other_id"))
        .select("model_id", "other_id", pl.col("n_alike").cast(pl.Int64), likeness_rule=pl.lit("same_weights"))
    )


def _by_name(facts: pl.DataFrame, edges: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Pair models of one bare name and size whose telling tags agree and that have no parent in common.

    Return the pairs and the number of names left out.
    """
    block = ["bare_name", "parameter_count"]
    parents = edges.group_by("child_id").agg(parents="parent_id").rename({"child_id": "model_id"})
    described = _described(facts).join(parents, on="model_id", how="left").with_columns(pl.col("parents").fill_null([]))
    blocks = described.with_columns(n_alike=pl.len().over(block).cast(pl.Int64))
    n_left_out = blocks.filter(pl.col("n_alike") > LARGEST_BLOCK).select(block).unique().height
    small = blocks.filter(pl.col("n_alike").is_between(2, LARGEST_BLOCK))
    both = small.join(small.select(*block, "model_id", "order", "name", "telling", "parents"), on=block, suffix="_other")
    n_shared = pl.col("telling").list.set_intersection("telling_other").list.len()
    n_either = pl.col("telling").list.set_union("telling_other").list.len()
    n_parents_shared = pl.col("parents").list.set_intersection("parents_other").list.len()
    pairs = (
        both.filter((pl.col("order_other") < pl.col("order")) & (n_parents_shared == 0))
        .filter((n_shared >= _LEAST_SHARED) & (n_shared >= _LEAST_OVERLAP * n_either))
        .sort("order", "order_other")
        .unique("model_id", keep="first", maintain_order=True)
    )
    rule = pl.when(pl.col("name") == pl.col("name_other")).then(pl.lit("same_name")).otherwise(pl.lit("near_name"))
    return pairs.select("model_id", pl.col("model_id_other").alias("other_id"), "n_alike", likeness_rule=rule), n_left_out


def _described(facts: pl.DataFrame) -> pl.DataFrame:
    """Return the models that could be a copy by name: model_id, parameter_count, order, name, bare_name, telling."""
    tag = pl.element()
    is_telling = (tag.str.contains("^(?:arxiv|dataset):") & (tag != _TEMPLATE_PAPER)) | (tag.str.len_chars() == 2)
    written = pl.col("model_id").str.replace("^.*/", "").str.to_lowercase()
    return (
        _by_age(facts.drop_nulls("parameter_count").filter(~pl.col("tags").list.contains("generated_from_trainer")))
        .with_row_index("order")
        .select(
            "model_id",
            "parameter_count",
            "order",
            name=written.str.replace_all(r"[-_.]", ""),
            bare_name=written.str.replace(_COPY_WORDS, "").str.replace_all(r"[-_.]", ""),
            telling=pl.col("tags").list.eval(tag.filter(is_telling)).list.unique(),
        )
        .filter(pl.col("telling").list.len() >= _LEAST_SHARED)
    )

"""How alike two models are, from 0 to 1: by their texts, and by the traits they declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipelines.lineage.forest import Ints
from pipelines.lineage.similarity.vectors import Floats, cosines, count_features, tfidf_weights

TEXT_MEASURES: Final = ("levenshtein", "bow_cosine", "tfidf_cosine")
TRAITS: Final = {"license": "license_ids", "language": "languages", "task": "pipeline_tag", "library": "library_name"}
"""Traits and the columns of ``models`` that hold them."""
TRAIT_MEASURES: Final = ("trait_jaccard", *(f"{trait}_jaccard" for trait in TRAITS))


def text_similarity(texts: Sequence[str], first: Ints, second: Ints) -> dict[str, Floats]:
    """Return `TEXT_MEASURES` of pairs of texts: 1 - edits / longer length, and the cosines of counts and of TF-IDF.

    Features are chosen and weighed on all of ``texts``.
    """
    counts = count_features(texts)
    equal = np.ones(counts.shape[1])
    bow, by_rarity = cosines(counts, [equal, tfidf_weights(counts)], first, second)
    edits = levenshtein([texts[i] for i in first], [texts[i] for i in second])
    return {"levenshtein": edits, "bow_cosine": bow, "tfidf_cosine": by_rarity}


def levenshtein(first: Sequence[str], second: Sequence[str]) -> Floats:
    """Return 1 - edits / length of the longer text for each pair; two empty texts are equal."""
    found = process.cpdist(first, second, scorer=Levenshtein.normalized_similarity, dtype=np.float64, workers=-1)
    return np.asarray(found, dtype=np.float64).reshape(len(first))


def trait_similarity(models: pl.DataFrame, first: Ints, second: Ints) -> dict[str, Floats]:
    """Return `TRAIT_MEASURES` of pairs of rows of ``models``: common values over all values (Jaccard).

    ``trait_jaccard`` is over the values of all traits together, the others are over those of one. Null (NaN) where one of
    the two models declares nothing: silence is neither likeness nor difference.
    """
    values = {trait: _values(models, trait, column) for trait, column in TRAITS.items()}
    together = pl.concat(values.values())
    measured = {"trait_jaccard": jaccard(together, first, second)}
    return measured | {f"{trait}_jaccard": jaccard(own, first, second) for trait, own in values.items()}


def _values(models: pl.DataFrame, trait: str, column: str) -> pl.DataFrame:
    """Return model (row number) and value, one row a declared value of a trait."""
    held = models.select(model=pl.int_range(pl.len()), value=pl.col(column))
    if held.schema["value"] == pl.List(pl.String):
        held = held.explode("value", empty_as_null=True)
    return held.drop_nulls().unique().with_columns(value=pl.format("{}:{}", pl.lit(trait), "value"))


def jaccard(values: pl.DataFrame, first: Ints, second: Ints) -> Floats:
    """Return the Jaccard similarity of the value sets of pairs of models; NaN where one of the two sets is empty.

    Args:
        values: model and value, each pair once.
        first: one model of each pair.
        second: the other model of each pair.
    """
    pairs = pl.DataFrame({"pair": np.arange(len(first)), "first": first, "second": second})
    common = (
        pairs.join(values.rename({"model": "first"}), on="first")
        .join(values.rename({"model": "second"}), on=["second", "value"])
        .group_by("pair")
        .len()
    )
    n_models = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    n_values = np.bincount(values["model"].to_numpy(), minlength=n_models)
    n_common = np.zeros(len(first))
    n_common[common["pair"].to_numpy()] = common["len"].to_numpy()
    is_known = (n_values[first] > 0) & (n_values[second] > 0)
    union = n_values[first] + n_values[second] - n_common
    found: Floats = np.divide(n_common, union, out=np.full(len(first), np.nan), where=is_known)
    return found

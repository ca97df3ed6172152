"""Texts as vectors: bag of words and TF-IDF over the commonest words and word pairs, as the seed paper counts them.

The paper's vectoriser: 512 features, lower case, words and pairs of adjacent words, no stop words left out. A word is two
or more letters, digits or underscores. The features are those that occur most often in all texts together, ties in
alphabetical order; TF-IDF weighs a feature by ln((1 + texts) / (1 + texts with it)) + 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pipelines.lineage.graph import Ints

Floats = NDArray[np.float64]

MAX_FEATURES: Final = 512
_WORD: Final = r"\b\w\w+\b"


def count_features(texts: Sequence[str], max_features: int = MAX_FEATURES) -> csr_array:
    """Return how often each text holds each feature; shape (texts, features), features in alphabetical order."""
    tokens = (
        pl.DataFrame({"text": texts}, schema={"text": pl.String})
        .select(document=pl.int_range(pl.len()), word=pl.col("text").str.to_lowercase().str.extract_all(_WORD))
        .explode("word", empty_as_null=True)
        .drop_nulls()
    )
    words = tokens["word"].unique().sort()
    terms = _terms(tokens.select("document", word=_numbers(tokens["word"], words)), words.len())
    features = _commonest(terms, words, max_features)
    counted = terms.join(features, on="term").group_by("document", "feature").len().sort("document", "feature")
    place = (counted["document"].to_numpy(), counted["feature"].to_numpy())
    return csr_array((counted["len"].to_numpy().astype(np.float64), place), shape=(len(texts), features.height))


def _numbers(values: pl.Series, distinct: pl.Series) -> pl.Series:
    numbers = pl.DataFrame({"value": distinct, "number": np.arange(distinct.len())})
    return values.alias("value").to_frame().join(numbers, on="value", how="left", maintain_order="left")["number"]


def _terms(tokens: pl.DataFrame, n_words: int) -> pl.DataFrame:
    """Return document and term of every word and every pair of adjacent words; a pair's number is past those of words."""
    following = tokens.select(
        "document",
        term=n_words + pl.col("word") * n_words + pl.col("word").shift(-1),
        is_inside=pl.col("document") == pl.col("document").shift(-1),
    ).filter("is_inside")
    return pl.concat([tokens.rename({"word": "term"}), following.drop("is_inside")])


def _commonest(terms: pl.DataFrame, words: pl.Series, max_features: int) -> pl.DataFrame:
    """Return term and feature, the features numbered in alphabetical order."""
    totals = terms.group_by("term").len()
    least = totals["len"].sort(descending=True).head(max_features).min()
    candidates = totals.filter(pl.col("len") >= least)
    number, n_words = candidates["term"].to_numpy(), words.len()
    pair = np.maximum(number - n_words, 0)
    first = words.gather(np.where(number < n_words, number, pair // max(n_words, 1)))
    second = words.gather(np.where(number < n_words, 0, pair % max(n_words, 1)))
    spelled = pl.select(pl.when(pl.Series(number < n_words)).then(first).otherwise(first + " " + second)).to_series()
    chosen = candidates.with_columns(spelled.alias("spelled")).sort("len", "spelled", descending=[True, False])
    return chosen.head(max_features).sort("spelled").select("term", feature=pl.int_range(pl.len()))


def tfidf(counts: csr_array) -> csr_array:
    """Weigh counts by how few texts hold the feature."""
    n_texts = counts.shape[0]
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    weight: Floats = np.log((1 + n_texts) / (1 + n_with)) + 1
    return csr_array((counts.data * weight[counts.indices], counts.indices, counts.indptr), shape=counts.shape)


def cosine(vectors: csr_array, first: Ints, second: Ints) -> Floats:
    """Return the cosine of the vectors of each pair of rows; 0 where one of the two has no feature."""
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)))
    product = np.asarray(vectors[first].multiply(vectors[second]).sum(axis=1))
    scale = lengths[first] * lengths[second]
    found: Floats = np.divide(product, scale, out=np.zeros(len(first)), where=scale > 0)
    return found

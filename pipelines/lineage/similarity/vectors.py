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

from pipelines.lineage.forest import Ints

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
    words = _common_words(tokens["word"], max_features)
    document, word = tokens["document"].to_numpy(), _places(tokens["word"], words)
    is_pair = (word[:-1] >= 0) & (word[1:] >= 0) & (document[:-1] == document[1:])
    pair, in_document = (word[:-1] * words.len() + word[1:])[is_pair], document[:-1][is_pair]
    feature_of_word, feature_of_pair, n_features = _features(words, word[word >= 0], pair, max_features)
    feature = np.concatenate([feature_of_word[word[word >= 0]], feature_of_pair[pair]])
    place = np.concatenate([document[word >= 0], in_document])
    is_counted = feature >= 0
    ones = np.ones(int(is_counted.sum()))
    return csr_array((ones, (place[is_counted], feature[is_counted])), shape=(len(texts), n_features))


def _common_words(words: pl.Series, max_features: int) -> pl.Series:
    """Return the words that can be features or parts of them, sorted: a pair is no more frequent than its words."""
    totals = words.value_counts()
    by_frequency = totals.sort("count", descending=True)
    least = by_frequency["count"].head(max_features).min()
    return by_frequency.filter(pl.col("count") >= pl.lit(least, dtype=pl.UInt32))["word"].sort()


def _places(words: pl.Series, among: pl.Series) -> Ints:
    """Return each word's place in ``among``; -1 for the others."""
    numbers = pl.DataFrame({"word": among, "place": np.arange(among.len())})
    found = words.to_frame().join(numbers, on="word", how="left", maintain_order="left")["place"]
    return found.fill_null(-1).to_numpy()


def _features(words: pl.Series, word: Ints, pair: Ints, max_features: int) -> tuple[Ints, Ints, int]:
    """Return the feature of each word and of each pair of words (-1 for none), and how many features there are."""
    n_words = words.len()
    totals = np.concatenate([np.bincount(word, minlength=n_words), np.bincount(pair, minlength=n_words**2)])
    term = np.flatnonzero(totals)
    first, second = np.divmod(np.maximum(term - n_words, 0), max(n_words, 1))
    spelled = np.where(term < n_words, _spelled(words, term), _spelled(words, first) + " " + _spelled(words, second))
    chosen = np.lexsort((spelled, -totals[term]))[:max_features]
    alphabetical = chosen[np.argsort(spelled[chosen], kind="stable")]
    feature = np.full(len(totals), -1, dtype=np.int64)
    feature[term[alphabetical]] = np.arange(len(alphabetical))
    return feature[:n_words], feature[n_words:], len(alphabetical)


def _spelled(words: pl.Series, places: Ints) -> NDArray[np.object_]:
    """Return the words at these places; places past the end give any word."""
    return words.gather(np.minimum(places, words.len() - 1)).to_numpy().astype(object)


def tfidf_weights(counts: csr_array) -> Floats:
    """Return the weight of each feature: the more, the fewer texts hold it."""
    n_texts = counts.shape[0]
    n_with = np.bincount(counts.tocsr().indices, minlength=counts.shape[1])
    weights: Floats = np.log((1 + n_texts) / (1 + n_with)) + 1
    return weights


def cosines(counts: csr_array, weights: Sequence[Floats], first: Ints, second: Ints) -> list[Floats]:
    """Return, for each weighing of the features, the cosine of each pair of texts; 0 where one of the two has no feature.

    Args:
        counts: as `count_features` returns them.
        weights: one array of weights a cosine, one entry a feature.
        first: row of one text of each pair.
        second: row of the other.
    """
    squared = np.square(np.column_stack(weights))
    lengths = np.sqrt(counts.multiply(counts) @ squared)
    products = counts[first].multiply(counts[second]) @ squared
    scale = lengths[first] * lengths[second]
    return list(np.divide(products, scale, out=np.zeros_like(scale), where=scale > 0).T)

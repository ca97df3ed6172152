"""Measures against the plainest way to compute them: a table of edits, dictionaries of counts, Python sets."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import datetime
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lineage.similarity.measures import TRAIT_MEASURES, levenshtein, text_similarity, trait_similarity
from pipelines.lineage.similarity.texts import CARD_CHARS, card_texts, metadata_texts, without_parents
from pipelines.lineage.similarity.vectors import count_features

words = st.text(alphabet="abé ß_1-,", max_size=40)
texts = st.lists(words, min_size=2, max_size=6)


def edits(one: str, other: str) -> int:
    """Levenshtein's distance by the textbook's table."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        above, row = row, [i]
        for j, b in enumerate(other, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def terms(text: str) -> Counter[str]:
    found = re.findall(r"\b\w\w+\b", text.lower())
    return Counter(found) + Counter(f"{a} {b}" for a, b in pairwise(found))


def naive_cosines(texts: list[str], size: int = 512) -> dict[tuple[str, int, int], float]:
    counts = [terms(text) for text in texts]
    totals = sum(counts, Counter[str]())
    features = sorted(totals, key=lambda term: (-totals[term], term))[:size]
    rarity = {t: math.log((1 + len(texts)) / (1 + sum(t in c for c in counts))) + 1 for t in features}
    found = {}
    for name, weight in (("bow_cosine", dict.fromkeys(features, 1.0)), ("tfidf_cosine", rarity)):
        rows = [np.array([count[t] * weight[t] for t in features]) for count in counts]
        for i, one in enumerate(rows):
            for j, other in enumerate(rows):
                scale = np.linalg.norm(one) * np.linalg.norm(other)
                found[name, i, j] = float(one @ other / scale) if scale else 0.0
    return found


@given(texts)
@settings(max_examples=150, deadline=None)
def test_text_measures_are_those_of_the_plain_way(given_texts: list[str]) -> None:
    n = len(given_texts)
    first, second = (ends.reshape(-1) for ends in np.meshgrid(np.arange(n), np.arange(n), indexing="ij"))
    measured = text_similarity(given_texts, first, second)
    naive = naive_cosines(given_texts)
    for k, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        longer = max(len(given_texts[i]), len(given_texts[j]))
        expected = 1 - edits(given_texts[i], given_texts[j]) / longer if longer else 1.0
        assert measured["levenshtein"][k] == pytest.approx(expected)
        for name in ("bow_cosine", "tfidf_cosine"):
            assert measured[name][k] == pytest.approx(naive[name, i, j], abs=1e-12)


@given(texts, st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_few_features_are_the_most_frequent_ones_and_ties_go_by_the_alphabet(given_texts: list[str], size: int) -> None:
    totals = sum((terms(text) for text in given_texts), Counter[str]())
    features = sorted(sorted(totals, key=lambda term: (-totals[term], term))[:size])
    counts = count_features(given_texts, size).toarray()
    assert counts.tolist() == [[terms(text)[t] for t in features] for text in given_texts]


def test_no_pairs_have_no_similarity() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert levenshtein([], []).shape == (0,)
    assert all(values.shape == (0,) for values in text_similarity([], nothing, nothing).values())


def models(**columns: list[object]) -> pl.DataFrame:
    n = len(next(iter(columns.values())))
    whole: dict[str, list[object]] = {
        "license_ids": [[]] * n, "languages": [[]] * n, "pipeline_tag": [None] * n, "library_name": [None] * n,
    }  # fmt: skip
    types = {name: pl.List(pl.String) if name in ("license_ids", "languages") else pl.String for name in whole}
    return pl.DataFrame(whole | columns, schema=types)


def test_traits_are_compared_where_both_sides_declare_them() -> None:
    three = models(license_ids=[["mit"], ["mit", "gpl-3.0"], []], languages=[["en"], ["mit"], ["en"]])
    first, second = np.array([0, 0, 1]), np.array([1, 2, 2])
    measured = trait_similarity(three, first, second)
    assert set(measured) == set(TRAIT_MEASURES)
    assert measured["license_jaccard"].tolist() == pytest.approx([0.5, math.nan, math.nan], nan_ok=True)
    assert measured["language_jaccard"].tolist() == [0.0, 1.0, 0.0]
    # {mit, en} and {mit, gpl-3.0, the language "mit"}: a language is no licence, though it is spelt like one.
    assert measured["trait_jaccard"].tolist() == pytest.approx([1 / 4, 1 / 2, 0.0])
    assert np.isnan(measured["task_jaccard"]).all()


RECORD = pl.DataFrame(
    {
        "model_id": ["me/model-ft"],
        "hub_object_id": ["64b000000000000000000001"],
        "likes": [3],
        "is_private": [False],
        "downloads_30d": [41],
        "tags": [["pytorch", "base_model:you/model", "base_model:finetune:you/model", "license:mit"]],
        "pipeline_tag": [None],
        "library_name": ["transformers"],
        "created_at": [datetime(2024, 2, 3, 4, 5, 6)],
    },
    schema_overrides={"pipeline_tag": pl.String},
)


def test_as_published_the_whole_record_is_compared() -> None:
    (text,) = metadata_texts(RECORD, "as_published")
    assert text == (
        '{"_id":"64b000000000000000000001","id":"me/model-ft","likes":3,"private":false,"downloads":41,"tags":["pytorch",'
        '"base_model:you/model","base_model:finetune:you/model","license:mit"],"library_name":"transformers",'
        '"createdAt":"2024-02-03T04:05:06.000Z","modelId":"me/model-ft"}'
    )


def test_the_control_leaves_out_what_names_the_parent_or_changes_by_the_day() -> None:
    (text,) = metadata_texts(RECORD, "parent_tags_removed")
    assert text == (
        '{"id":"me/model-ft","private":false,"tags":["pytorch","license:mit"],"library_name":"transformers",'
        '"modelId":"me/model-ft"}'
    )


@pytest.mark.parametrize(
    ("card", "left"),
    [
        ("---\nlicense: mit\nbase_model: you/model\ntags:\n- x\n---\nhi", "---\nlicense: mit\ntags:\n- x\n---\nhi"),
        ("---\nbase_model:\n- you/model\n- you/other\nlicense: mit\n---\nhi", "---\nlicense: mit\n---\nhi"),
        ("---\nbase_model:\n  - you/model\nbase_model_relation: merge\nlicense: mit\n---", "---\nlicense: mit\n---"),
        ("---\ntags:\n- base_model:you/model\n- y\n---", "---\ntags:\n- \n- y\n---"),
        ("A tuned [you/model](https://x/you/model), better than Model.", "A tuned [](https://x/), better than ."),
        ("model-7b is not model, nor remodel", "model-7b is not , nor remodel"),
        ("no parent here", "no parent here"),
    ],
)
def test_a_card_is_compared_without_what_names_its_parents(card: str, left: str) -> None:
    assert without_parents(card, ["you/model"]) == left


def test_a_short_name_is_a_word_and_stays() -> None:
    assert without_parents("T5 at google/T5", ["google/T5"]) == "T5 at "


def test_cards_are_cut_after_the_parents_are_taken_out() -> None:
    card = "you/model" + "x" * 600
    assert card_texts([card], [["you/model"]], "as_published") == [card[:CARD_CHARS]]
    assert card_texts(["you/model " + "x" * 600], [["you/model"]], "parent_tags_removed") == [" " + "x" * (CARD_CHARS - 1)]

"""MinHash against exact Jaccard similarity, and clusters against all pairs."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from pipelines.cards.minhash import MIN_WORDS, N_BINS, SHINGLE_WORDS, agreement, signatures
from pipelines.cards.near_duplicates import LIKE, SCHEMA, leaders_of, near_duplicates

VOCABULARY = [f"{first}{second}" for first in ("wren", "finch", "moss", "fern", "über") for second in range(200)]


def words(rng: np.random.Generator, n: int) -> list[str]:
    return [VOCABULARY[place] for place in rng.integers(0, len(VOCABULARY), n)]


def edited(rng: np.random.Generator, text: list[str], n_edits: int) -> list[str]:
    changed = list(text)
    for place in rng.integers(0, len(text), n_edits):
        changed[place] = f"new{rng.integers(10**6)}"
    return changed


def shingles(text: list[str]) -> set[tuple[str, ...]]:
    return {tuple(text[place : place + SHINGLE_WORDS]) for place in range(len(text) - SHINGLE_WORDS + 1)}


def jaccard(first: list[str], second: list[str]) -> float:
    one, other = shingles(first), shingles(second)
    return len(one & other) / len(one | other)


def similar(first: list[str], second: list[str]) -> float:
    found = signatures([" ".join(first), " ".join(second)])
    return float(agreement(found[:1], found[1:])[0])


@pytest.mark.parametrize("length", [MIN_WORDS, 60, 300])
def test_agreement_estimates_the_jaccard_similarity_without_bias(length: int) -> None:
    rng = np.random.default_rng(length)
    errors = []
    for _ in range(300):
        text = words(rng, length)
        other = edited(rng, text, rng.integers(0, max(2, length // 15)))
        errors.append(similar(text, other) - jaccard(text, other))
    assert abs(np.mean(errors)) < 0.01
    assert np.std(errors) < (0.12 if length == MIN_WORDS else 0.06)


def test_a_signature_depends_on_words_alone() -> None:
    text = "The wren sings before the sun is up and long after it went down behind the garden wall of our old house"
    spaced = text.upper().replace(" ", "\n\t ")
    assert np.array_equal(signatures([text]), signatures([spaced]))
    alone, among = signatures([text]), signatures(["other words " * 40, text, "and more of them " * 9])
    assert np.array_equal(alone[0], among[1])


def test_no_text_and_short_texts_are_no_trouble() -> None:
    assert signatures([]).shape == (0, N_BINS)
    assert signatures(["", "one", "a b c d"]).shape == (3, N_BINS)


def frame(texts: list[list[str]]) -> pl.DataFrame:
    joined = [" ".join(text) for text in texts]
    packed = [row.tobytes() for row in signatures(joined).astype("<u2")]
    ids = [f"m{place:04}" for place in range(len(texts))]
    return pl.DataFrame({"model_id": ids, "card_sha": ids, "text_hash": joined, "minhash": packed})


def test_clusters_are_those_of_all_pairs() -> None:
    """Groups of copies with few edits: each member is truly alike its representative, and no true copy is missed."""
    rng = np.random.default_rng(8)
    texts = [
        text for base in (words(rng, 120) for _ in range(60)) for text in [base, *(edited(rng, base, k) for k in range(4))]
    ]
    texts += [words(rng, 120) for _ in range(200)]
    order = rng.permutation(len(texts))
    texts = [texts[place] for place in order]
    found = near_duplicates(frame(texts))
    place_of = {f"m{place:04}": place for place in range(len(texts))}
    for model, representative, likeness in found.select("model_id", "representative_id", "card_likeness").iter_rows():
        assert place_of[representative] < place_of[model]
        assert likeness >= LIKE
        assert jaccard(texts[place_of[model]], texts[place_of[representative]]) > LIKE - 0.15
    together = {frozenset(pair) for pair in found.select("model_id", "representative_id").iter_rows()}
    lonely = set(place_of) - {model for pair in together for model in pair}
    for first, second in itertools.combinations(sorted(lonely), 2):
        assert jaccard(texts[place_of[first]], texts[place_of[second]]) < LIKE + 0.1


def test_the_same_text_is_one_cluster_around_the_oldest() -> None:
    rng = np.random.default_rng(2)
    text = words(rng, 50)
    found = near_duplicates(frame([words(rng, 50), text, text, words(rng, 50), text]))
    assert found.select("model_id", "representative_id", "n_cluster_models", "card_likeness", "is_same_text").rows() == [
        ("m0002", "m0001", 3, 1.0, True),
        ("m0004", "m0001", 3, 1.0, True),
    ]


def test_a_chain_of_small_changes_is_cut_where_it_is_no_longer_alike() -> None:
    rng = np.random.default_rng(5)
    chain = [words(rng, 200)]
    for _ in range(60):
        chain.append(edited(rng, chain[-1], 2))
    found = near_duplicates(frame(chain))
    assert found["card_likeness"].min() >= LIKE
    assert found["representative_id"].n_unique() > 5


def test_texts_that_have_nothing_in_common_are_no_duplicates() -> None:
    rng = np.random.default_rng(6)
    assert near_duplicates(frame([words(rng, 80) for _ in range(400)])).is_empty()
    assert dict(near_duplicates(frame([])).schema) == dict(SCHEMA)


def test_everybody_has_a_leader_and_leaders_lead_themselves() -> None:
    rng = np.random.default_rng(7)
    few = rng.integers(0, 3, size=(500, N_BINS)).astype(np.uint16)
    leader = leaders_of(few[rng.integers(0, 500, 2_000)])
    assert (leader >= 0).all()
    assert np.array_equal(leader[leader], leader)
    assert (leader <= np.arange(len(leader))).all()

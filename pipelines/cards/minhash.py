"""MinHash signatures of card texts, by one permutation of hashed word shingles (Li, Owen and Zhang 2012).

A text is the set of its runs of `SHINGLE_WORDS` words, in lower case. Each run is hashed once; the hash's upper bits choose one
of `N_BINS` bins, and the smallest hash of each bin is kept. An empty bin borrows from another by the optimal densification of
Shrivastava (2017), so the share of bins in which two signatures agree estimates the Jaccard similarity of the two sets without
bias. All of it is arrays: texts are laid end to end as bytes, and sums of prefixes give every word's hash at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

N_BINS: Final = 128
SHINGLE_WORDS: Final = 5
MIN_WORDS: Final = 20
"""A shorter text has no signature: two titles of five words are no copies of each other."""
_CHUNK_BYTES: Final = 1 << 19
"""Texts are hashed about so many bytes at a time, so that the arrays stay in the processor's cache."""
_ATTEMPTS: Final = 16 * N_BINS

Words = npt.NDArray[np.uint64]
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_INVERSE: Final = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_SHINGLE_BASE: Final = np.uint64(0xD1B54A32D192ED03)
_EMPTY: Final = np.uint64(2**64 - 1)
_LETTER: Final = np.array([byte not in b" \t\n\r\x0b\x0c" for byte in range(256)])
_CODE: Final = np.array([1 + (byte + 32 if 65 <= byte <= 90 else byte) for byte in range(256)], dtype=np.uint64)
"""What each byte counts; capital letters count as small ones."""


def signatures(texts: Sequence[str]) -> npt.NDArray[np.uint16]:
    """Return one row of `N_BINS` a text; the row of a text under `MIN_WORDS` words means nothing, see `has_signature`."""
    found = np.zeros((len(texts), N_BINS), dtype=np.uint16)
    for first, last in _chunks(texts):
        found[first:last] = _signatures([text.encode("utf-8", "replace") for text in texts[first:last]])
    return found


def agreement(first: npt.NDArray[np.uint16], second: npt.NDArray[np.uint16]) -> npt.NDArray[np.float64]:
    """Return the share of bins in which rows agree: the estimated Jaccard similarity.

    Its standard error is about 0.04, and more between texts of few words, whose bins borrow.
    """
    return np.asarray((first == second).mean(axis=1))


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    first, size = 0, 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= _CHUNK_BYTES:
            yield first, number + 1
            first, size = number + 1, 0
    if first < len(texts):
        yield first, len(texts)


def _signatures(contents: Sequence[bytes]) -> npt.NDArray[np.uint16]:
    hashes, owner = _word_hashes(contents)
    shingles, owner = _shingles(hashes, owner)
    bins = (shingles >> np.uint64(57)).astype(np.int64)
    table = np.full(len(contents) * N_BINS, _EMPTY)
    np.minimum.at(table, owner * N_BINS + bins, shingles)
    return (_densified(table.reshape(-1, N_BINS)) & np.uint64(0xFFFF)).astype(np.uint16)


def _word_hashes(contents: Sequence[bytes]) -> tuple[Words, npt.NDArray[np.int64]]:
    """Return the hash of every word and the number of the text it stands in."""
    data = np.frombuffer(b" " + b" ".join(contents) + b" ", dtype=np.uint8)
    letters = _LETTER[data]
    edges = np.flatnonzero(letters[1:] != letters[:-1])
    starts, ends = edges[::2] + 1, edges[1::2] + 1
    size = 1 << len(data).bit_length()
    sums = np.zeros(len(data) + 1, dtype=np.uint64)
    np.cumsum(_CODE[data] * _powers(_BASE, size)[: len(data)], out=sums[1:])
    hashes = _mixed((sums[ends] - sums[starts]) * _powers(_INVERSE, size)[starts])
    text_ends = np.cumsum([len(content) + 1 for content in contents])
    n_words = np.diff(np.searchsorted(starts, text_ends), prepend=0)
    return hashes, np.repeat(np.arange(len(contents)), n_words)


def _shingles(hashes: Words, owner: npt.NDArray[np.int64]) -> tuple[Words, npt.NDArray[np.int64]]:
    """Return the hashes of all runs of words inside one text, and whose they are."""
    n_runs = max(0, len(hashes) - SHINGLE_WORDS + 1)
    runs = np.zeros(n_runs, dtype=np.uint64)
    for place in range(SHINGLE_WORDS):
        runs = runs * _SHINGLE_BASE + hashes[place : place + n_runs]
    is_whole = owner[:n_runs] == owner[len(owner) - n_runs :]
    return _mixed(runs[is_whole]), owner[:n_runs][is_whole]


def _densified(table: Words) -> Words:
    """Fill empty bins from full ones: each empty bin of every text tries the same sequence of bins until one is full."""
    table = table[:]
    full = table != _EMPTY
    full[~full.any(axis=1)] = True  # a text without shingles stays as it is
    rows, bins = np.nonzero(~full)
    for tries in _TRIES:
        if not len(rows):
            break
        tried = tries[bins]
        is_found = full[rows, tried]
        table[rows[is_found], bins[is_found]] = table[rows[is_found], tried[is_found]]
        rows, bins = rows[~is_found], bins[~is_found]
    return table


@lru_cache(maxsize=4)
def _powers(base: np.uint64, n: int) -> Words:
    """Return base to the power 0, 1, … n-1, modulo 2**64."""
    found = np.full(n, base)
    found[0] = 1
    return np.cumprod(found, dtype=np.uint64)


def _mixed(values: Words) -> Words:
    """Return well-mixed bits: the finaliser of SplitMix64."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_TRIES: Final = (
    _mixed((np.arange(N_BINS, dtype=np.uint64) << np.uint64(32)) + np.arange(1, _ATTEMPTS + 1, dtype=np.uint64)[:, None])
    >> np.uint64(57)
).astype(np.int64)
"""Which bin an empty one borrows from at each attempt, shape (attempts, bins); one full bin is met with near certainty."""

"""Cards that nearly repeat an older model's card: signatures that agree, found by banding, gathered around the oldest.

Cards whose signatures are equal in all rows of some band are compared (Leskovec, Rajaraman and Ullman, *Mining of Massive
Datasets*, section 3.4). A cluster is its oldest card and the younger ones that are like it: every member agrees with the
representative in `LIKE` of the bins, so clusters do not grow along chains of small changes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.cards.minhash import N_BINS, agreement

LIKE: Final = 0.8
"""Agreement of signatures from which two cards are near-duplicates: about eight in nine runs of five words in common."""
BAND_ROWS: Final = 6
"""With 21 bands of 6 rows two cards that agree in 0.8 are compared with a chance of 0.998, in 0.5 with 0.28."""
_MAX_ROUNDS: Final = 50
_AT_ONCE: Final = 1 << 16

Numbers = npt.NDArray[np.int64]
Signatures = npt.NDArray[np.uint16]

SCHEMA: Final[dict[str, pl.DataType]] = {
    "model_id": pl.String(),
    "card_sha": pl.String(),
    "representative_id": pl.String(),
    "n_cluster_models": pl.Int64(),
    "card_likeness": pl.Float64(),
    "is_same_text": pl.Boolean(),
}


def near_duplicates(cards: pl.DataFrame) -> pl.DataFrame:
    """Return one row a model whose card is a near-duplicate of an older one's, sorted by model_id.

    Args:
        cards: one row a model, oldest first: model_id, card_sha, text_hash (equal for equal texts), minhash.
    """
    if cards.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    distinct = cards.with_row_index("place").unique("text_hash", keep="first", maintain_order=True)
    packed = b"".join(distinct["minhash"])
    signatures = np.frombuffer(packed, dtype="<u2").reshape(-1, N_BINS)
    leaders = leaders_of(signatures)
    likeness = np.ones(len(leaders))
    for part in _parts(len(leaders)):
        likeness[part] = agreement(signatures[part], signatures[leaders[part]])
    gathered = distinct.select(
        "text_hash",
        representative_id=distinct["model_id"].gather(pl.Series(leaders)),
        representative_hash=distinct["text_hash"].gather(pl.Series(leaders)),
        card_likeness=pl.Series(likeness),
    )
    rows = cards.join(gathered, on="text_hash", how="left", maintain_order="left").with_columns(
        n_cluster_models=pl.len().over("representative_id").cast(pl.Int64),
        is_same_text=pl.col("text_hash") == pl.col("representative_hash"),
    )
    return rows.filter(pl.col("model_id") != pl.col("representative_id")).select(*SCHEMA).sort("model_id")


def leaders_of(signatures: Signatures) -> Numbers:
    """Return for each signature the number of its representative: an earlier one that it is like, or itself.

    Rounds of choosing: everybody not yet settled looks in each band for the first of its bucket. Who is like none before it
    leads; who is like a leader follows; the others look again when those who follow have left.
    """
    keys = _band_keys(signatures)
    leader = np.full(len(signatures), -1, dtype=np.int64)
    leads = np.zeros(len(signatures), dtype=np.bool_)
    open_ = np.arange(len(signatures))
    for _ in range(_MAX_ROUNDS):
        if not len(open_):
            break
        best = _first_alike(signatures, keys, np.flatnonzero(leads | (leader < 0)), open_)
        leads[open_[best == open_]] = True
        follows = leads[best]
        leader[open_[follows]] = best[follows]
        open_ = open_[~follows]
    leader[open_] = open_
    return leader


def _first_alike(signatures: Signatures, keys: npt.NDArray[np.uint64], pool: Numbers, wanted: Numbers) -> Numbers:
    """Return for each of ``wanted`` the first of the pool that shares a bucket as its first and is alike, else itself."""
    best = np.arange(len(signatures))
    is_wanted = np.zeros(len(signatures), dtype=np.bool_)
    is_wanted[wanted] = True
    for band in keys:
        order = pool[np.argsort(band[pool], kind="stable")]
        is_first = np.ones(len(order), dtype=np.bool_)
        is_first[1:] = band[order[1:]] != band[order[:-1]]
        first = order[np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))]
        asks = is_wanted[order] & (first < best[order])
        asking, asked = order[asks], first[asks]
        for part in _parts(len(asking)):
            alike = agreement(signatures[asking[part]], signatures[asked[part]]) >= LIKE
            best[asking[part][alike]] = asked[part][alike]
    return best[wanted]


def _band_keys(signatures: Signatures) -> npt.NDArray[np.uint64]:
    """Return one number a band and signature, shape (bands, signatures)."""
    n_bands = N_BINS // BAND_ROWS
    keys = np.zeros((n_bands, len(signatures)), dtype=np.uint64)
    for band in range(n_bands):
        for row in range(band * BAND_ROWS, (band + 1) * BAND_ROWS):
            keys[band] = (keys[band] ^ signatures[:, row].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            keys[band] ^= keys[band] >> np.uint64(29)
    return keys


def _parts(n: int) -> list[slice]:
    return [slice(start, min(start + _AT_ONCE, n)) for start in range(0, n, _AT_ONCE)]

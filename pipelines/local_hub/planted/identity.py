"""Who models are on the wire: object ids, names, commit ids and instants."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from pipelines.local_hub.planted.families import Structure
from pipelines.local_hub.planted.parameters import BASE, DAY, END_AT, KINDS, SINGLE, stream
from pipelines.local_hub.planted.vocabulary import (
    AUTHOR_HEADS,
    AUTHOR_TAILS,
    SIZES,
    STEM_HEADS,
    STEM_TAILS,
    SUFFIX,
    VARIANTS,
)

_COUNTER_SIZE: Final = 1 << 24
_N_LABS: Final = 40
"""Owners that publish base models."""


def identify(structure: Structure, seed: int) -> pl.DataFrame:
    """Return one row a model: hub_object_id, model_id, author, name, sha, created_at, last_modified, size (index of SIZES)."""
    rng = stream(seed, "identity")
    n = len(structure.kind)
    size = rng.integers(0, len(SIZES), n)[structure.root]
    modified = _modified(structure.created, rng)
    frame = pl.DataFrame({"author": _authors(structure, rng), "name": _names(structure, size, rng)})
    return _unique(frame).with_columns(
        object_ids(structure.created, seed).alias("hub_object_id"),
        hex_text(rng.bytes(20 * n), 40).alias("sha"),
        wire_instant(structure.created).alias("created_at"),
        wire_instant(modified).alias("last_modified"),
        pl.Series("size", size, dtype=pl.UInt8),
    )


def object_ids(created: np.ndarray, seed: int, first: int = 0) -> pl.Series:
    """Return ids of 24 hexadecimal digits: creation second, five bytes of the hub, a counter that starts at ``first``."""
    machine = stream(seed, "machine").bytes(5)
    raw = np.empty((len(created), 12), dtype=np.uint8)
    raw[:, :4] = created.astype(">u4").view(np.uint8).reshape(-1, 4)
    raw[:, 4:9] = np.frombuffer(machine, dtype=np.uint8)
    counter = (first + np.arange(len(created))) % _COUNTER_SIZE
    raw[:, 9:] = counter.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]
    return hex_text(raw.tobytes(), 24)


def hex_text(raw: bytes, width: int) -> pl.Series:
    """Return bytes as a column of hexadecimal texts of ``width`` digits each."""
    digits = raw.hex().encode()
    n = len(digits) // width
    offsets = pa.py_buffer(np.arange(0, (n + 1) * width, width, dtype=np.int64))
    return pl.Series(pa.LargeStringArray.from_buffers(n, offsets, pa.py_buffer(digits)))


def wire_instant(seconds: np.ndarray) -> pl.Series:
    """Return Unix seconds as the Hub writes them: ISO 8601 with milliseconds and Z."""
    instants = pl.Series(seconds, dtype=pl.Int64).cast(pl.Int64) * 1_000
    return instants.cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")


def _modified(created: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Most repositories are finished within hours, some are touched for months; never after the hub's today."""
    hours = rng.exponential(2.0, len(created))
    months = rng.exponential(60.0, len(created)) * DAY
    later = np.where(rng.random(len(created)) < 0.2, months, hours * 3_600)
    return np.asarray(np.minimum(created + later.astype(np.int64), END_AT - 1))


def _authors(structure: Structure, rng: np.random.Generator) -> pl.Series:
    """Few owners have many models; base models belong to a small set of labs."""
    n = len(structure.kind)
    n_owners = max(20, n // 6)
    drawn = _N_LABS + (n_owners * rng.random(n) ** 2.5).astype(np.int64)
    owner = np.where(structure.kind == BASE, rng.integers(0, _N_LABS, n), drawn)
    return _pick(_combined(AUTHOR_HEADS, AUTHOR_TAILS, _N_LABS + n_owners), owner)


def _names(structure: Structure, size: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """Return stem-size-variant-suffix; the stem and the size are the root's, so a family shares them."""
    n = len(structure.kind)
    stems = _combined(STEM_HEADS, STEM_TAILS, max(n, 1))
    stem = rng.permutation(n)[structure.root]
    variant = np.where(structure.kind == BASE, 0, rng.integers(1, len(VARIANTS) ** 2, n))
    words = pl.Series(["", *(f"-{a}" if i == 0 else f"-{a}-{b}" for i, b in enumerate(VARIANTS) for a in VARIANTS)])
    suffixes = pl.Series([suffix for kind in KINDS for suffix in SUFFIX[kind]])
    first = np.cumsum([0, *(len(SUFFIX[kind]) for kind in KINDS)])
    choice = (rng.random(n) * np.diff(first)[structure.kind]).astype(np.int64)
    sizes = pl.Series([f"-{label}" for label, _ in SIZES])
    is_sized = structure.kind != SINGLE
    return (
        _pick(stems, stem)
        + pl.select(pl.when(pl.Series(is_sized)).then(_pick(sizes, size)).otherwise(pl.lit(""))).to_series()
        + _pick(words, variant)
        + _pick(suffixes, first[structure.kind] + choice)
    )


def _combined(heads: list[str], tails: list[str], n: int) -> pl.Series:
    """Return ``n`` different words: every pair of head and tail, then the same pairs with a number."""
    pairs = len(heads) * len(tails)
    index = np.arange(n)
    number = pl.Series(["", *(str(k) for k in range(2, 2 + n // pairs))])
    head, tail = pl.Series(heads), pl.Series(tails)
    return _pick(head, index % len(heads)) + _pick(tail, index // len(heads) % len(tails)) + _pick(number, index // pairs)


def _pick(values: pl.Series, index: np.ndarray) -> pl.Series:
    return values.gather(pl.Series(index, dtype=pl.UInt32))


def _unique(frame: pl.DataFrame) -> pl.DataFrame:
    """Number repeated ids (ignoring case) from the second on, the way people write -v2."""
    key = pl.concat_str("author", pl.lit("/"), "name").str.to_lowercase()
    repeat = pl.int_range(pl.len()).over(key)
    numbered = pl.when(repeat == 0).then("name").otherwise(pl.format("{}-v{}", "name", repeat + 1))
    return frame.with_columns(numbered.alias("name")).with_columns(
        pl.concat_str("author", pl.lit("/"), "name").alias("model_id"),
    )

"""Card texts parsed once in their life: the cache by content hash, and what one build needs of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.cards import CARD_CLAIMS, CARD_FACTS, PARSER_VERSION, parse_cards
from pipelines.settings import Settings
from warehouse.engine import Engine
from warehouse.files import write_whole
from warehouse.paths import Layout

Schema = Mapping[str, pl.DataType]

_BATCH = 20_000
"""Texts parsed at a time: about 100 MB of cards in memory, and one cache file."""


def parse_card_texts(folder: BuildFolder, settings: Settings) -> dict[str, int]:
    """Write ``stage/card_texts`` and ``stage/card_claims`` for the build's visits, parsing unknown texts only.

    Texts have one row a distinct card text, claims one row a parent that such a text names.
    """
    cache = _cache_folder(settings.layout)
    with folder.engine(threads=settings.threads, memory_limit=settings.memory_limit, landing=("cards",)) as engine:
        folder.see(engine, "stage", "card_visits")
        wanted = engine.frame("stage", "card_shas")
        known = _cached(cache, "facts", CARD_FACTS).select("card_sha").collect()
        missing = wanted.join(known, on="card_sha", how="anti").sort("card_sha")
        n_parsed = sum(_parse_batch(engine, batch, cache) for batch in missing.iter_slices(_BATCH))
    texts = _wanted(cache, "facts", CARD_FACTS, wanted, key=["card_sha"])
    claims = _wanted(cache, "claims", CARD_CLAIMS, wanted, key=["card_sha", "evidence", "parent_ref", "role"])
    write_whole(folder.table("stage", "card_texts"), texts.write_parquet, durable=False)
    write_whole(folder.table("stage", "card_claims"), claims.write_parquet, durable=False)
    return {"texts": texts.height, "parsed": n_parsed, "from_cache": texts.height - n_parsed, "parents_named": claims.height}


def _wanted(cache: Path, name: str, schema: Schema, wanted: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return the cached rows of the wanted texts; two builds at a time may have parsed the same text, with the same result."""
    cached = _cached(cache, name, schema).join(wanted.lazy(), on="card_sha", how="semi")
    return cached.unique(key).sort(key, nulls_last=True).collect()


def _parse_batch(engine: Engine, batch: pl.DataFrame, cache: Path) -> int:
    engine.see_frame("wanted_cards", batch)
    contents = engine.frame("stage", "card_contents")
    engine.forget("wanted_cards")
    parsed = parse_cards(contents)
    digest = hashlib.sha256("".join(parsed.facts["card_sha"]).encode()).hexdigest()[:16]
    # The facts come last: a text counts as parsed when they are there.
    write_whole(cache / "claims" / f"{digest}.parquet", parsed.claims.write_parquet)
    write_whole(cache / "facts" / f"{digest}.parquet", parsed.facts.write_parquet)
    return parsed.facts.height


def _cache_folder(layout: Layout) -> Path:
    """Return the folder of this parser's results; another version of the parser starts an empty one."""
    return layout.cache / "cards" / f"parser-{PARSER_VERSION}"


def _cached(cache: Path, name: str, schema: Schema) -> pl.LazyFrame:
    files = sorted((cache / name).glob("*.parquet"))
    return pl.scan_parquet(files) if files else pl.LazyFrame(schema=schema)

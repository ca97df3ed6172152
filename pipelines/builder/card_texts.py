"""Card texts parsed once in their life: the cache by content hash, and what one build needs of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.cards import CARD_FACTS, PARSER_VERSION, parse_cards
from pipelines.settings import Settings
from warehouse.engine import Engine
from warehouse.files import write_whole
from warehouse.paths import Layout

_BATCH = 20_000
"""Texts parsed at a time: about 100 MB of cards in memory, and one cache file."""


def parse_card_texts(folder: BuildFolder, settings: Settings) -> dict[str, int]:
    """Write ``stage/card_texts``: one row a distinct card text that the build's visits name, parsing only unknown ones."""
    cache = _cache_folder(settings.layout)
    with folder.engine(threads=settings.threads, memory_limit=settings.memory_limit, landing=("cards",)) as engine:
        folder.see(engine, "stage", "card_visits")
        wanted = engine.frame("stage", "card_shas")
        missing = wanted.join(_cached(cache).select("card_sha").collect(), on="card_sha", how="anti").sort("card_sha")
        n_parsed = sum(_parse_batch(engine, batch, cache) for batch in missing.iter_slices(_BATCH))
    texts = _cached(cache).join(wanted.lazy(), on="card_sha", how="semi").unique("card_sha").sort("card_sha").collect()
    write_whole(folder.table("stage", "card_texts"), texts.write_parquet, durable=False)
    return {"texts": texts.height, "parsed": n_parsed, "from_cache": texts.height - n_parsed}


def _parse_batch(engine: Engine, batch: pl.DataFrame, cache: Path) -> int:
    engine.see_frame("wanted_cards", batch)
    contents = engine.frame("stage", "card_contents")
    engine.forget("wanted_cards")
    facts = parse_cards(contents)
    digest = hashlib.sha256("".join(facts["card_sha"]).encode()).hexdigest()[:16]
    write_whole(cache / f"{digest}.parquet", facts.write_parquet)
    return facts.height


def _cache_folder(layout: Layout) -> Path:
    """Return the folder of this parser's results; another version of the parser starts an empty one."""
    return layout.cache / "cards" / f"parser-{PARSER_VERSION}"


def _cached(cache: Path) -> pl.LazyFrame:
    files = sorted(cache.glob("*.parquet"))
    return pl.scan_parquet(files) if files else pl.LazyFrame(schema=CARD_FACTS)

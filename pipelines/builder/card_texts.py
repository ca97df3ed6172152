"""Card texts parsed once in their life: the cache by content hash, and what one build needs of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.cards import PARSER_VERSION, SCHEMAS, parse_cards
from pipelines.settings import Settings
from warehouse.engine import Engine
from warehouse.files import write_whole
from warehouse.paths import Layout

STAGED: Final = {
    "facts": "card_texts",
    "claims": "card_claims",
    "sections": "card_sections",
    "evaluations": "card_evaluations",
    "carbon": "card_carbon",
    "signatures": "card_signatures",
    "losses": "card_losses",
}
"""The stage's tables by the frames of `ParsedCards`."""

_KEYS: Final = {
    "claims": ["card_sha", "evidence", "parent_ref", "role"],
    "sections": ["card_sha", "section"],
    "evaluations": ["card_sha", "claim_number"],
    "carbon": ["card_sha", "claim_source"],
    "losses": ["card_sha", "loss_number"],
}
_BATCH = 20_000
"""Texts parsed at a time: about 100 MB of cards in memory, and one cache file."""


def parse_card_texts(folder: BuildFolder, settings: Settings) -> dict[str, int]:
    """Write the tables `STAGED` for the build's visits, parsing unknown texts only.

    ``card_texts`` has one row a distinct card text, ``card_claims`` one a parent that such a text names, and so on.
    """
    cache = _cache_folder(settings.layout)
    with folder.engine(settings, landing=("cards",)) as engine:
        folder.see(engine, "stage", "card_visits")
        wanted = engine.frame("stage", "card_shas")
        known = _cached(cache, "facts").select("card_sha").collect()
        missing = wanted.join(known, on="card_sha", how="anti").sort("card_sha")
        n_parsed = sum(_parse_batch(engine, batch, cache) for batch in missing.iter_slices(_BATCH))
    heights = {name: _stage(folder, cache, name, wanted) for name in STAGED}
    n_texts = heights["facts"]
    return {"texts": n_texts, "parsed": n_parsed, "from_cache": n_texts - n_parsed, "parents_named": heights["claims"]}


def _stage(folder: BuildFolder, cache: Path, name: str, wanted: pl.DataFrame) -> int:
    """Write the cached rows of the wanted texts; two builds at a time may have parsed the same text, with the same result."""
    key = _KEYS.get(name, ["card_sha"])
    cached = _cached(cache, name).join(wanted.lazy(), on="card_sha", how="semi")
    rows = cached.unique(key).sort(key, nulls_last=True).collect()
    write_whole(folder.table("stage", STAGED[name]), rows.write_parquet, durable=False)
    return rows.height


def _parse_batch(engine: Engine, batch: pl.DataFrame, cache: Path) -> int:
    engine.see_frame("wanted_cards", batch)
    contents = engine.frame("stage", "card_contents")
    engine.forget("wanted_cards")
    parsed = parse_cards(contents)
    digest = hashlib.sha256("".join(parsed.facts["card_sha"]).encode()).hexdigest()[:16]
    # The facts come last: a text counts as parsed when they are there.
    for name in sorted(STAGED, key="facts".__eq__):
        write_whole(cache / name / f"{digest}.parquet", getattr(parsed, name).write_parquet)
    return parsed.facts.height


def _cache_folder(layout: Layout) -> Path:
    """Return the folder of this parser's results; another version of the parser starts an empty one."""
    return layout.cache / "cards" / f"parser-{PARSER_VERSION}"


def _cached(cache: Path, name: str) -> pl.LazyFrame:
    files = sorted((cache / name).glob("*.parquet"))
    schema: Mapping[str, pl.DataType] = SCHEMAS[name]
    return pl.scan_parquet(files) if files else pl.LazyFrame(schema=schema)

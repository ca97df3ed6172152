"""Many cards: a frame of contents to a frame of facts, one row a card's checksum.

One process on purpose: two took as long for 200,000 cards, since carrying the texts to and fro costs what is won.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pipelines.cards.card import parse_card
from pipelines.cards.list_columns import list_column

CARD_FACTS: Final[Mapping[str, pl.DataType]] = {
    "card_sha": pl.String(),
    "parse_status": pl.String(),
    "flags": pl.List(pl.String()),
    "front_matter": pl.String(),
    "front_matter_raw": pl.String(),
    "n_bytes": pl.Int64(),
    "n_chars": pl.Int64(),
    "n_body_chars": pl.Int64(),
    "n_words": pl.Int64(),
    "is_auto_generated": pl.Boolean(),
}
"""One row a card's checksum; the fields of `CardFacts`, and `n_bytes`, the length of the content parsed."""


def parse_cards(cards: pl.DataFrame) -> pl.DataFrame:
    """Parse the cards of a frame with the columns card_sha and content; return `CARD_FACTS` sorted by card_sha.

    Rows without content or checksum are left out; of rows with the same checksum one is parsed.
    """
    distinct = _distinct(cards)
    facts = [parse_card(content) for content in distinct["content"]]
    texts = ("parse_status", "front_matter", "front_matter_raw")
    numbers = ("n_chars", "n_body_chars", "n_words", "is_auto_generated")
    return distinct.select(
        "card_sha",
        pl.col("content").bin.size().cast(pl.Int64).alias("n_bytes"),
        list_column([fact.flags for fact in facts], CARD_FACTS["flags"]).alias("flags"),
        *(pl.Series(name, [getattr(fact, name) for fact in facts], CARD_FACTS[name]) for name in (*texts, *numbers)),
    ).select(*CARD_FACTS)


def _distinct(cards: pl.DataFrame) -> pl.DataFrame:
    usable = cards.select("card_sha", "content").drop_nulls()
    return usable.unique("card_sha", keep="first", maintain_order=True).sort("card_sha")

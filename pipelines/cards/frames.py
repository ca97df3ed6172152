"""Many cards: a frame of contents to frames of facts and of parent claims, keyed by the card's checksum.

One process on purpose: two took as long for 200,000 cards, since carrying the texts to and fro costs what is won.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import polars as pl

from pipelines.cards.card import CardFacts, parse_card, without_comments
from pipelines.cards.list_columns import list_column
from pipelines.cards.merge_config import merges_in_card
from pipelines.cards.parent_claim import CARD_CLAIMS, ParentClaim
from pipelines.cards.parents_in_text import parents_in_text

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


class ParsedCards(NamedTuple):
    """What reading cards gave."""

    facts: pl.DataFrame
    """`CARD_FACTS`, sorted by card_sha."""
    claims: pl.DataFrame
    """`CARD_CLAIMS`, sorted by card_sha, then as the card names them."""


def parse_cards(cards: pl.DataFrame) -> ParsedCards:
    """Parse the cards of a frame with the columns card_sha and content.

    Rows without content or checksum are left out; of rows with the same checksum one is parsed.
    """
    distinct = _distinct(cards)
    facts = [parse_card(content) for content in distinct["content"]]
    return ParsedCards(_facts(distinct, facts), _claims(distinct["card_sha"], [claims_in_card(fact) for fact in facts]))


def claims_in_card(facts: CardFacts) -> list[ParentClaim]:
    """Return every parent that a card names below its front matter, or in a merge configuration inside it."""
    merged = merges_in_card(facts.body, facts.front_matter)
    return parents_in_text(without_comments(facts.body)) + merged


def _facts(distinct: pl.DataFrame, facts: list[CardFacts]) -> pl.DataFrame:
    texts = ("parse_status", "front_matter", "front_matter_raw")
    numbers = ("n_chars", "n_body_chars", "n_words", "is_auto_generated")
    return distinct.select(
        "card_sha",
        pl.col("content").bin.size().cast(pl.Int64).alias("n_bytes"),
        list_column([fact.flags for fact in facts], CARD_FACTS["flags"]).alias("flags"),
        *(pl.Series(name, [getattr(fact, name) for fact in facts], CARD_FACTS[name]) for name in (*texts, *numbers)),
    ).select(*CARD_FACTS)


def _claims(shas: Iterable[str], claims: list[list[ParentClaim]]) -> pl.DataFrame:
    rows = [(sha, *claim) for sha, found in zip(shas, claims, strict=True) for claim in found]
    fields = ("card_sha", *ParentClaim._fields)
    return pl.DataFrame(rows, schema={name: CARD_CLAIMS[name] for name in fields}, orient="row").select(*CARD_CLAIMS)


def _distinct(cards: pl.DataFrame) -> pl.DataFrame:
    usable = cards.select("card_sha", "content").drop_nulls()
    return usable.unique("card_sha", keep="first", maintain_order=True).sort("card_sha")

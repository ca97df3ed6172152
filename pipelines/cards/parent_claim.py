"""What a card says about a model's parents: one row a statement, whatever part of the card makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import polars as pl

EXCERPT_CHARS: Final = 200
"""Longest excerpt that is kept."""

Evidence = Literal["card_text", "merge_config"]


class ParentClaim(NamedTuple):
    """One parent that a card names outside its `base_model`, and the words that name it."""

    evidence: Evidence
    parent_ref: str
    """The parent as written; of a Markdown link to the hub the id it leads to."""
    relation: str | None
    rule: str
    """Name of the rule that read it, see `text_rules.RULES` and `merge_config`."""
    confidence: float
    """How sure the source is that this is a parent; whether the parent is known is another question."""
    excerpt: str
    n_mentions: int = 1
    role: str | None = None
    """Of a merge configuration: base, unused_base, model, adapter, expert, shared_expert or tokenizer."""
    merge_method: str | None = None
    weight: float | None = None
    """The one number that configures the parent's weight; null for gradients, filters and different uses."""
    density: float | None = None


CARD_CLAIMS: Final[Mapping[str, pl.DataType]] = {
    "card_sha": pl.String(),
    "evidence": pl.String(),
    "parent_ref": pl.String(),
    "relation": pl.String(),
    "rule": pl.String(),
    "confidence": pl.Float64(),
    "excerpt": pl.String(),
    "n_mentions": pl.Int64(),
    "role": pl.String(),
    "merge_method": pl.String(),
    "weight": pl.Float64(),
    "density": pl.Float64(),
}
"""One row a card's checksum, evidence, parent as written and role."""


def excerpt_of(text: str) -> str:
    """Return the text in one line, cut after `EXCERPT_CHARS`."""
    return " ".join(text[: 4 * EXCERPT_CHARS].split())[:EXCERPT_CHARS]

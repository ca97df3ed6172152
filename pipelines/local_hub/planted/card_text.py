"""READMEs of grown models: front matter from `cardData`, body from the generator's template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from pipelines.local_hub.planted.front_matter import front_matter
from pipelines.local_hub.planted.parameters import stream
from pipelines.local_hub.planted.population import Population
from pipelines.local_hub.planted.templates import CardFacts, body
from warehouse.landing.blobs import git_blob_id

_CHUNK: Final = 50_000
_AUTOMATIC: Final = ("automatically generated", "generated automatically")
"""The rule of the seed paper for auto-generated cards, on the lower-cased text."""


def card_frames(
    population: Population, card_data: pl.Series, seed: int, card_share: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cards and their truth: one row a grown model with a README, a ``card_share`` of them if below 1."""
    models = population.models.with_columns(card_data, pl.int_range(pl.len(), dtype=pl.UInt32).alias("child"))
    drawn = pl.Series(stream(seed, "card share").random(models.height)) < card_share
    chosen = models.filter(pl.col("has_card") & drawn)
    parents = population.edges.group_by("child", maintain_order=True).agg(pl.col("parent_id").alias("parent_ids"))
    inputs = chosen.join(parents, on="child", how="left", maintain_order="left")
    parts = [_write(inputs.slice(first, _CHUNK)) for first in range(0, max(inputs.height, 1), _CHUNK)]
    return pl.concat([cards for cards, _ in parts]), pl.concat([truth for _, truth in parts])


def cards_of(identity: pl.DataFrame, contents: Iterable[bytes]) -> pl.DataFrame:
    """Return card rows for ``identity`` (hub_object_id, model_id) and contents in the same order."""
    contents = list(contents)
    return identity.select("hub_object_id", "model_id").with_columns(
        pl.Series("content", contents, dtype=pl.Binary),
        pl.Series("card_sha", [git_blob_id(content) for content in contents], dtype=pl.String),
    )


def _write(inputs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    texts = [_text(row) for row in inputs.select(_NEEDED).iter_rows(named=True)]
    cards = cards_of(inputs, (text.encode() for text in texts))
    lowered = [text.lower() for text in texts]
    truth = inputs.select("model_id", "generator", "is_template").with_columns(
        pl.Series("is_auto_generated", [any(mark in text for mark in _AUTOMATIC) for text in lowered], dtype=pl.Boolean),
        pl.Series("n_chars", [len(text) for text in texts], dtype=pl.Int64),
    )
    return cards, truth


_NEEDED = [
    "model_id", "generator", "card_data", "parent_ids", "has_dataset", "dataset", "task", "card_length",
    "text_seed", "loss_table",
]  # fmt: skip


def _text(row: dict[str, Any]) -> str:
    facts = CardFacts(
        model_id=row["model_id"],
        parents=tuple(row["parent_ids"] or ()),
        dataset=row["dataset"] if row["has_dataset"] else "",
        task=row["task"],
        length=row["card_length"],
        seed=row["text_seed"],
        table=row["loss_table"],
    )
    return front_matter(row["card_data"]) + body(row["generator"], facts)

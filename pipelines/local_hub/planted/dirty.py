"""All dirty records of a hub: landing rows, cards, renames, and the truth about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl

from pipelines.local_hub.planted import dirty_cards, dirty_metadata, dirty_parents, dirty_wire
from pipelines.local_hub.planted.bench import Bench, Dirty
from pipelines.local_hub.planted.card_text import cards_of
from warehouse.landing.records import landing_frame

_MODULES: Final = (dirty_parents, dirty_metadata, dirty_cards, dirty_wire)
_ANY_DAY: Final = datetime(2026, 11, 20)  # noqa: DTZ001 - fills a column that is dropped again
_SPARE: Final = 1_000
"""Identities beyond the wanted number: the first round is made whole whatever its size, and the last one too."""

UNPLANTED: Final = (77, 78, 80)
"""Categories of time series, which no single snapshot can show; `tomorrow.next_day` plants the first two."""


@dataclass(frozen=True)
class DirtyTables:
    """What `plant_dirt` adds to a hub; the columns are those of the tables of `PlantedHub`."""

    records: pl.DataFrame
    cards: pl.DataFrame
    renames: pl.DataFrame
    dirty: pl.DataFrame
    """model_id (null for records without a usable id), category, what."""
    claims: pl.DataFrame
    edges: pl.DataFrame

    def none(self) -> DirtyTables:
        """Return the same tables without rows."""
        return DirtyTables(
            self.records.clear(), self.cards.clear(), self.renames.clear(), self.dirty.clear(), self.claims.clear(),
            self.edges.clear(),
        )  # fmt: skip


def plant_dirt(anchors: pl.DataFrame, n_grown: int, n_wanted: int, seed: int) -> DirtyTables:
    """Return at least one record of every category, and repeats of the simple ones until ``n_wanted`` is reached."""
    bench = Bench.open(anchors, n_grown, n_wanted + _SPARE, seed)
    planted = list(_all(bench, n_wanted))
    return DirtyTables(
        landing_frame([item.record for item in planted], _ANY_DAY).drop("observed_at"),
        _cards(planted),
        _renames(planted),
        pl.DataFrame({"model_id": [d.model_id for d in planted], "category": [d.category for d in planted],
                      "what": [d.what for d in planted]}),
        _claims(planted),
        _edges(planted),
    )  # fmt: skip


def _all(bench: Bench, n_wanted: int) -> Iterator[Dirty]:
    for module in _MODULES:
        for make in module.ONCE:
            yield from make(bench)
    n_made = 0
    while bench.round == 0 or n_made < n_wanted:
        for module in _MODULES:
            for make in module.REPEATED:
                for item in make(bench):
                    n_made += 1
                    yield item
        bench.round += 1


def _cards(planted: list[Dirty]) -> pl.DataFrame:
    carded = [(item.record, item.card) for item in planted if item.card is not None and isinstance(item.record, Mapping)]
    identity = pl.DataFrame({"hub_object_id": [r["_id"] for r, _ in carded], "model_id": [r["id"] for r, _ in carded]})
    return cards_of(identity, [content for _, content in carded])


def _renames(planted: list[Dirty]) -> pl.DataFrame:
    pairs = [(old, item.model_id) for item in planted for old in item.renames]
    return pl.DataFrame(pairs, schema={"old_id": pl.String, "model_id": pl.String}, orient="row")


def _claims(planted: list[Dirty]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "child_id": item.model_id,
            "parent_ref": claim.ref,
            "resolution": claim.resolution,
            "parent_id": claim.parent_id,
            "evidence": item.evidence(claim.ref),
            "needs_hub_answer": claim.needs_hub_answer,
        }
        for item in planted
        for claim in item.claims
    ]
    return pl.DataFrame(rows)


def _edges(planted: list[Dirty]) -> pl.DataFrame:
    """Return the accepted pairs, once each; placeholders stay as parents that are not listed."""
    rows: list[dict[str, Any]] = [
        {
            "parent_id": claim.parent_id,
            "child_id": item.model_id,
            "relation": item.relation(),
            "is_weight_inheriting": claim.is_weight_inheriting,
            "is_parent_listed": claim.resolution != "placeholder",
        }
        for item in planted
        for claim in item.claims
        if claim.resolution not in ("self", "rejected")
    ]
    return pl.DataFrame(rows).unique(["parent_id", "child_id"], keep="first", maintain_order=True)

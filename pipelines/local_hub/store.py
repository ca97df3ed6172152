"""The models a hub serves: pages of them, single ones by name, and their cards.

A row is one model in the columns of landing records. It is known by its present name, without regard to case, as ids are
unique that way on the Hub; a former name leads to the present one only while nobody else has taken it.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.local_hub.listing import Listing, Page
from pipelines.local_hub.query import ListingQuery
from pipelines.local_hub.tag_groups import grouped_tags
from warehouse.landing.blobs import git_blob_id


@dataclass(frozen=True)
class Card:
    """The bytes of a README.md and their git blob id."""

    content: bytes
    blob_id: str


class _Names:
    """Row numbers by name without regard to case, in a few bytes a name."""

    def __init__(self, names: pl.Series) -> None:
        lowered = pl.DataFrame({"name": names.str.to_lowercase()}).with_row_index("row").drop_nulls().sort("name", "row")
        self._names, self._rows = lowered["name"], lowered["row"]

    def row(self, name: str) -> int | None:
        """Return the row of a name, the first one where several share it."""
        wanted = name.lower()
        place = bisect_left(self._names, wanted)  # six times faster than Series.search_sorted, which builds a query
        if place == len(self._names) or self._names[place] != wanted:
            return None
        return int(self._rows[place])


class HubStore:
    """One state of a hub: records, cards and renames, held in memory and never written back.

    Args:
        records: one row a model, the columns of `warehouse.landing.schema.RECORDS`; all but model_id may be absent.
        cards: one row a card: hub_object_id, model_id, content (bytes), card_sha (git blob id, may be null).
        renames: one row a former name: old_id, model_id (which may itself be a former name).
    """

    def __init__(self, records: pl.DataFrame, cards: pl.DataFrame, renames: pl.DataFrame) -> None:
        self._cards = cards
        self._listing = Listing(_without_empty_columns(records))
        self._by_name = _Names(records["model_id"])
        self._card_by_name = _Names(cards["model_id"])
        self._renames = {old.lower(): new for old, new in renames.select("old_id", "model_id").iter_rows()}
        self._moving = threading.Lock()

    def __len__(self) -> int:
        return len(self._listing.records)

    @property
    def records(self) -> pl.DataFrame:
        """The records as they are served now, without the columns that hold nothing."""
        return self._listing.records

    def page(self, query: ListingQuery) -> Page:
        """Return one page of the listing."""
        return self._listing.page(query)

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the landing row of a model by its present name."""
        row = self._by_name.row(name)
        return None if row is None else self._listing.records.row(row, named=True)

    def renamed_to(self, name: str) -> str | None:
        """Return the newer name of a model that was once called ``name``; a name in use again is not a former one."""
        return None if self._by_name.row(name) is not None else self._renames.get(name.lower())

    def card(self, name: str) -> Card | None:
        """Return the card of a model by its present name."""
        row = self._card_by_name.row(name)
        if row is None or (content := self._cards["content"][row]) is None:
            return None
        return Card(content, self._cards["card_sha"][row] or git_blob_id(content))

    def tags_by_type(self) -> dict[str, list[dict[str, str]]]:
        """Return the tags in use, grouped as ``/api/models-tags-by-type`` groups them."""
        return grouped_tags(self._listing.records)

    def move_rows(self, n_rows: int, *, seed: int) -> None:
        """Let some models gain downloads, likes, trend and a commit: they move in every order but createdAt and id."""
        with self._moving:
            self._listing = self._listing.moved(n_rows, seed=seed)


def _without_empty_columns(records: pl.DataFrame) -> pl.DataFrame:
    """Drop what holds nothing: an all-null column of a million rows takes as much memory as a full one."""
    n_null = dict(zip(records.columns, records.null_count().row(0), strict=True))
    kept = [name for name in records.columns if n_null[name] < len(records) or name == "model_id"]
    return records.select(kept).drop("observed_at", strict=False)

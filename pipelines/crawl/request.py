"""What a listing run is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from pipelines.crawl.addresses import listing_url
from pipelines.crawl.watermark import is_full_due, since_of

Mode = Literal["full", "incremental", "auto"]

SORT = {"full": "createdAt", "incremental": "lastModified"}
"""Sort key of each walk. createdAt never changes, so no row moves across the cursor of a full walk (hub-api, section 2)."""


@dataclass(frozen=True)
class ListingRequest:
    """Which models to list, and in which way.

    `full` walks createdAt ascending, so that models created meanwhile are met at the end; with ``since`` it walks descending
    and stops at older ones. `incremental` walks lastModified descending down to ``since``, by default to the watermark of the
    last finished run less an overlap; without one it is a full walk. `auto` is a full walk of the whole hub if the last
    complete one is a week old, because an incremental one can't see what is gone; else, and for a part of the hub, it is
    incremental.
    """

    mode: Mode
    limit: int | None = None
    since: datetime | None = None
    author: str | None = None
    filters: tuple[str, ...] = ()
    page_size: int = 1000

    @property
    def scope(self) -> str:
        """Which models are asked for, as text, empty for all; runs of one scope continue one another."""
        return urlencode(self._selection)

    @property
    def text(self) -> str:
        """All that decides which rows a run lands, as text; a killed run is found again by it."""
        since = self.since.isoformat() if self.since else ""
        return f"mode={self.mode} limit={self.limit or ''} since={since} {self.scope}".rstrip()

    @property
    def is_everything(self) -> bool:
        """Whether all models of the hub are asked for."""
        return self.mode == "full" and self.limit is None and self.since is None and not self._selection

    @property
    def is_ascending(self) -> bool:
        """Whether the walk goes from old to new."""
        return self.mode == "full" and self.since is None

    @property
    def sort(self) -> str:
        """The wire field that orders the walk."""
        return SORT[self.mode]

    def first_page(self, endpoint: str, fields: Sequence[str], *, with_direction: bool) -> str:
        """Return the address of the first page; hubs that refuse ``direction`` order from new to old."""
        direction = [("direction", "1")] if with_direction and self.is_ascending else []
        expand = [("expand", name) for name in fields]
        return listing_url(endpoint, [("sort", self.sort), *direction, *self._selection, *expand])

    def settled(self, landing: Path, hub: str, at: datetime) -> ListingRequest:
        """Return what is really walked ``at`` that instant: full, or incremental with the watermark as ``since``."""
        if self.mode == "auto":
            is_whole = self.limit is None and self.since is None and not self._selection
            mode: Mode = "full" if is_whole and is_full_due(landing, hub, at) else "incremental"
            return replace(self, mode=mode).settled(landing, hub, at)
        if self.mode == "full" or self.since is not None:
            return self
        since = since_of(landing, hub, self.scope)
        return replace(self, since=since) if since else replace(self, mode="full")

    @property
    def _selection(self) -> list[tuple[str, str]]:
        author = [("author", self.author)] if self.author else []
        return [*author, *(("filter", tag) for tag in sorted(self.filters))]

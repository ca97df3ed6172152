"""What a crawl hands back: counts for people and for the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CrawlReport:
    """One finished listing run."""

    run_id: str
    mode: str
    """The mode that was walked: an incremental run without a watermark is a full one."""
    is_complete_listing: bool
    """Whether every model of the hub was listed: a full walk, unfiltered and unlimited, to its last page."""
    is_resumed: bool
    n_rows: int
    n_pages: int
    n_repeated: int
    """Rows whose model the run had already seen, because rows moved while they were paged."""
    n_requests: int
    """Requests of this process; a resumed run asked for its first pages earlier."""
    seconds_waited: float
    watermark: datetime | None
    """The newest lastModified seen, to the second."""
    since: datetime | None
    """Down to which lastModified (incremental) or createdAt (full) the run went; None for all."""
    refused_fields: tuple[str, ...] = ()
    """Values of ``expand`` that the hub did not take in a listing."""


@dataclass(frozen=True)
class ParentReport:
    """One finished run of questions after unknown parents."""

    run_id: str
    is_resumed: bool
    n_claimed: int
    """Parents that are claimed and not known, asked lately or not."""
    n_asked: int
    """Questions of this process."""
    answers_by_status: Mapping[str, int]
    n_requests: int
    seconds_waited: float


@dataclass(frozen=True)
class CardReport:
    """One finished card run."""

    run_id: str
    is_resumed: bool
    n_wanted: int
    n_visits: int
    """Visits of this process; the rest had been landed before it resumed the run."""
    visits_by_status: Mapping[str, int]
    n_bytes: int
    """Card text landed."""
    n_requests: int
    seconds_waited: float

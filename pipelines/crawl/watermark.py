"""How far back the next incremental run has to go, from the records of finished runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.crawl.runs import finished_runs
from warehouse.landing.files import LandingFile
from warehouse.landing.rows import scan_rows

VERB = "crawl"
"""First word of a listing run's id."""

OVERLAP = timedelta(hours=1)
"""Rows that were saved while the last run paged, and clocks that differ, are caught by going back this much further."""

FULL_AFTER = timedelta(days=6, hours=12)
"""Mode auto walks the whole hub when its last complete walk began so long ago: weekly, and half a day early, so that a nightly
run does not slip to the eighth night."""


def instant_of(text: object) -> datetime | None:
    """Return an ISO instant of the wire as naive UTC, cut to the second; None for anything else."""
    if not isinstance(text, str) or not text.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(text[:-1]).replace(microsecond=0, tzinfo=None)
    except ValueError:
        return None


def watermark_of(files: Iterable[LandingFile]) -> datetime | None:
    """Return the newest lastModified that a run's listing files hold, to the second."""
    texts = scan_rows(list(files), "listing").select(pl.col("last_modified").str.head(19) + "Z")
    newest = texts.filter(pl.col("last_modified").str.contains(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")).max().collect().item()
    return instant_of(newest)


def since_of(landing: Path, hub: str, scope: str) -> datetime | None:
    """Return the lastModified down to which a run has to go to miss nothing since the last one; None if it has to list all.

    A full walk takes its time, so a model it saw early may have changed before it ended: what counts is the earlier of the
    newest row it saw and the instant it began. That also keeps a row dated in the future from hiding all others.

    Args:
        landing: the landing zone.
        hub: the hub's address; a watermark of one hub says nothing about another.
        scope: which models were asked for, as `ListingRequest.scope` tells it.
    """
    runs = finished_runs(landing).filter(pl.col("note").fill_null("") == scope, hub=hub, verb=VERB, status="full")
    runs = runs.drop_nulls("watermark")
    starts = [min(instant_of(row["watermark"]) or row["started_at"], row["started_at"]) for row in runs.iter_rows(named=True)]
    return max(starts) - OVERLAP if starts else None


def is_full_due(landing: Path, hub: str, at: datetime) -> bool:
    """Tell whether ``hub`` was never walked whole, or not for `FULL_AFTER`."""
    runs = finished_runs(landing).filter(pl.col("is_complete_listing"), hub=hub, verb=VERB, status="full")
    last = runs["started_at"].max()
    return not isinstance(last, datetime) or at - last >= FULL_AFTER


def newer_than(records: list[Any], field: str, since: datetime) -> tuple[list[Any], bool]:
    """Cut a page that is ordered newest first: return the records down to ``since``, and whether older ones follow."""
    instants = [instant_of(record.get(field)) if isinstance(record, dict) else None for record in records]
    oldest = next((instant for instant in reversed(instants) if instant is not None), None)
    if oldest is None or oldest >= since:
        return records, False
    n_kept = max((place for place, instant in enumerate(instants, 1) if instant is not None and instant >= since), default=0)
    return records[:n_kept], True

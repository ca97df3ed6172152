"""The verbs: one function a step, called by the command line, the DAGs and the tests alike.

Every step takes the settings and plain values, and returns a small mapping of plain values for people and logs. No token
is ever an argument or a result. A step may be run again: it begins anew what it makes, and lands nothing twice.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines import checks
from pipelines.builder import folder as build_folder
from pipelines.builder import tables
from pipelines.builder.card_texts import parse_card_texts
from pipelines.clock import now
from pipelines.logs import log
from pipelines.settings import Settings
from warehouse import publisher

Summary = dict[str, Any]


def import_file(
    settings: Settings, path: Path, *, kind: Any, observed_at: datetime | None, is_complete: bool = False
) -> Summary:
    """Land a bulk file."""
    from dataclasses import asdict

    from pipelines.bulk.importing import import_file as land_file

    report = land_file(path, kind, settings.layout.landing, observed_at=observed_at, is_complete=is_complete, started_at=now())
    return asdict(report)


def start_build(settings: Settings, *, build_id: str, as_of: date | None = None) -> Summary:
    """Stage: read the landing zone (as it was known on ``as_of``) into the build's folder."""
    folder = build_folder.begin(settings.layout, build_id, started_at=now(), as_of=as_of)
    return _told("stage", build_id, tables.stage(folder, settings))


def parse_cards(settings: Settings, *, build_id: str) -> Summary:
    """Parse the card texts that were never parsed before."""
    return _told("cards", build_id, parse_card_texts(build_folder.resume(settings.layout, build_id), settings))


def resolve_lineage(settings: Settings, *, build_id: str) -> Summary:
    """Resolve parent claims, accept edges, cut cycles, find families."""
    return _told("lineage", build_id, tables.describe_descent(build_folder.resume(settings.layout, build_id), settings))


def assemble(settings: Settings, *, build_id: str) -> Summary:
    """Finish the tables and load them into the build's private DuckDB file."""
    return _told("assemble", build_id, tables.assemble(build_folder.resume(settings.layout, build_id), settings))


def _told(step: str, build_id: str, summary: Summary) -> Summary:
    log(f"{step}_done", build=build_id, **summary)
    return summary

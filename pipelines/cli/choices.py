"""Options that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from pipelines.logs import is_quiet
from pipelines.progress import Progress, progress_for
from warehouse.errors import UsageError

Mode = Literal["full", "incremental", "auto"]
Cards = Literal["none", "changed", "all"]
Kind = Literal["listing", "details", "cards", "daily", "losses", "evaluations"]
MEASUREMENTS = ("losses", "evaluations")
"""Kinds that have a format or a mapping."""


def tables_like(incomplete: str) -> list[str]:
    """Complete the name of a table, for the shell."""
    from warehouse.contract import TABLES

    return [name for name in TABLES if name.startswith(incomplete)]


def recipes_like(incomplete: str) -> list[str]:
    """Complete the name of a cookbook question, for the shell."""
    from warehouse import sqlfiles

    return [name for name in ("list", *sqlfiles.names("cookbook")) if name.startswith(incomplete)]


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]
Hub = Annotated[
    str | None, typer.Option("--hub", metavar="URL", help="The hub to ask; HF_ENDPOINT, else the Hugging Face Hub.")
]


def calendar_day(text: str | None) -> datetime | None:
    """Read a date or an instant, as naive UTC.

    Raises:
        UsageError: it is neither.
    """
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is not a date", hint="write it as 2024-07-11 or 2024-07-11T08:30:00") from error


def progress() -> Progress:
    """Return the progress display for this terminal, pipe or log."""
    return progress_for(quiet=is_quiet())

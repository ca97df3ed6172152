"""How fresh the published file is and how much of the hub it covers: what stands beside every export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from pipelines.query.own import ask


@dataclass(frozen=True)
class Coverage:
    """Of the models that the hub had when last seen; instants are naive UTC, shares 0 to 1.

    ``complete_listing_at`` is the end of the newest crawl or import that listed every model; None if there was none.
    """

    n_models: int
    newest_observation_at: datetime | None
    complete_listing_at: datetime | None
    card_share: float
    license_share: float
    parent_share: float

    @property
    def sentence(self) -> str:
        """The same in words, for captions and descriptions."""
        if self.newest_observation_at is None:
            return "no model was seen"
        return (
            f"models seen until {self.newest_observation_at:%Y-%m-%d}; of {self.n_models:,}, {self.card_share:.0%} with a known"
            f" card, {self.license_share:.0%} with a declared licence, {self.parent_share:.0%} with a known parent"
        )

    @property
    def facts(self) -> dict[str, dict[str, Any]]:
        """The same for programs: freshness and coverage apart."""
        return {
            "freshness": {
                "newest_observation_at": _instant(self.newest_observation_at),
                "complete_listing_at": _instant(self.complete_listing_at),
            },
            "coverage": {
                "n_models": self.n_models,
                "card_share": self.card_share,
                "license_share": self.license_share,
                "parent_share": self.parent_share,
            },
        }


def read_coverage(connection: duckdb.DuckDBPyConnection) -> Coverage:
    """Return it for an open published file."""
    return Coverage(**ask(connection, "coverage").row(0, named=True))


def _instant(value: datetime | None) -> str | None:
    return None if value is None else f"{value.isoformat(timespec='seconds')}Z"

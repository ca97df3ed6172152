"""What `hubtree drift` asks: rates, moves, directions, and what tells the two protocols apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.query.own import ask, reading
from warehouse.contract import COLUMNS
from warehouse.errors import UsageError

_NAMES: Final = {"licence": "license", "licenses": "license", "languages": "language", "tasks": "task", "datasets": "dataset"}
"""Other words for a trait."""


@dataclass(frozen=True)
class Drift:
    """What the published file says of drift by one protocol."""

    rates: pl.DataFrame
    """One row a trait and scope."""
    moves: pl.DataFrame
    """The largest moves of each trait and scope."""

    def rows(self) -> list[dict[str, Any]]:
        """Return the rates as plain rows, each with its largest moves."""
        by_scope = self.moves.partition_by("trait", "scope", as_dict=True, include_key=False)
        return [{**row, "moves": _rows(by_scope.get((row["trait"], row["scope"])))} for row in self.rates.to_dicts()]


def _rows(frame: pl.DataFrame | None) -> list[dict[str, Any]]:
    return [] if frame is None else frame.to_dicts()


def read_drift(database: Path, *, trait: str | None, protocol: str, n_moves: int) -> Drift:
    """Read rates and moves of one trait, or of all.

    Raises:
        UsageError: there is no such trait or protocol.
    """
    named = _named(trait)
    if protocol not in COLUMNS["protocol"].values:
        raise UsageError(
            f"there is no protocol {protocol!r}", hint=f"the protocols are {', '.join(COLUMNS['protocol'].values)}"
        )
    with reading(database) as connection:
        rates = ask(connection, "drift_rates", trait=named, protocol=protocol)
        moves = ask(connection, "drift_moves", trait=named, protocol=protocol, n_moves=n_moves)
    return Drift(rates, moves)


def _named(trait: str | None) -> str | None:
    """Return the trait in the word of the tables.

    Raises:
        UsageError: there is no such trait.
    """
    named = None if trait is None else _NAMES.get(trait.lower(), trait.lower())
    if named is not None and named not in COLUMNS["trait"].values:
        raise UsageError(f"there is no trait {trait!r}", hint=f"the traits are {', '.join(COLUMNS['trait'].values)}")
    return named


def read_orderings(database: Path, *, trait: str | None, scope: str, protocol: str = "hubtree") -> pl.DataFrame:
    """Read the orders of the values of one trait, or of all, over the edges of a scope; by the paper's protocol of two scopes.

    Raises:
        UsageError: there is no such trait.
    """
    named = _named(trait)
    with reading(database) as connection:
        return ask(connection, "drift_orderings", trait=named, scope=scope, protocol=protocol)


def read_trends(database: Path) -> pl.DataFrame:
    """Read what rises or falls over the months of creation of all models."""
    with reading(database) as connection:
        return ask(connection, "drift_trends")


def read_directions(database: Path) -> pl.DataFrame:
    """Read how licences, languages and cards change, with intervals."""
    with reading(database) as connection:
        return ask(connection, "drift_directions")


def read_steps(database: Path) -> pl.DataFrame:
    """Read the rates rule by rule, from the paper's protocol to the repaired one."""
    with reading(database) as connection:
        return ask(connection, "drift_protocols")

"""Which column of a dump is which field of the Hub's JSON.

Dumps of client objects spell `lastModified` as `last_modified`, tables spell `model-index` as `model_index`, old answers
have `modelId` for `id`: a spelling is compared without case, hyphen and underscore, and the wire's own spelling wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from warehouse.errors import UsageError
from warehouse.landing.schema import JSON_FIELDS, RECORD_FIELDS

WIRE_FIELDS: Final = frozenset(RECORD_FIELDS) | frozenset(JSON_FIELDS)
CARD_COLUMNS: Final = ("readme_bytes", "head_b64", "card", "content", "readme")
"""Columns that hold a card's text, by collector, the exact bytes first; a listing leaves them to ``--kind cards``."""


def bare(name: str) -> str:
    """Return a name without what its spellings differ in."""
    return name.replace("_", "").replace("-", "").lower()


_BY_BARE_NAME: Final = {bare(wire): wire for wire in WIRE_FIELDS - {"_id"}} | {"modelid": "id"}


def wire_field(name: str) -> str | None:
    """Return the wire name that a column or key stands for, None if the landing schema has no place for it."""
    return name if name in WIRE_FIELDS else _BY_BARE_NAME.get(bare(name))


@dataclass(frozen=True)
class Columns:
    """How the columns of a dump are used."""

    by_field: Mapping[str, str]
    """Wire field -> the column that is taken for it."""
    others: tuple[str, ...]
    """Columns without a place of their own, and second spellings of a field already taken."""


def match_columns(names: Iterable[str]) -> Columns:
    """Give each wire field at most one of the columns, the wire's own spelling before any other."""
    by_field: dict[str, str] = {}
    others: list[str] = []
    for name in sorted(names, key=lambda name: name not in WIRE_FIELDS):
        wire = wire_field(name)
        if wire is None or wire in by_field:
            others.append(name)
        else:
            by_field[wire] = name
    return Columns(by_field, tuple(others))


def wrong_columns(names: Iterable[str], expected: str, hint: str) -> UsageError:
    """Return the error that says which columns (or keys) a file has and which its kind needs."""
    found = ", ".join(sorted(names)) or "none"
    return UsageError(f"found columns: {found}; expected: {expected}", hint=hint)

"""Which column of a dump is which field of the Hub's JSON.

Dumps of client objects spell `lastModified` as `last_modified`, tables spell `model-index` as `model_index`, old answers
have `modelId` for `id`: a spelling is compared without case, hyphen and underscore, and the wire's own spelling wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from warehouse.landing.schema import JSON_FIELDS, RECORD_FIELDS

WIRE_FIELDS: Final = frozenset(RECORD_FIELDS) | frozenset(JSON_FIELDS)
CARD_COLUMNS: Final = ("card", "content", "readme", "readme_bytes", "head_b64")
"""Columns that hold a card's text, by collector; a listing leaves them to ``--kind cards``."""
PAGING_COLUMNS: Final = frozenset({"page", "pos"})
"""Where a row stood in the recorded listing; means nothing without the other."""


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


_BY_BARE_NAME: Final = {_bare(wire): wire for wire in WIRE_FIELDS - {"_id"}} | {"modelid": "id"}


def wire_field(name: str) -> str | None:
    """Return the wire name that a column or key stands for, None if the landing schema has no place for it."""
    return name if name in WIRE_FIELDS else _BY_BARE_NAME.get(_bare(name))


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
    names = list(names)
    for name in sorted(names, key=lambda name: (name not in WIRE_FIELDS, names.index(name))):
        wire = wire_field(name)
        if wire is None or wire in by_field:
            others.append(name)
        else:
            by_field[wire] = name
    return Columns(by_field, tuple(others))


@dataclass
class Tally:
    """What a reader saw and could not land as it stands."""

    unknown_fields: set[str] = field(default_factory=set)
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason -> rows that say nothing, such as a collector's mark for "not collected"."""
    n_unreadable: int = 0
    """Lines that are not JSON."""
    notes: list[str] = field(default_factory=list)

    def skip(self, reason: str, n: int = 1) -> None:
        """Count ``n`` rows that are not landed, for a reason."""
        if n:
            self.skipped[reason] = self.skipped.get(reason, 0) + n

    def note(self, text: str) -> None:
        """Keep a remark for the report, once."""
        if text not in self.notes:
            self.notes.append(text)

    def see(self, record: Mapping[Any, Any]) -> None:
        """Remember the fields of a record that no landing column exists for."""
        self.unknown_fields.update(name for name in map(str, record) if name not in WIRE_FIELDS and name != "modelId")

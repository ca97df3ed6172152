"""What a reader saw and could not land as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.bulk.fields import WIRE_FIELDS


@dataclass
class Tally:
    """Counted while reading, reported at the end; nothing is left out in silence."""

    unknown_fields: set[str] = field(default_factory=set)
    """Fields without a landing column; their values are in ``extra``."""
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

    def see(self, names: Iterable[object]) -> None:
        """Remember those of the fields that no landing column exists for; `modelId` repeats `id`."""
        self.unknown_fields.update(str(name) for name in names if name not in WIRE_FIELDS and name != "modelId")

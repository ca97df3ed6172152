"""The words of ``--map``: ``field=column``, ``field=column:unit`` or ``field==text``, several apart by commas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Final

from warehouse.errors import UsageError

FACTORS: Final = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
LOGARITHMS: Final = {"log10": 10.0, "ln": 2.718281828459045}


@dataclass(frozen=True)
class Mapping:
    """One field of the landing row and where it comes from."""

    field: str
    column: str = ""
    unit: str = ""
    constant: str | None = None


@dataclass(frozen=True)
class Grammar:
    """What may be assigned for one kind of measurements."""

    title: str
    """How the list of fields is called in a hint."""
    fields: Sequence[str]
    short: AnyMapping[str, str]
    """Symbols of the field and short words -> field."""
    units_of: Callable[[str], Collection[str]]
    constant: Callable[[str, str], Mapping]
    """Makes the mapping of a field and the text that all rows get; raises UsageError where that can't be."""

    def read(self, texts: Sequence[str]) -> tuple[Mapping, ...]:
        """Read the texts of ``--map`` in their order.

        Raises:
            UsageError: a part is no assignment, or a field or unit is unknown.
        """
        return tuple(self._assignment(part.strip()) for text in texts for part in text.split(",") if part.strip())

    def _assignment(self, part: str) -> Mapping:
        name, equals, value = part.partition("=")
        field = self.short.get(name.strip(), name.strip())
        if not equals or not value.strip("= "):
            raise UsageError(f"--map {part!r} is no assignment", hint="write field=column, field=column:unit or field==text")
        if field not in self.fields:
            known = ", ".join((*self.short, *(each for each in self.fields if each not in self.short.values())))
            raise UsageError(f"--map: no field {name.strip()!r}", hint=f"{self.title} are {known}")
        if value.startswith("="):
            return self.constant(field, value[1:].strip())
        column, _, unit = value.strip().rpartition(":")
        if not column:
            return Mapping(field, value.strip())
        if unit not in (units := self.units_of(field)):
            hint = f"units of {field} are {', '.join(units) or 'none'}"
            raise UsageError(f"--map {part!r}: {unit!r} is no unit of {field}", hint=hint)
        return Mapping(field, column, unit)

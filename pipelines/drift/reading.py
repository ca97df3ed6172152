"""What a declared value is read as: the value compared, its standard id and class, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One value that a raw value is read as; a raw value may have several.

    ``value`` is None where the raw value is no value of the trait, and ``reason`` then says what it is instead.
    """

    value: str | None
    standard_id: str | None = None
    value_class: str | None = None
    reason: str | None = None

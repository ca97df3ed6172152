"""What an entry of a table says, and a rule over its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from warehouse.contract.column import Column
from warehouse.contract.columns import COLUMNS


@dataclass(frozen=True)
class Rule:
    """A rule over rows that types, keys and vocabularies can't say: the SQL selects the rows that break it."""

    name: str
    severity: Literal["fail", "warn"]
    meaning: str
    breaking_rows: str
    """A SELECT that returns the offending rows; empty when the rule holds."""


@dataclass(frozen=True)
class Table:
    """A table: what one row is, its key, its columns, what a reader must beware of."""

    name: str
    grain: str
    key: tuple[str, ...]
    column_names: tuple[str, ...]
    required: tuple[str, ...] = ()
    """Columns without nulls, beside the key."""
    references: tuple[tuple[str, str, str], ...] = ()
    """(column, table, column): every value that is not null must stand there."""
    beware: tuple[str, ...] = ()
    """Usage warnings, shown by `hubtree describe`."""
    rules: tuple[Rule, ...] = ()
    may_be_empty: bool = True
    fractional: tuple[str, ...] = ()
    """Counts that need not be whole here, because they were read off a figure or computed: DOUBLE, not BIGINT."""
    grows_by: str | None = None
    """Column of time where every night adds dated rows beside the old ones; the extract is parted by its months."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The column entries in order."""
        return tuple(self._column(name) for name in self.column_names)

    def _column(self, name: str) -> Column:
        return replace(COLUMNS[name], type="DOUBLE") if name in self.fractional else COLUMNS[name]


def names(text: str) -> tuple[str, ...]:
    """Split names written one after the other."""
    return tuple(text.split())

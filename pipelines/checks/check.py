"""What a check is: plain data, readable without Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

SHAPE: Final = "columns and types are the contract's"
"""The check that all others of a table lean on; breaking it is a breach of contract."""

BREAKING_ROWS: Final = "BreakingRows"
"""Our own expectation (`pipelines.checks.expectations`): a query over the file returns no row."""


_OF_EACH_VALUE: Final = "ExpectColumnValues"
"""How the expectations begin that look at every value of a column."""

Severity = Literal["fail", "warn"]
"""fail stops publishing, warn is recorded."""


@dataclass(frozen=True)
class Check:
    """One check of one table: what must hold, why, how Great Expectations is asked, and how a person sees the rows."""

    table: str
    name: str
    severity: Severity
    meaning: str
    """What is checked, in the contract's words."""
    expected: str
    """What must hold, as a sentence with its numbers."""
    expectation: str
    """Class name in ``great_expectations.expectations``, or `BREAKING_ROWS`."""
    arguments: Mapping[str, object]
    offenders: str
    """SQL that shows the offending rows, or the measured value where the check is about the table as a whole."""
    skipped: str = field(default="", kw_only=True)
    """Why the check can't be run now; empty when it can."""
    compares: bool = field(default=False, kw_only=True)
    """Its numbers come from the file published before, so only ``expected`` holds them once that file is gone."""

    @property
    def is_of_values(self) -> bool:
        """Whether it holds for each value of a column, so that a table without rows keeps it."""
        return self.expectation.startswith(_OF_EACH_VALUE)

    @property
    def is_of_rows(self) -> bool:
        """Whether single rows break it; else it measures the table as a whole."""
        return self.is_of_values or self.expectation == BREAKING_ROWS


def breaking_rows(table: str, name: str, severity: Severity, *, meaning: str, expected: str, query: str) -> Check:
    """Return a check that holds when ``query`` selects nothing."""
    return Check(table, name, severity, meaning, expected, BREAKING_ROWS, {"unexpected_rows_query": query}, query)

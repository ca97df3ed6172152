"""The gate before publishing: severity fail stops it, severity warn is recorded."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pipelines.checks.check import SHAPE
from warehouse.errors import CheckFailed, ContractViolation

_CONTRACT_TABLES: Final = ("conservation", "quarantine")
"""Tables whose checks say that rows were lost or set aside; breaking them ends a command with exit code 4."""

_NAMED: Final = 3


def gate(results: pl.DataFrame) -> None:
    """Let a build pass, or say which checks of severity fail stop it.

    A check of severity fail that could not be run stops it too: what was not looked at is not known to be right.

    Raises:
        ContractViolation: a table's shape, the conservation of rows or the quarantine is at fault, or a check could not be run.
        CheckFailed: another check of severity fail did not pass.
    """
    stopping = results.filter((pl.col("severity") == "fail") & ~pl.col("is_passed").fill_null(False))
    if stopping.is_empty():
        return
    stopping = stopping.with_columns(is_contract=_is_contract()).sort("is_contract", descending=True, maintain_order=True)
    first = stopping.head(_NAMED).rows(named=True)
    named = "; ".join(_words(row) for row in first)
    rest = f"; and {len(stopping) - len(first)} more" if len(stopping) > len(first) else ""
    kind = ContractViolation if first[0]["is_contract"] else CheckFailed
    hint = "the last good file stays published; the data docs page lists every check with SQL for the offending rows"
    message = f"not published, {len(stopping)} of {len(results)} checks failed: {named}{rest}"
    raise kind(message, hint=hint, n_failed=len(stopping))


def _is_contract() -> pl.Expr:
    at_fault = pl.col("table_name").is_in(_CONTRACT_TABLES) | (pl.col("check_name") == SHAPE)
    return at_fault | pl.col("is_passed").is_null()


def _words(row: dict[str, Any]) -> str:
    found = f"{row['n_failed']:,} break it" if row["n_failed"] else row["observed"]
    return f"{row['table_name']}: {row['check_name']} ({found})"

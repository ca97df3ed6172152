"""Comparison with the file that is published now: what suddenly shrinks or breaks is more often the crawl than the hub."""

from __future__ import annotations

import math
from typing import Final

from pipelines.checks.check import BREAKING_ROWS, Check, Severity
from pipelines.checks.previous import Previous
from warehouse.contract import Table

_KEEPS: Final = {"models": 60}
"""Least percentage of its rows a table keeps from one file to the next, where less stops publishing."""

_KEEPS_OTHERS: Final = 50
"""The same for all other tables, where less is a warning."""

_MANY: Final = 100
"""More rows set aside for a reason the published file does not know are a change of the hub, not a dirty record."""

_RARELY_FILLED: Final = 0.01
"""Columns that fewer models had a value for are not watched: their share jumps by itself."""

_FIRST: Final = "first build, nothing to compare with"

_NOTHING: Final = "select 1 where false"


def comparisons_of(table: Table, previous: Previous) -> list[Check]:
    """Return the checks of a table against the published file."""
    others = {"models": _models, "quarantine": _quarantine}
    return [_row_count(table, previous), *(others[table.name](previous) if table.name in others else ())]


def _row_count(table: Table, previous: Previous) -> Check:
    count = previous.counts.get(table.name)
    keeps = _KEEPS.get(table.name, _KEEPS_OTHERS)
    return Check(
        table.name,
        "rows against the published file",
        _severity("fail" if table.name in _KEEPS else "warn", previous),
        f"Rows of {table.name}, compared with the file published before this build.",
        _expected(count, keeps, "rows"),
        "ExpectTableRowCountToBeBetween",
        {"min_value": _least(count, keeps)},
        f"select count(*) as n from {table.name}",
        skipped=previous.unreadable,
        compares=True,
    )


def _models(previous: Previous) -> list[Check]:
    return [_listed(previous), _fields(previous)]


def _listed(previous: Previous) -> Check:
    """Models are never dropped, so a broken listing shows in the ones that are still there."""
    keeps = _KEEPS["models"]
    listed = "select count(*) as n from models where removed_at is null"
    return _compared(
        "models",
        "listed models against the published file",
        _severity("fail", previous),
        meaning="Models that are not removed, compared with the file published before this build.",
        expected=_expected(previous.n_listed, keeps, "models without removed_at"),
        query=f"{listed} having count(*) < {_least(previous.n_listed, keeps)}",
        shown=listed,
        previous=previous,
    )


def _fields(previous: Previous) -> Check:
    return _compared(
        "models",
        "no field of the hub vanished",
        "warn",
        meaning="A field the hub no longer sends leaves its column empty.",
        expected=_unless_first("every column keeps half of the share of models that had a value", previous),
        query=_vanished(previous),
        shown="summarize models",
        previous=previous,
    )


def _vanished(previous: Previous) -> str:
    watched = {name: share for name, share in previous.filled.items() if share >= _RARELY_FILLED}
    if not watched:
        return _NOTHING
    names = ", ".join(f"'{name}'" for name in watched)
    now = ", ".join(f"count({name}) / count(*)" for name in watched)
    before = ", ".join(f"{share:.6f}" for share in watched.values())
    shares = f"select unnest([{names}]) as name, unnest([{now}]) as filled, unnest([{before}]) as filled_before from models"
    return f"select * from ({shares}) where filled < filled_before / 2"


def _quarantine(previous: Previous) -> list[Check]:
    """Cards of unknown models come with every partial crawl, so they only warn, as in the contract."""
    whole = "scope = 'record' and landing_kind <> 'cards'"
    records = _new_reasons("no new reason to set records aside", "fail", whole, previous)
    return [records, _new_reasons("no new field or card is set aside", "warn", f"not ({whole})", previous)]


def _new_reasons(name: str, severity: Severity, where: str, previous: Previous) -> Check:
    return _compared(
        "quarantine",
        name,
        _severity(severity, previous),
        meaning="A reason the published file does not hold, met often, is a change of the hub and not a dirty record.",
        expected=_unless_first(f"no new reason with more than {_MANY} rows", previous),
        query=_new_reasons_query(where, previous),
        shown=f"select landing_kind, field, reason, count(*) as n from quarantine where {where} group by all",
        previous=previous,
    )


def _new_reasons_query(where: str, previous: Previous) -> str:
    if not previous.kinds:
        return _NOTHING
    kinds = ", ".join(map(_literal, previous.kinds))
    known = ", ".join(f"({', '.join(map(_literal, reason))})" for reason in previous.reasons) or "('', '', '')"
    return (
        f"select landing_kind, field, reason, count(*) as n from quarantine where {where} and landing_kind in ({kinds})"
        f" and (landing_kind, coalesce(field, ''), reason) not in ({known})"
        f" group by all having count(*) > {_MANY} order by n desc, landing_kind, field, reason"
    )


def _compared(
    table: str, name: str, severity: Severity, *, meaning: str, expected: str, query: str, shown: str, previous: Previous
) -> Check:
    kind, arguments, skipped = BREAKING_ROWS, {"unexpected_rows_query": query}, previous.unreadable
    return Check(table, name, severity, meaning, expected, kind, arguments, shown, skipped=skipped, compares=True)


def _severity(severity: Severity, previous: Previous) -> Severity:
    """A comparison that can't be made is recorded; it must not stop the build that would mend it."""
    return "warn" if previous.unreadable else severity


def _least(count: int | None, keeps: int) -> int:
    return math.ceil((count or 0) * keeps / 100)


def _expected(count: int | None, keeps: int, unit: str) -> str:
    if count is None:
        return f"any number of {unit}: {_FIRST}"
    return f"at least {_least(count, keeps):,} {unit}: {keeps} % of the {count:,} of the published file"


def _unless_first(expected: str, previous: Previous) -> str:
    return expected if previous.counts else _FIRST


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

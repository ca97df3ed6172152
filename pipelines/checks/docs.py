"""Data docs: the check results as one HTML page that needs nothing but itself, failing checks first.

Great Expectations' own pages load scripts and styles from elsewhere; this one has no script and no address in it. A state is
told by a symbol and a word; colour only repeats it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Final

import polars as pl

from pipelines.checks.catalogue import checked_tables, checks_of
from pipelines.checks.check import BREAKING_ROWS, Check
from pipelines.checks.previous import Previous
from warehouse.files import write_whole

_Row = Mapping[str, Any]

_STATES: Final = {
    "failed": ("\u2717", "failed, stops publishing"),
    "not-run": ("?", "could not be run"),
    "warning": ("\u25b2", "warning"),
    "passed": ("\u2713", "passed"),
}
"""Symbol and words of each state, the worst first: the order of the page."""

_CAMEL: Final = re.compile(r"(?<!^)(?=[A-Z])")


def write_data_docs(results: pl.DataFrame, folder: Path, *, title: str = "Data checks of hubtree") -> Path:
    """Write ``index.html`` for a frame of check results; return its path.

    Raises:
        NoSpace: the page can't be written.
    """
    html = _page(results, title)
    return write_whole(folder / "index.html", lambda path: path.write_text(html, encoding="utf-8"))


def _page(results: pl.DataFrame, title: str) -> str:
    rows = sorted(results.rows(named=True), key=lambda row: (_rank(row), row["table_name"], row["check_name"]))
    tables = dict.fromkeys(row["table_name"] for row in rows)  # tables with the worst state come first
    by_table = {table: [row for row in rows if row["table_name"] == table] for table in tables}
    template = Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(title),
        verdict=_verdict(rows),
        build=escape(", ".join(sorted({f"build {row['run_id']}, checked {row['checked_at']} UTC" for row in rows}))),
        summary="\n".join(_summary(table, rows) for table, rows in by_table.items()),
        sections="\n".join(_section(table, rows) for table, rows in by_table.items()),
    )


def _state(row: _Row) -> str:
    if row["is_passed"] is None:
        return "not-run"
    return "passed" if row["is_passed"] else {"fail": "failed", "warn": "warning"}[row["severity"]]


def _rank(row: _Row) -> int:
    return list(_STATES).index(_state(row))


def _badge(state: str, words: str = "") -> str:
    symbol, meaning = _STATES[state]
    return f'<span class="{state}"><b aria-hidden="true">{symbol}</b> {words or meaning}</span>'


def _verdict(rows: Sequence[_Row]) -> str:
    return ", ".join(_badge(state, f"{n} {_STATES[state][1]}") for state, n in _tally(rows).items() if n)


def _tally(rows: Sequence[_Row]) -> dict[str, int]:
    return {state: sum(_state(row) == state for row in rows) for state in _STATES}


def _summary(table: str, rows: Sequence[_Row]) -> str:
    cells = "".join(f"<td>{n or '–'}</td>" for n in _tally(rows).values())
    return f'<tr><th scope="row"><a href="#{escape(table)}">{escape(table)}</a></th>{cells}</tr>'


def _section(table: str, rows: Sequence[_Row]) -> str:
    known = _known(table, rows[0])
    n_rows = next((f"{row['n_rows']:,} rows" for row in rows if row["n_rows"] is not None), "")
    checks = "\n".join(_check(row, known.get(row["check_name"])) for row in rows)
    return f'<section id="{escape(table)}"><h2>{escape(table)} <small>{n_rows}</small></h2>\n{checks}\n</section>'


def _known(table: str, row: _Row) -> dict[str, Check]:
    """Return the table's checks by name, made again from the contract for the instant of the results."""
    found = [entry for entry in checked_tables() if entry.name == table]
    checks = [check for entry in found for check in checks_of(entry, checked_at=row["checked_at"], previous=Previous())]
    return {check.name: check for check in checks}


def _check(row: _Row, check: Check | None) -> str:
    state = _state(row)
    facts = {"Must hold": row["expected"], "Found": row["observed"], "Counts": _counts(row)}
    code = {}
    if check is not None:
        facts = {"Meaning": check.meaning, **facts}
        code = {"Expectation": _configuration(check), "SQL to see it": check.offenders}
    terms = [_term(name, escape(str(text))) for name, text in facts.items() if text]
    terms += [_term(name, f"<code>{escape(text)}</code>") for name, text in code.items()]
    opened = "" if state == "passed" else " open"
    return f"<details{opened}><summary>{_badge(state)} {escape(row['check_name'])}</summary><dl>{''.join(terms)}</dl></details>"


def _term(name: str, html: str) -> str:
    return f"<dt>{name}</dt><dd>{html}</dd>"


def _counts(row: _Row) -> str:
    if row["n_failed"] is None or row["n_rows"] is None:
        return ""
    return f"{row['n_failed']:,} break it, of {row['n_rows']:,} rows"


def _configuration(check: Check) -> str:
    """Return the expectation as Great Expectations writes it: its type and its arguments."""
    kind = _CAMEL.sub("_", check.expectation).lower()
    if check.compares:
        return f"{kind} (the numbers are in what must hold)"
    if check.expectation == BREAKING_ROWS:
        return f"{kind}: the SQL selects nothing"
    return f"{kind} {json.dumps(dict(check.arguments), ensure_ascii=False, default=str)}"

"""One figure is one file of ``sql/dashboard/``: its SQL makes the rows, its header says how they are shown.

Header keys, beside ``question`` and ``grain``: ``page`` and ``place`` (where it stands), ``chart`` (a drawing of `drawing`, or
``none`` for a table alone), the columns ``x``, ``y``, ``low``, ``high``, ``color`` and ``panel``, ``scale`` (``log``, or
``log x`` for one axis), ``unit`` (of y), ``n`` (``rows``, ``sum COLUMN`` or ``max COLUMN``, a colon, and what is counted),
``method`` (a sentence, with the page of ``docs/`` that says more), ``beware``, ``shown`` (rows of the table on the page) and
``search`` (``yes`` for a filter).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from pipelines.query.shape import portable
from warehouse import sqlfiles
from warehouse.errors import UsageError

LAYER: Final = "dashboard"
_USUAL_ROWS: Final = 12


@dataclass(frozen=True)
class Figure:
    """A question with its answer: ``rows`` in their order, and the header's words in ``says``."""

    name: str
    sql: str
    says: Mapping[str, str]
    rows: pl.DataFrame

    @property
    def question(self) -> str:
        """The title."""
        return self.says["question"]

    @property
    def n_shown(self) -> int:
        """Rows of the table on the page; the CSV beside it has all."""
        return int(self.says.get("shown", _USUAL_ROWS))

    @property
    def counted(self) -> str:
        """What the figure rests on, as "1,234 edges"."""
        how, _, what = self.says["n"].partition(":")
        return f"{_count(self.rows, how.strip()):,} {what.strip()}"


def figures(connection: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Answer every question of the layer, in order of page and place; a user adds one by adding a file.

    Raises:
        UsageError: a file asks for a page, table or column that there is not.
    """
    found = [figure(connection, name) for name in sqlfiles.names(LAYER)]
    return sorted(found, key=lambda one: (one.says["page"], int(one.says["place"]), one.name))


def figure(connection: duckdb.DuckDBPyConnection, name: str) -> Figure:
    """Answer one question; errors as in `figures`."""
    file = sqlfiles.load(LAYER, name)
    try:
        rows = portable(connection.sql(file.text)).pl()
    except duckdb.Error as error:
        raise UsageError(f"sql/{LAYER}/{name}.sql can't be answered: {error}") from error
    named = [file.header[key] for key in ("x", "y", "low", "high", "color", "panel") if key in file.header]
    if missing := [column for column in named if column not in rows.columns]:
        raise UsageError(f"sql/{LAYER}/{name}.sql draws {', '.join(missing)}, which its rows do not have")
    return Figure(name, file.text, file.header, rows)


def _count(rows: pl.DataFrame, how: str) -> int:
    if how == "rows":
        return rows.height
    aggregate, column = how.split()
    counts: list[int] = rows[column].drop_nulls().cast(pl.Int64).to_list()
    return sum(counts) if aggregate == "sum" else max(counts, default=0)

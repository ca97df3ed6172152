"""What DuckDB says, as one line that shows no path of the machine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import duckdb

from warehouse.errors import HubtreeError, NotFound, UsageError

_PATH: Final = re.compile(r"(?<![\w.:/])~?/(?:[^\s\"'/:]+/)*[^\s\"'/:]*")
_PREFIX: Final = re.compile(r"^[A-Z][A-Za-z ]+ Error: ")
_PLACE: Final = re.compile(r"^LINE (\d+): ", re.MULTILINE)
_SUGGESTION: Final = re.compile(r"^(?:Did you mean|Candidate bindings|Candidate functions|HINT).*", re.MULTILINE)
_NO_TABLE: Final = re.compile(r"Table with name (.+?) does not exist")


def cut_paths(text: str) -> str:
    """Replace what looks like an absolute path by ``<path>``."""
    return _PATH.sub("<path>", text)


def explain(error: duckdb.Error, tables: Iterable[str] = ()) -> HubtreeError:
    """Turn DuckDB's refusal of a query into a usage error of one line, with what it proposes as the hint.

    Args:
        error: what DuckDB raised.
        tables: names of the tables that can be asked, for a hint when the query names another.
    """
    text = cut_paths(str(error))
    if found := _NO_TABLE.search(text):
        return NotFound(f"no such table: {found[1]}", hint=_nearest_table(found[1], tables))
    summary = _PREFIX.sub("", text.splitlines()[0] if text else type(error).__name__)
    proposal = _SUGGESTION.search(text)
    hint = proposal[0].strip() if proposal else "`hubtree describe TABLE` shows the columns"
    return UsageError(f"{summary}{_place(text)}", hint=hint)


def _place(text: str) -> str:
    """Say where in the query the trouble is, where DuckDB tells."""
    found = _PLACE.search(text)
    return f" (line {found[1]} of the query)" if found else ""


def _nearest_table(name: str, tables: Iterable[str]) -> str:
    known = sorted(tables)
    near = get_close_matches(name.lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"

"""DuckDB's text in Spark's words, and what Spark would silently answer otherwise.

sqlglot translates the syntax; three functions have the same name and another meaning. Where the two can be made one, they
are. Where only rare values are in doubt, the translation asks for them and raises (`DOUBT`), so that the file is run by
DuckDB: Spark gives DuckDB's answer or none.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

DOUBT = "hubtree: a value that the engines read differently"

_SPACES = "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What DuckDB's trim takes away (Unicode's category Zs); Spark's takes the first alone."""

_CASES = "[\u0130\u03a3\u1c89\ua7cb-\ua7dc\U00010d50-\U00010d65\U00016ea0-\U00016eb8]"
"""Capitals whose small letters differ: the dotted I, those of newer Unicode, and the sigma, which depends on its place."""

_INSTANT = (
    "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    "([T ]([01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}([.][0-9]*)?(Z| UTC|[+-](0[0-9]|1[0-4])(:?[0-9]{2})?)?)?)?$(?!\n)"
)
"""A form of instants, all that hubs write, that both read alike. Java's ``$`` would let a line end follow."""

_DOUBTFUL = "(?i)^[ ]*-?[0-9]+[-/\\\\ ]+[0-9]+[-/\\\\ ]+[0-9]|epoch|infinity"
"""A form that DuckDB may read all the same; any other is an instant to neither."""


@cache
def translated(text: str) -> str:
    """Return a query of DuckDB's dialect in Spark's.

    Raises:
        sqlglot.errors.SqlglotError: it can't be read, or sqlglot knows of no way to say it.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import ErrorLevel

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    tree = sqlglot.parse_one(text, dialect="duckdb")
    for part in tree.find_all(exp.CTE):
        part.set("materialized", None)  # Spark has no such word
    for trim in tree.find_all(exp.Trim):
        if not trim.expression:
            trim.set("expression", exp.Literal.string(_SPACES))
    for small in reversed(list(tree.find_all(exp.Lower))):  # inner ones first
        small.replace(_or_doubt(small.this, (_CASES, None), otherwise=small.copy()))
    for cast in reversed(list(tree.find_all(exp.TryCast))):
        if cast.to.is_type("timestampntz"):
            cast.replace(_or_doubt(cast.this, (_INSTANT, cast.copy()), (_DOUBTFUL, None)))
    said: str = tree.sql("spark", unsupported_level=ErrorLevel.RAISE, comments=False)
    return said


def _or_doubt(
    value: exp.Expression, *branches: tuple[str, exp.Expression | None], otherwise: exp.Expression | None = None
) -> exp.Expression:
    """Return a choice by patterns that a text matches, in order; a branch without an answer raises `DOUBT`."""
    from sqlglot import exp

    choice = exp.Case(default=otherwise)
    for pattern, answer in branches:
        doubt = exp.func("raise_error", exp.Literal.string(DOUBT))
        choice = choice.when(exp.RegexpLike(this=value.copy(), expression=exp.Literal.string(pattern)), answer or doubt)
    return choice


def tables_of(text: str) -> list[str]:
    """Return the names of the tables that a query of DuckDB's dialect reads, its own parts left out."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(text, dialect="duckdb")
    own = {part.alias for part in tree.find_all(exp.CTE)}
    return sorted({table.name for table in tree.find_all(exp.Table)} - own)

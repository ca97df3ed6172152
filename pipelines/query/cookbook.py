"""The cookbook: questions that analysts, operators and policy readers ask, each one file of ``sql/cookbook/``.

A file's header says the question, the grain of the answer, its columns, and what to beware of.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pipelines.query.limits import Limits
from pipelines.query.run import QueryResult, run_query
from warehouse import sqlfiles
from warehouse.errors import NotFound

_LAYER: Final = "cookbook"


@dataclass(frozen=True)
class Recipe:
    """One question with its SQL."""

    name: str
    question: str
    grain: str
    columns: tuple[str, ...]
    beware: str
    sql: str


def recipes() -> list[Recipe]:
    """Return all recipes, sorted by name."""
    return [recipe(name) for name in sqlfiles.names(_LAYER)]


def recipe(name: str) -> Recipe:
    """Return one recipe.

    Raises:
        NotFound: there is no such recipe; the hint names the nearest.
    """
    names = sqlfiles.names(_LAYER)
    if name not in names:
        near = get_close_matches(name, names, n=2, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else "`hubtree sql --cookbook` lists them"
        raise NotFound(f"no such recipe: {name}", hint=hint)
    file = sqlfiles.load(_LAYER, name)
    columns = tuple(column.strip() for column in file.header["columns"].split(","))
    return Recipe(name, file.header["question"], file.header["grain"], columns, file.header["beware"], file.text)


def run_recipe(database: Path, name: str, *, limits: Limits | None = None) -> QueryResult:
    """Answer a recipe's question; errors as in `recipe` and `run_query`."""
    return run_query(database, recipe(name).sql, limits=limits)

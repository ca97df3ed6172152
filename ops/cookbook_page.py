"""The cookbook's page: each question with its SQL and its answer on the sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from ops.sample import N_MODELS, SEED
from pipelines.printable import printable
from pipelines.query.cookbook import Recipe, recipes
from pipelines.query.own import reading

_MOST_ROWS: Final = 5
_MOST_LETTERS: Final = 60
_MARKS: Final = re.compile(r"([\\`*\[\]<>|#~])")
"""What Markdown would read as markup; the sample holds names that try."""


def cookbook_page(database: Path, made: str) -> str:
    """Return the page.

    Args:
        database: the sample's published file (`ops.sample.build_sample`).
        made: the line that says how the page is made.
    """
    found = recipes()
    lines = [
        "# Cookbook",
        "",
        made,
        "",
        f"{len(found)} questions; ask one with `hubtree sql --cookbook NAME`, or in Python with `open_hub().ask(NAME)`. The",
        f"answers are those of the sample: an invented hub (`hubtree local-hub --models {N_MODELS} --seed {SEED}`).",
        f"At most {_MOST_ROWS} rows are shown. They show the form of an answer and say nothing about the Hub.",
        "",
        *(f"* [{recipe.question}](#{recipe.name})" for recipe in found),
    ]
    with reading(database) as connection:
        for recipe in found:
            lines += ["", *_told(recipe), *_answer(connection.execute(recipe.sql).pl())]
    return "\n".join(lines) + "\n"


def _told(recipe: Recipe) -> Iterator[str]:
    yield from (f"## {recipe.name}", "")
    yield from (f"**{recipe.question}** One row is {recipe.grain}. Beware: {recipe.beware}", "")
    lines = recipe.sql.strip().splitlines()
    first = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    yield from ("```sql", *lines[first:], "```", "")


def _answer(frame: pl.DataFrame) -> Iterator[str]:
    if frame.is_empty():
        yield "No row on the sample."
        return
    yield f"| {' | '.join(frame.columns)} |"
    yield "|" + "".join("--:|" if kind.is_numeric() else "---|" for kind in frame.dtypes)
    for row in frame.head(_MOST_ROWS).iter_rows():
        yield f"| {' | '.join(_cell(value) for value in row)} |"
    if frame.height > _MOST_ROWS:
        yield from ("", f"{frame.height:,} rows in all.")


def _cell(value: object) -> str:
    """Write a value for a cell: four digits of a broken number, so that no machine's rounding is seen."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.4g}"
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M}"
        case list():
            return ", ".join(_cell(item) for item in value)
    text = printable(str(value))
    cut = text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
    return _MARKS.sub(r"\\\1", cut)

"""Which tools wrote a card, and which of its lines are a tool's own words.

A mark counts outside fenced code alone, so a tutorial that shows a template is not taken for one. All marks are looked for in
one pass over the texts of many cards, so forty tools cost little more than one; only where the texts of a tool's marks stand
are the lines gone through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

from pipelines.cards.generators import GENERATORS, Generator, Mark
from pipelines.cards.markdown_lines import Lines

_RANK: Final = {generator.name: rank for rank, generator in enumerate(GENERATORS)}
_ENTRY: Final = {generator.name: generator for generator in GENERATORS}


class TemplateLines(NamedTuple):
    """The lines by which the templates of some tools are known."""

    beginnings: tuple[str, ...]
    headings: frozenset[str]
    marks: tuple[str, ...]
    """Texts in lines that tell something of the model, but in the tool's words."""


_CALLED_BY: Final = {
    text: tuple(generator.name for generator in GENERATORS if any(mark.text == text for way in generator.marks for mark in way))
    for text in sorted({mark.text for generator in GENERATORS for way in generator.marks for mark in way})
}
"""Which tools the text of a mark speaks for."""
_TEXTS: Final = list(_CALLED_BY)
_TRAINERS_KIN: Final = frozenset({"keras", "llama_factory"})
"""Tools whose cards bear the Trainer's marks though it is another program, or another program drives it."""


def marks_in(bodies: Sequence[str]) -> list[frozenset[str]]:
    """Return the texts of marks that stand in each body, comments and code included; all are looked for in one pass."""
    found = (
        pl.DataFrame({"body": bodies}, schema={"body": pl.String()})
        .with_row_index("card")
        .select("card", mark=pl.col("body").str.extract_many(_TEXTS, overlapping=True))
        .explode("mark")
        .drop_nulls()
        .unique()
    )
    marks: list[set[str]] = [set() for _ in bodies]
    for card, mark in found.iter_rows():
        marks[card].add(mark)
    return [frozenset(each) for each in marks]


def generators_of(marks: Collection[str], lines: Lines, tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tools that had a hand in a card, the chief one first.

    Args:
        marks: the texts of marks that stand in the card below its front matter, of `marks_in`.
        lines: its lines without comments.
        tags: the tags of the card's own metadata.
    """
    if not marks:
        return ()
    tags = frozenset(tags)
    called = {name for text in marks for name in _CALLED_BY[text]}
    found = [name for name in called if _ENTRY[name].tag in ("", *tags) and _is_marked(_ENTRY[name], marks, lines)]
    if "trainer" in found and _TRAINERS_KIN.intersection(found):
        found.remove("trainer")
    return tuple(sorted(found, key=_RANK.__getitem__))


def _is_marked(generator: Generator, marks: Collection[str], lines: Lines) -> bool:
    return any(all(mark.text in marks for mark in way) and _stands(way, lines) for way in generator.marks)


def _stands(way: Sequence[Mark], lines: Lines) -> bool:
    """Tell whether the marks stand in their places outside code; a mark that no line holds stands in a comment."""
    return all(_is_in_a_line(mark, lines) or _is_in_comment(mark, lines) for mark in way)


def _is_in_a_line(mark: Mark, lines: Lines) -> bool:
    text = mark.text
    start = {"anywhere": "", "line_start": text, "heading": "#"}[mark.where]
    return any(text in line and code is None and line.startswith(start) for line, code in lines.pairs())


def _is_in_comment(mark: Mark, lines: Lines) -> bool:
    return mark.where == "anywhere" and not any(code is not None and mark.text in code for code in lines.codes)


@lru_cache(maxsize=1_000)
def template_lines(names: tuple[str, ...]) -> TemplateLines:
    """Return how the lines of these tools' templates are known."""
    entries = [_ENTRY[name] for name in names]
    beginnings = tuple(dict.fromkeys(text for entry in entries for text in entry.template))
    headings = frozenset(heading for entry in entries for heading in entry.headings)
    marks = tuple(dict.fromkeys(mark.text for entry in entries for way in entry.marks for mark in way))
    return TemplateLines(beginnings, headings, marks)

"""Which tools wrote a card, and which of its lines are a tool's own words.

A mark counts outside fenced code alone, so a tutorial that shows a template is not taken for one. Only cards that hold a
mark's rarest word are searched for the mark, so forty tools cost little more than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipelines.cards.generators import GENERATORS, Generator, Mark
from pipelines.cards.markdown_lines import Lines

_RANK: Final = {generator.name: rank for rank, generator in enumerate(GENERATORS)}
_ENTRY: Final = {generator.name: generator for generator in GENERATORS}


_COMMON: Final = frozenset(
    {
        "###",
        "a",
        "by",
        "contains",
        "files",
        "following",
        "from",
        "header",
        "information",
        "is",
        "model",
        "models",
        "of",
        "the",
        "trained",
        "using",
        "with",
        "been",
    }
)
"""Words of marks that stand in many a card: looking for the mark itself is faster."""


class TemplateLines(NamedTuple):
    """The lines by which the templates of some tools are known."""

    beginnings: tuple[str, ...]
    headings: frozenset[str]
    marks: tuple[str, ...]
    """Texts in lines that tell something of the model, but in the tool's words."""


def _word_inside(text: str) -> str | None:
    """Return the longest word of a mark that has blanks on both sides in it; a card with the mark has that very word."""
    words = (word for word in text.split(" ")[1:-1] if word not in _COMMON)
    return max(words, key=len, default=None) or None


def _by_word() -> tuple[dict[str, tuple[Generator, ...]], tuple[tuple[str, Generator], ...]]:
    """Return which tools a word calls for, and the tools that have a mark without such a word, with that mark."""
    words: dict[str, tuple[Generator, ...]] = {}
    wordless: list[tuple[str, Generator]] = []
    for generator in GENERATORS:
        for way in generator.marks:
            word = max((_word_inside(mark.text) or "" for mark in way), key=len)
            if not word:
                wordless.append((max((mark.text for mark in way), key=len), generator))
            elif generator not in words.get(word, ()):
                words[word] = (*words.get(word, ()), generator)
    return words, tuple(wordless)


_CALLED_BY_WORD, _WORDLESS = _by_word()
_WORDS: Final = frozenset(_CALLED_BY_WORD)
_TRAINERS_KIN: Final = frozenset({"keras", "llama_factory"})
"""Tools whose cards bear the Trainer's marks though it is another program, or another program drives it."""


def generators_of(body: str, words: Iterable[str], lines: Lines, tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tools that had a hand in a card, the chief one first.

    Args:
        body: the card below its front matter, comments included.
        words: the words of the card, split at blanks.
        lines: its lines without comments.
        tags: the tags of the card's own metadata.
    """
    called = {generator.name for word in _WORDS.intersection(words) for generator in _CALLED_BY_WORD[word]}
    called |= {generator.name for text, generator in _WORDLESS if text in body}
    if not called:
        return ()
    tags = frozenset(tags)
    found = [name for name in called if _ENTRY[name].tag in ("", *tags) and _is_marked(_ENTRY[name], body, lines)]
    if "trainer" in found and _TRAINERS_KIN.intersection(found):
        found.remove("trainer")
    return tuple(sorted(found, key=_RANK.__getitem__))


def _is_marked(generator: Generator, body: str, lines: Lines) -> bool:
    return any(all(mark.text in body for mark in way) and _stands(way, lines) for way in generator.marks)


def _stands(way: Sequence[Mark], lines: Lines) -> bool:
    """Tell whether the marks stand in their places outside code; a mark that no line holds stands in a comment."""
    return all(any(_fits(mark, *pair) for pair in lines.pairs()) or _is_in_comment(mark, lines) for mark in way)


def _fits(mark: Mark, line: str, code: str | None) -> bool:
    if code is not None or mark.text not in line:
        return False
    if mark.where == "anywhere":
        return True
    return line.startswith(mark.text if mark.where == "line_start" else "#")


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

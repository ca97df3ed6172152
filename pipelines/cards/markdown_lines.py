"""The lines of a card: text, and fenced blocks of code as one piece each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

MAX_FENCE_LINE_CHARS: Final = 2_000
"""A fence stands in a line's first characters; longer lines are looked at up to here."""

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")


class Lines(NamedTuple):
    """The lines of a body, and beside each what a fenced block holds: None for a line of text.

    A block counts as one line, its opening one. Two lists, since a tuple a line would cost as much as reading it.
    """

    texts: list[str]
    codes: list[str | None]

    def pairs(self) -> Iterator[tuple[str, str | None]]:
        """Yield (line of text, None) or (opening line, content of the block)."""
        return zip(self.texts, self.codes, strict=True)


def read_lines(text: str) -> Lines:
    """Return the lines and blocks of a card's body in order; a fence that never ends is text. Linear in the text's length."""
    lines = text.splitlines()
    if "```" not in text and "~~~" not in text:
        return Lines(lines, [None] * len(lines))
    texts: list[str] = []
    codes: list[str | None] = []
    position = 0
    unclosed = False
    while position < len(lines):
        line = lines[position]
        position += 1
        opening = None if unclosed or not ("```" in line or "~~~" in line) else _FENCE.match(line)
        end = _closing(lines, position, opening[1]) if opening else None
        unclosed = unclosed or (opening is not None and end is None)
        texts.append(line)
        codes.append(None if end is None else "\n".join(lines[position:end]))
        position = position if end is None else end + 1
    return Lines(texts, codes)


def _closing(lines: list[str], start: int, fence: str) -> int | None:
    for number in range(start, len(lines)):
        line = lines[number]
        if fence in line:
            stripped = line[:MAX_FENCE_LINE_CHARS].strip()
            if stripped.startswith(fence) and not stripped.strip(fence[0]):
                return number
    return None

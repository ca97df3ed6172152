"""The lines of a card: text, and fenced blocks of code as one piece each."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MAX_FENCE_LINE_CHARS: Final = 2_000
"""A fence stands in a line's first characters; longer lines are looked at up to here."""

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")


class Piece(NamedTuple):
    """A line of text, or a fenced block: its opening line and what it holds."""

    line: str
    code: str | None = None


def pieces(text: str) -> list[Piece]:
    """Return the lines and blocks of a card's body in order; a fence that never ends is text. Linear in the text's length."""
    lines = text.splitlines()
    if "```" not in text and "~~~" not in text:
        return [Piece(line) for line in lines]
    found: list[Piece] = []
    position = 0
    unclosed = False
    while position < len(lines):
        line = lines[position]
        position += 1
        opening = None if unclosed or not ("```" in line or "~~~" in line) else _FENCE.match(line)
        if not opening:
            found.append(Piece(line))
            continue
        end = _closing(lines, position, opening[1])
        if end is None:
            unclosed = True
            found.append(Piece(line))
            continue
        found.append(Piece(line, "\n".join(lines[position:end])))
        position = end + 1
    return found


def _closing(lines: list[str], start: int, fence: str) -> int | None:
    for number in range(start, len(lines)):
        line = lines[number]
        if fence in line:
            stripped = line[:MAX_FENCE_LINE_CHARS].strip()
            if stripped.startswith(fence) and not stripped.strip(fence[0]):
                return number
    return None

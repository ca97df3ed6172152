"""Text of strangers, made safe to print: ids, tags and cards may hold codes that steer a terminal."""

from __future__ import annotations

import re
from typing import Final

_STEERING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, codes that turn the writing direction or end a line, and halves of characters."""


def printable(text: str) -> str:
    """Replace characters that steer a terminal or can't be written by U+FFFD; line ends and tabs among them."""
    return _STEERING.sub("\ufffd", text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines: line ends stay."""
    return "\n".join(map(printable, text.split("\n")))

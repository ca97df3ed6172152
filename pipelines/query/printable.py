"""Text of strangers, made safe to print: ids, tags and cards may hold codes that steer a terminal."""

from __future__ import annotations

import re
from typing import Final

_STEERING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, codes that turn the writing direction, and halves of characters."""


def printable(text: str) -> str:
    """Replace characters that steer a terminal or can't be written by U+FFFD; line ends and tabs among them."""
    return _STEERING.sub("\ufffd", text)

"""From the bytes of a card to text that every later reader can hold: no NUL, no lone surrogate, no byte-order mark."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

REPLACEMENT = "\ufffd"

INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffc"
"""Characters that take no room on a page and hide a fence or a key, as the inside of a regular expression's class.
The joiners U+200C and U+200D are not among them: Persian words and emoji need them."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True)
class DecodedText:
    """A card's text and what had to be done to get it."""

    text: str
    n_replaced_bytes: int
    """Bytes that did not decode, and NUL bytes: each became (part of) a U+FFFD."""
    flags: tuple[str, ...]


def decode(content: bytes) -> DecodedText:
    """Decode by the byte-order mark, else as UTF-8; what does not decode is replaced and counted, never refused."""
    encoding = _UTF16_MARKS.get(content[:2])
    if encoding:
        text, n_replaced = _decode_utf16(content[2:], encoding)
        flags = ["decoded_utf16"]
    else:
        has_mark = content.startswith(codecs.BOM_UTF8)
        text, n_replaced = _decode_utf8(content[3:] if has_mark else content)
        flags = ["bom_removed"] if has_mark else []
    if n_replaced:
        flags.append("bytes_replaced")
    n_nul = text.count("\0")
    if n_nul:
        flags.append("nul_replaced")
        text = text.replace("\0", REPLACEMENT)
    return DecodedText(text, n_replaced + n_nul, tuple(flags))


def _decode_utf8(content: bytes) -> tuple[str, int]:
    try:
        return content.decode("utf-8"), 0
    except UnicodeDecodeError:
        # One surrogate stands for one byte that did not decode, so the count is exact.
        return _SURROGATE.subn(REPLACEMENT, content.decode("utf-8", "surrogateescape"))


def _decode_utf16(content: bytes, encoding: str) -> tuple[str, int]:
    odd_byte = len(content) % 2
    text = content[: len(content) - odd_byte].decode(encoding, "surrogatepass")
    text, n_surrogates = _SURROGATE.subn(REPLACEMENT, text)
    return text + REPLACEMENT * odd_byte, 2 * n_surrogates + odd_byte


def clean(text: str) -> str:
    """Replace NUL and lone surrogates, which DuckDB or UTF-8 files can't hold, in text that came through an escape."""
    if text.isascii() and "\0" not in text:
        return text
    return _SURROGATE.sub(REPLACEMENT, text.replace("\0", REPLACEMENT))

"""One card: from bytes to facts, without ever raising."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import orjson

from pipelines.cards.decoding import INVISIBLE, decode
from pipelines.cards.fences import Split, split_front_matter
from pipelines.cards.front_matter import Reading, read_front_matter, recovered

PARSER_VERSION: Final = "9"
"""Part of the cache key of parsed cards. Raise it with every change that can alter a row of `ParsedCards` for any bytes."""

PARSE_STATUSES: Final = {
    "ok": "front matter between fences, read whole",
    "no_front_matter": "none that the Hub would read; a hint may stand in front_matter (flags fence_missing, fence_broken)",
    "empty_front_matter": "fences with nothing or null between them",
    "empty_card": "no character but blanks",
    "not_a_mapping": "front matter is a list or a text",
    "yaml_error": "not YAML; keys that could be read on their own stand in front_matter (flag keys_recovered)",
    "unterminated": "no closing fence; front_matter is what stands before the first heading",
    "too_large": "front matter longer than 256 Ki characters; keys are recovered from its beginning",
    "too_deep": "more than 64 levels; keys are recovered",
    "too_many_aliases": "aliases or merges stand for more than the caps allow; keys are recovered",
}
"""The closed vocabulary of `parse_status`. Only under ``ok`` is front_matter what the Hub reads, else it is a hint."""

FLAGS: Final = {
    "bom_removed": "began with a UTF-8 byte-order mark",
    "bytes_replaced": "bytes that do not decode became U+FFFD",
    "card_empty": "no character but blanks",
    "control_replaced": "control characters in front matter became U+FFFD",
    "decoded_utf16": "decoded by a UTF-16 byte-order mark",
    "duplicate_key": "a key stands twice in one mapping; all its values are kept in a list",
    "fence_broken": "closing fence absent, or a fence of more than three dashes",
    "fence_doubled": "two opening fences, one below the other; the Hub reads what follows",
    "fence_late": "blank lines or text before the first fence",
    "fence_missing": "keys at the top without fences",
    "html_first": "the card begins with an HTML tag",
    "invisible_removed": "invisible characters near the top; they do not count in fences and keys",
    "keys_recovered": "front_matter holds single keys saved from a text that could not be read whole",
    "nul_replaced": "NUL became U+FFFD",
    "tab_replaced": "front matter became YAML when tabs were read as blanks",
    "tag_refused": "a value under a YAML tag outside the core types was left out",
    "text_before_fence": "text before the first fence (with fence_late): lower confidence",
    "unexpected_type": "front matter is a list or a text",
    "yaml_error": "front matter is not YAML",
}
"""The closed vocabulary of `flags`; codes of dirty-metadata section 5 where it has one."""

NEAR_TOP_CHARS: Final = 1_000

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_HTML_TAG = re.compile(r"\s*<[A-Za-z]")


@dataclass(frozen=True)
class CardFacts:
    """What one card says and how long it is."""

    front_matter: str | None
    """JSON object; every scalar is text as written or null, keys keep their order."""
    front_matter_raw: str | None
    """Text between the fences as written, line ends included."""
    body: str
    """Text after the front matter, comments included; the whole card when there is no front matter."""
    text: str
    """The body without HTML comments and without blanks around it."""
    n_chars: int
    """Characters of the whole decoded card, without the byte-order mark."""
    n_body_chars: int
    """Characters of the body without HTML comments and without blanks around it."""
    n_card_words: int
    """Runs of non-blank characters in the whole card."""
    n_words: int
    """Runs of non-blank characters in the body without HTML comments."""
    is_auto_generated: bool
    """Some tool's set phrase says so, see `says_it_is_generated`."""
    parse_status: str
    flags: tuple[str, ...]
    """Sorted, each once."""
    n_replaced_bytes: int
    """Bytes that did not decode, and NUL bytes."""
    problem: str | None = None
    """Why front matter could not be read whole, with its line."""


def parse_card(content: bytes) -> CardFacts:
    """Return the facts of one card; any bytes give facts."""
    decoded = decode(content)
    split = split_front_matter(decoded.text)
    reading = _read(split)
    is_front_matter = reading.mapping is not None or split.kind in ("fenced", "too_large")
    body = split.body if is_front_matter else decoded.text
    measured = without_comments(body).strip()
    n_card_words = len(decoded.text.split())
    flags = {*decoded.flags, *split.flags, *reading.flags}
    flags |= _flags_of_text(decoded.text)
    return CardFacts(
        front_matter=None if reading.mapping is None else orjson.dumps(reading.mapping).decode(),
        front_matter_raw=split.raw if is_front_matter else None,
        body=body,
        text=measured,
        n_chars=len(decoded.text),
        n_body_chars=len(measured),
        n_card_words=n_card_words,
        n_words=_n_words(decoded.text, n_card_words, body, measured),
        is_auto_generated=says_it_is_generated(decoded.text),
        parse_status="empty_card" if "card_empty" in flags else reading.status,
        flags=tuple(sorted(flags)),
        n_replaced_bytes=decoded.n_replaced_bytes,
        problem=reading.problem,
    )


def _n_words(text: str, n_card_words: int, body: str, measured: str) -> int:
    """Count the words of a body without comments; what stands before a body without any is shorter to count."""
    if "<!--" in body:
        return len(measured.split())
    return n_card_words - len(text[: len(text) - len(body)].split())


def says_it_is_generated(text: str) -> bool:
    """Tell whether a card says that a tool wrote it: the seed paper's rule, two phrases in any case."""
    lowered = text.encode("utf-8", "replace").lower()  # of bytes only ASCII is folded, which is all that is asked for, and fast
    return b"automatically generated" in lowered or b"generated automatically" in lowered


def _read(split: Split) -> Reading:
    if split.kind == "absent":
        return Reading(None, "no_front_matter")
    if split.kind == "too_large":
        return recovered(split.raw, "too_large", "front matter is too large")
    reading = read_front_matter(split.raw)
    if split.kind == "fenced":
        return reading
    status = "unterminated" if split.kind == "unterminated" else "no_front_matter"
    return Reading(reading.mapping, status, reading.flags if reading.mapping else frozenset(), reading.problem)


def _flags_of_text(text: str) -> set[str]:
    if not text.strip():
        return {"card_empty"}
    flags = {"invisible_removed"} if not text.isascii() and _INVISIBLE.search(text, 0, NEAR_TOP_CHARS) else set()
    if _HTML_TAG.match(text):
        flags.add("html_first")
    return flags


def without_comments(text: str) -> str:
    """Return ``text`` without ``<!-- … -->``; a comment that never ends is left as it is. Linear in the text's length."""
    if "<!--" not in text:
        return text
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[position:start])
        position = end + 3
    return "".join([*kept, text[position:]])

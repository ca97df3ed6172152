"""Where a card's front matter begins and ends.

The Hub reads what stands between two lines ``---``, the first of which may follow blank lines or text. Cards in the wild
also use more dashes, forget the second fence or both (dirty-metadata, section 5): of the 18 such cards of 2022 whose keys
can be read the Hub took neither licence, language nor tags, so what is found there is a hint. Line ends are LF, CRLF, CR
and NEL alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.cards.decoding import INVISIBLE

MAX_FRONT_MATTER_CHARS = 256 * 1024
"""Front matter is read up to here; of a longer one the whole lines up to here are kept raw."""
LATE_FENCE_CHARS = 64 * 1024
"""A fence after text is looked for in this many characters from the top; the latest of 2022 stands at 3,597."""

Kind = Literal["absent", "fenced", "too_large", "unterminated", "hint"]

_KNOWN_KEYS = (
    "annotations_creators|arxiv|base_model|base_model_relation|co2_eq_emissions|datasets?|inference|languages?|library_name|"
    "licen[cs]es?|license_link|license_name|metrics|model-index|model_name|model_type|new_version|pipeline_tag|tags|task|"
    "thumbnail|widget"
)
_END = "\n\r\x85"
_EOL = rf"(?:\r\n|[{_END}])"
_LINE_START = rf"(?<![^{_END}])"
_BLANKS = rf"[^\S{_END}]*"

_FENCE_FIRST = re.compile(rf"(?P<before>[\s{INVISIBLE}]*)(?P<dashes>-{{3,}}){_BLANKS}(?:{_EOL}|\Z)")
_FENCE_AFTER_TEXT = re.compile(rf"{_LINE_START}---{_BLANKS}{_EOL}(?=\s*(?:{_KNOWN_KEYS}){_BLANKS}:)")
_FENCE_DOUBLED = re.compile(rf"---{_BLANKS}{_EOL}(?=\s*(?:{_KNOWN_KEYS}){_BLANKS}:)")
_FENCE_CLOSING = re.compile(rf"{_LINE_START}(?P<dashes>-{{3,}}){_BLANKS}(?:{_EOL}|\Z)")
_KEYS_FIRST = re.compile(rf"\s*(?:{_KNOWN_KEYS}){_BLANKS}:(?=\s|\Z)")
_HEADING = re.compile(rf"{_LINE_START}#{{1,6}}[^\S{_END}]")


@dataclass(frozen=True)
class Split:
    """A card's text in two parts."""

    kind: Kind
    """``hint``: the Hub does not read it (no fences, or fences of more than three dashes)."""
    raw: str
    """Front matter as written, without its fences; empty when absent."""
    body: str
    flags: tuple[str, ...] = ()


def split_front_matter(text: str) -> Split:
    """Split a decoded card into front matter and body."""
    if opening := _FENCE_FIRST.match(text):
        flags = _flags_before(opening["before"])
        if len(opening["dashes"]) > 3:
            return _to_closing(text, opening.end(), (*flags, "fence_broken"), is_certain=False)
        if doubled := _FENCE_DOUBLED.match(text, opening.end()):
            return _to_closing(text, doubled.end(), (*flags, "fence_doubled"))
        return _to_closing(text, opening.end(), flags)
    if opening := _FENCE_AFTER_TEXT.search(text, 0, LATE_FENCE_CHARS):
        return _to_closing(text, opening.end(), ("fence_late", "text_before_fence"))
    if opening := _KEYS_FIRST.match(text):
        return _without_fences(text)
    return Split("absent", "", text)


def _flags_before(blank: str) -> tuple[str, ...]:
    late = ("fence_late",) if any(end in blank for end in _END) else ()
    return late if not blank.strip() else (*late, "invisible_removed")


def _to_closing(text: str, start: int, flags: tuple[str, ...], *, is_certain: bool = True) -> Split:
    closing = _FENCE_CLOSING.search(text, start)
    if closing is None:
        return _to_heading(text, start, "unterminated" if is_certain else "hint", (*flags, "fence_broken"))
    raw, body = text[start : closing.start()], text[closing.end() :]
    if len(raw) > MAX_FRONT_MATTER_CHARS:
        return Split("too_large", raw[: raw.rfind("\n", 0, MAX_FRONT_MATTER_CHARS) + 1], body, flags)
    if len(closing["dashes"]) > 3 and is_certain:
        return Split("unterminated", raw, body, (*flags, "fence_broken"))
    return Split("fenced" if is_certain else "hint", raw, body, flags)


def _to_heading(text: str, start: int, kind: Kind, flags: tuple[str, ...]) -> Split:
    heading = _HEADING.search(text, start, start + MAX_FRONT_MATTER_CHARS)
    end = heading.start() if heading else min(len(text), start + MAX_FRONT_MATTER_CHARS)
    return Split(kind, text[start:end], text[end:], tuple(dict.fromkeys(flags)))


def _without_fences(text: str) -> Split:
    closing = _FENCE_CLOSING.search(text, 0, MAX_FRONT_MATTER_CHARS)
    heading = _HEADING.search(text, 0, closing.start() if closing else MAX_FRONT_MATTER_CHARS)
    if closing is None or heading is not None:
        return _to_heading(text, 0, "hint", ("fence_missing",))
    return Split("hint", text[: closing.start()], text[closing.end() :], ("fence_missing",))

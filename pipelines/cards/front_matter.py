"""From raw front matter to a mapping of text, saving what can be saved when it is not YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.cards.yaml_strings import FrontMatterRefused, Value, gathered, read_yaml

MAX_RECOVERED_KEYS = 1_000

_EOL = re.compile(r"\r\n|[\n\r\x85]")
_KEY_LINE = re.compile(r"(?P<key>[A-Za-z_][\w.-]{0,63})[ \t]*:(?:[ \t]+(?P<text>.*))?$")
_BELONGS_TO_KEY = " \t-#"
"""First characters of a line that goes on with the key above it."""
_YAML_INDICATORS = tuple("[]{}&*!|>%@`\"',#")
_TAB_WIDTH = 2


@dataclass(frozen=True)
class Reading:
    """What a piece of front matter says."""

    mapping: dict[str, Value] | None
    status: str
    """``ok``, ``empty_front_matter``, ``not_a_mapping``, ``yaml_error``, ``too_deep`` or ``too_many_aliases``."""
    flags: frozenset[str] = frozenset()
    problem: str | None = None
    """Where and why the reading failed, with a line number counted from the line after the fence."""


def read_front_matter(raw: str) -> Reading:
    """Read raw front matter; after an error single top-level keys are recovered at low confidence and flagged."""
    try:
        value, flags = _read_with_tabs(raw)
    except FrontMatterRefused as refusal:
        return recovered(raw, refusal.status, str(refusal))
    if value is None:
        return Reading(None, "empty_front_matter", frozenset(flags))
    if not isinstance(value, dict):
        return Reading(None, "not_a_mapping", frozenset({*flags, "unexpected_type"}))
    return Reading(value, "ok", frozenset(flags))


def _read_with_tabs(raw: str) -> tuple[Value, set[str]]:
    """Read YAML, a second time with blanks for tabs if it fails: the Hub reads such cards too."""
    try:
        return read_yaml(raw)
    except FrontMatterRefused as refusal:
        if refusal.status != "yaml_error" or "\t" not in raw:
            raise
        try:
            value, flags = read_yaml(raw.expandtabs(_TAB_WIDTH))
        except FrontMatterRefused:
            raise refusal from None
        return value, flags | {"tab_replaced"}


def recovered(raw: str, status: str, problem: str) -> Reading:
    """Return the top-level keys of ``raw`` that can be read on their own."""
    found: dict[str, Value] = {}
    flags = {"yaml_error"} if status == "yaml_error" else set()
    for lines, _ in zip(_pieces(raw), range(MAX_RECOVERED_KEYS), strict=False):
        for key, value in _read_piece(lines).items():
            if key in found:
                flags.add("duplicate_key")
            found[key] = gathered([found[key], value]) if key in found else value
    if found:
        flags.add("keys_recovered")
    return Reading(found or None, status, frozenset(flags), problem)


def _pieces(raw: str) -> Iterator[list[str]]:
    """Yield the lines of each top-level key; lines that belong to none are left out."""
    piece: list[str] = []
    for line in _EOL.split(raw):
        if _KEY_LINE.match(line):
            if piece:
                yield piece
            piece = [line]
        elif piece and (not line or line[0] in _BELONGS_TO_KEY):
            piece.append(line)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _read_piece(lines: list[str]) -> dict[str, Value]:
    try:
        # Without aliases: each piece would have the caps of a whole document.
        value, _ = read_yaml("\n".join(lines), max_aliases=0)
    except FrontMatterRefused:
        return _as_written(lines[0])
    return value if isinstance(value, dict) else {}


def _as_written(line: str) -> dict[str, Value]:
    """Return the text after the colon of a line that is not YAML, such as ``title: Birds: a study``."""
    match = _KEY_LINE.match(line)
    text = (match["text"] or "").strip() if match else ""
    return {match["key"]: text} if match and text and not text.startswith(_YAML_INDICATORS) else {}

"""One card, read once: its facts, what its body holds, the parents it names, the results and emissions it states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from pipelines.cards.body import BodyFacts, read_body
from pipelines.cards.card import CardFacts, parse_card
from pipelines.cards.generated import marks_in
from pipelines.cards.hints import Hints, read_hints
from pipelines.cards.markdown_lines import Lines, read_lines
from pipelines.cards.merge_config import merges_in_card
from pipelines.cards.parent_claim import ParentClaim
from pipelines.cards.parents_in_text import parents_in_text
from pipelines.cards.sections import FROM_METADATA, SECTIONS
from pipelines.cards.statements import Statements, statements_of
from pipelines.cards.telling_lines import TellingLine, telling_lines

_MAX_TAGS: Final = 1_000


@dataclass
class CardReading:
    """All that one card says."""

    facts: CardFacts
    body: BodyFacts
    claims: list[ParentClaim]
    statements: Statements
    hints: Hints
    from_metadata: tuple[str, ...]
    """Sections that front matter the Hub reads fills, whatever the text does; in the paper's order."""


def read_card(content: bytes) -> CardReading:
    """Read one card; any bytes give a reading."""
    return read_cards([content])[0]


def read_cards(contents: Sequence[bytes]) -> list[CardReading]:
    """Read cards, each for itself; literals are looked for in all of them at once, so a thousand cost less a card than one."""
    facts = [parse_card(content) for content in contents]
    lines = [read_lines(each.text) for each in facts]
    marks = marks_in([each.body for each in facts])
    return [_read(*card) for card in zip(facts, lines, marks, telling_lines(lines), strict=True)]


def _read(facts: CardFacts, lines: Lines, marks: frozenset[str], telling: Sequence[TellingLine]) -> CardReading:
    metadata = metadata_of(facts)
    body = read_body(marks, lines, _tags(metadata))
    claims = parents_in_text(facts.text, lines, telling) + merges_in_card(facts.body, facts.front_matter)
    statements = statements_of(metadata, facts.text, lines)
    return CardReading(facts, body, claims, statements, read_hints(metadata), sections_from_metadata(metadata))


def metadata_of(facts: CardFacts) -> Mapping[str, Any] | None:
    """Return the front matter that the Hub reads; None where it reads none, hints included."""
    if facts.front_matter is None or facts.parse_status != "ok":
        return None
    return mapping_of(facts.front_matter)


def mapping_of(text: str) -> Mapping[str, Any] | None:
    """Return a JSON object; None for anything else, strict JSON's refusals included."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, Mapping) else None


def sections_from_metadata(metadata: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the sections that fields of the front matter fill, in the paper's order."""
    if not metadata:
        return ()
    filled = {section for field, section in FROM_METADATA.items() if _says_something(field, metadata.get(field))}
    return tuple(section for section in SECTIONS if section in filled)


def _says_something(field: str, value: Any) -> bool:
    if field == "model-index":
        models = value if isinstance(value, list) else [value]
        return any(isinstance(model, Mapping) and bool(model.get("results")) for model in models)
    if isinstance(value, list):
        return any(item is not None and item != "" for item in value)
    return value is not None and value != ""


def _tags(metadata: Mapping[str, Any] | None) -> list[str]:
    tags = metadata.get("tags") if metadata else None
    return [tag for tag in tags[:_MAX_TAGS] if isinstance(tag, str)] if isinstance(tags, list) else []

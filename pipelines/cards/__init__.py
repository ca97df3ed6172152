"""Card text to typed facts, pure."""

from pipelines.cards.card import FLAGS, PARSE_STATUSES, PARSER_VERSION, CardFacts, parse_card
from pipelines.cards.frames import CARD_FACTS, SCHEMAS, ParsedCards, parse_cards, statements_in_metadata
from pipelines.cards.generators import NAMES as GENERATOR_NAMES
from pipelines.cards.near_duplicates import near_duplicates
from pipelines.cards.parent_claim import CARD_CLAIMS, ParentClaim
from pipelines.cards.reading import CardReading, read_card, read_cards
from pipelines.cards.sections import SECTIONS
from pipelines.cards.text_rules import RULES

__all__ = [
    "CARD_CLAIMS",
    "CARD_FACTS",
    "FLAGS",
    "GENERATOR_NAMES",
    "PARSER_VERSION",
    "PARSE_STATUSES",
    "RULES",
    "SCHEMAS",
    "SECTIONS",
    "CardFacts",
    "CardReading",
    "ParentClaim",
    "ParsedCards",
    "near_duplicates",
    "parse_card",
    "parse_cards",
    "read_card",
    "read_cards",
    "statements_in_metadata",
]

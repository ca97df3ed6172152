"""Card text to typed facts, pure."""

from pipelines.cards.card import FLAGS, PARSE_STATUSES, PARSER_VERSION, CardFacts, parse_card
from pipelines.cards.declared import DECLARED, Declared, Hint, declared_frame, read_declared
from pipelines.cards.frames import CARD_FACTS, parse_cards

__all__ = [
    "CARD_FACTS",
    "DECLARED",
    "FLAGS",
    "PARSER_VERSION",
    "PARSE_STATUSES",
    "CardFacts",
    "Declared",
    "Hint",
    "declared_frame",
    "parse_card",
    "parse_cards",
    "read_declared",
]

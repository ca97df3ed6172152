"""Card text to typed facts, pure."""

from pipelines.cards.card import FLAGS, PARSE_STATUSES, PARSER_VERSION, CardFacts, parse_card
from pipelines.cards.frames import CARD_FACTS, parse_cards, parse_cards_parallel

__all__ = [
    "CARD_FACTS",
    "FLAGS",
    "PARSER_VERSION",
    "PARSE_STATUSES",
    "CardFacts",
    "parse_card",
    "parse_cards",
    "parse_cards_parallel",
]

"""Card text to typed facts, pure."""

from pipelines.cards.card import FLAGS, PARSE_STATUSES, PARSER_VERSION, CardFacts, parse_card
from pipelines.cards.declared import DECLARED, Declared, Hint, declared_frame, read_declared
from pipelines.cards.frames import CARD_FACTS, ParsedCards, claims_in_card, parse_cards
from pipelines.cards.parent_claim import CARD_CLAIMS, ParentClaim
from pipelines.cards.text_rules import RULES

__all__ = [
    "CARD_CLAIMS",
    "CARD_FACTS",
    "DECLARED",
    "FLAGS",
    "PARSER_VERSION",
    "PARSE_STATUSES",
    "RULES",
    "CardFacts",
    "Declared",
    "Hint",
    "ParentClaim",
    "ParsedCards",
    "claims_in_card",
    "declared_frame",
    "parse_card",
    "parse_cards",
    "read_declared",
]

"""What every reading of a card keeps to, whatever the bytes."""

from __future__ import annotations

import json

from pipelines.cards import FLAGS, GENERATOR_NAMES, PARSE_STATUSES, SECTIONS, CardFacts, CardReading, ParentClaim
from pipelines.cards.hints import HINT_FLAGS

RELATIONS = {"finetune", "adapter", "quantized", "merge", None}


def check(card: CardReading) -> None:
    check_facts(card.facts)
    body = card.body
    assert 0 <= body.n_hand_chars <= body.n_own_chars <= card.facts.n_body_chars
    assert 0 <= body.n_other_words <= card.facts.n_words <= card.facts.n_card_words
    assert body.template_share is None or 0 <= body.template_share <= 1
    assert set(body.generators) <= set(GENERATOR_NAMES)
    assert {*body.sections, *card.from_metadata} <= set(SECTIONS)
    assert all(0 <= found.n_hand_chars <= found.n_chars for found in body.sections.values())
    assert set(card.hints.flags) <= set(HINT_FLAGS)
    for claim in card.claims:
        check_claim(claim)
    assert all(claim.emissions_grams is None or claim.emissions_grams >= 0 for claim in card.statements.carbon)


def check_facts(facts: CardFacts) -> None:
    assert facts.parse_status in PARSE_STATUSES
    assert set(facts.flags) <= set(FLAGS)
    assert list(facts.flags) == sorted(set(facts.flags))
    assert 0 <= facts.n_words <= facts.n_body_chars <= facts.n_chars
    for text in (facts.body, facts.front_matter or "", facts.front_matter_raw or ""):
        text.encode("utf-8")
        assert "\0" not in text
    if facts.front_matter is not None:
        assert isinstance(json.loads(facts.front_matter), dict)


def check_claim(claim: ParentClaim) -> None:
    """A claim names something, says by which rule and how sure, and holds nothing that a table cannot."""
    assert claim.parent_ref.strip()
    assert claim.relation in RELATIONS
    assert 0 < claim.confidence <= 1
    assert claim.n_mentions >= 1
    for text in (claim.parent_ref, claim.rule, claim.excerpt, claim.role, claim.merge_method):
        assert text is None or "\0" not in text
        (text or "").encode("utf-8")
    for number in (claim.weight, claim.density):
        assert number is None or abs(number) < 1e9

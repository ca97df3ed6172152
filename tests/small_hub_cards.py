"""Cards of the small hub, and what they state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from small_hub_rows import SEEN, Row

from warehouse.contract.card_columns import SECTION_MEANINGS


def card(model_id: str, card_sha: str, generators: Sequence[str] = (), **values: Any) -> Row:
    """A row of cards with plain defaults: a current card of 300 characters, 100 of them by hand."""
    return {
        "model_id": model_id,
        "card_sha": card_sha,
        "is_current": True,
        "first_seen_at": SEEN,
        "last_seen_at": SEEN,
        "n_bytes": 310,
        "is_truncated": False,
        "n_chars": 300,
        "n_card_words": 60,
        "n_body_chars": 200,
        "n_words": 40,
        "n_own_chars": 150,
        "n_own_words": 30,
        "n_hand_chars": 100,
        "template_share": 0.25,
        "is_auto_generated": "trainer" in generators,
        "is_generated": bool(generators),
        "is_template": bool(generators),
        "generator": generators[0] if generators else None,
        "generators": list(generators),
        **{f"has_{name}": name in ("model_details", "training_data") for name in SECTION_MEANINGS},
        **{f"n_{name}_chars": 50 if name == "model_details" else 0 for name in SECTION_MEANINGS},
        "sections_from_metadata": ["training_data"],
        "sections_generated": [],
        "completeness_ratio": 2 / 9,
        "body_completeness_ratio": 1 / 9,
        "parse_status": "ok",
        "flags": [],
        "hints": [],
        "front_matter": '{"license":"apache-2.0"}',
        **values,
    }


CARDS = [
    card("deep/Base-1", "a" * 40, n_chars=900, n_body_chars=800, n_own_chars=700, n_hand_chars=700, template_share=0.0),
    card("deep/Base-1", "b" * 40, is_current=False),
    card("mila/base-1-chat", "c" * 40, ["trl", "trainer"]),
    card("q/base-1-chat-GGUF", "d" * 40, ["mradermacher"]),
]

EVALUATION_CLAIMS = [
    {
        "model_id": "deep/Base-1",
        "claim_number": number,
        "card_sha": "a" * 40,
        "claim_source": "model_index",
        "dataset": "songs",
        "metric": metric,
        "reported_text": text,
        "reported_value": value,
        "reported_spread": spread,
        "is_percent": False,
        "has_verify_token": False,
    }
    for number, (metric, text, value, spread) in enumerate(
        [("accuracy", "0.81", 0.81, None), ("reward", "12 +/- 3", 12.0, 3.0)]
    )
]

CARBON_CLAIMS = [
    {
        "model_id": "deep/Base-1",
        "claim_source": "metadata",
        "card_sha": "a" * 40,
        "reported_text": "1200",
        "emissions_grams": 1200.0,
        "is_unit_assumed": True,
    }
]


def card_drift(card_measure: str, parent_mean: float, child_mean: float) -> Row:
    """A row of card_drift over finetune edges."""
    change = child_mean - parent_mean
    return {
        "relation_scope": "finetune",
        "card_measure": card_measure,
        "n_pairs": 40,
        "n_clusters": 12,
        "parent_mean": parent_mean,
        "child_mean": child_mean,
        "mean_change": change,
        "mean_change_low95": change - 1,
        "mean_change_high95": change + 1,
        "parent_median": parent_mean,
        "child_median": child_mean,
    }


CARD_DRIFT = [card_drift("n_body_chars", 900.0, 300.0), card_drift("is_template", 0.25, 0.5)]

INHERITED_SECTIONS = [
    {
        "relation_scope": "quantized",
        "section": section,
        "n_pairs": 20,
        "n_clusters": 12,
        "n_inherited": n_inherited,
        "inherited_share": n_inherited / 20,
        "inherited_share_low95": n_inherited / 20 - 0.1,
        "inherited_share_high95": n_inherited / 20 + 0.1,
    }
    for section, n_inherited in (("caveats", 15), ("training_data", 5))
]

CARD_DUPLICATES = [
    {
        "model_id": "q/base-1-chat-GGUF",
        "card_sha": "d" * 40,
        "representative_id": "mila/base-1-chat",
        "card_likeness": 0.9,
        "is_same_text": False,
        "n_cluster_models": 2,
        "is_linked": True,
    }
]

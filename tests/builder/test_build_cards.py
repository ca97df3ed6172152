"""From landed cards to the tables of cards: sections, completeness, results and emissions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builder.landed import NIGHT, built, described, land_cards, land_records, record, row
from warehouse.paths import Layout

CARD = b"""---
license: mit
datasets: [songs]
licences: gpl-3.0
model-index:
- name: wren
  results:
  - dataset: {type: songs}
    metrics: [{type: f1, value: 0.5}]
co2_eq_emissions: 7
---
# Wren

## Limitations

It knows no finches.

## Training data

More information needed
"""


def test_a_card_brings_sections_hints_results_and_emissions(home: Layout) -> None:
    land_records(home, record("o/wren"))
    land_cards(home, {"model_id": "o/wren", "card_sha": "c1", "content": CARD, "n_bytes": len(CARD)})
    tables = described(home)
    card = row(tables["cards"], model_id="o/wren")
    assert (card["has_caveats"], card["n_caveats_chars"]) == (True, len("It knows no finches."))
    assert (card["has_training_data"], card["n_training_data_chars"]) == (True, 0)
    assert (card["has_factors"], card["n_factors_chars"]) == (False, 0)
    assert card["sections_from_metadata"] == ["model_details", "training_data", "quantitative_analyses"]
    assert card["completeness_ratio"] == pytest.approx(4 / 9)
    assert card["body_completeness_ratio"] == pytest.approx(1 / 9)
    assert (card["generator"], card["generators"], card["is_template"]) == (None, [], False)
    assert (card["hints"], card["flags"]) == (["license=gpl-3.0 (licences)"], ["key_variant"])
    claim = row(tables["evaluation_claims"], model_id="o/wren")
    assert (claim["card_sha"], claim["claim_source"], claim["dataset"], claim["reported_value"]) == (
        "c1", "model_index", "songs", 0.5,
    )  # fmt: skip
    assert row(tables["carbon_claims"], model_id="o/wren")["emissions_grams"] == 7


def test_without_a_card_the_hubs_metadata_tell_results_and_emissions(home: Layout) -> None:
    data = {"co2_eq_emissions": {"emissions": 3}, "model-index": [{"results": [{"metrics": [{"type": "f1", "value": 0.25}]}]}]}
    land_records(home, record("o/wren", cardData=data), record("o/finch", cardData=data), kind="details")
    land_cards(home, {"model_id": "o/finch", "card_sha": "c1", "content": b"---\nlicense: mit\n---\n"})
    tables = described(home)
    claim = row(tables["evaluation_claims"], model_id="o/wren")
    assert (claim["card_sha"], claim["reported_value"]) == (None, 0.25)
    assert row(tables["carbon_claims"], model_id="o/wren")["emissions_grams"] == 3
    assert tables["evaluation_claims"].height == 1, "the card that was read states none"


def test_only_the_current_card_states_results(home: Layout) -> None:
    land_records(home, record("o/wren"))
    land_cards(home, {"model_id": "o/wren", "card_sha": "c1", "content": CARD})
    land_cards(home, {"model_id": "o/wren", "card_sha": "c2", "content": b"# Wren\n"}, at=NIGHT + timedelta(days=1))
    tables = described(home)
    assert tables["cards"].height == 2
    assert tables["evaluation_claims"].is_empty()


def test_a_copied_card_is_a_duplicate_of_the_older_models(home: Layout) -> None:
    text = b"# Bird\n\n" + b" ".join(b"word%d" % n for n in range(60))
    land_records(home, record("o/new", createdAt="2024-05-01T00:00:00.000Z", tags=["base_model:o/old"]), record("o/old"))
    land_records(home, record("o/none"), at=NIGHT + timedelta(days=1))
    for name, content in (("o/new", text + b" again"), ("o/old", text), ("o/none", b"# Bird\n")):
        land_cards(home, {"model_id": name, "card_sha": f"c-{name}", "content": content}, at=NIGHT + timedelta(hours=len(name)))
    tables = built(home)
    found = row(tables["card_duplicates"], model_id="o/new")
    assert (found["representative_id"], found["n_cluster_models"], found["is_same_text"]) == ("o/old", 2, False)
    assert found["is_linked"] is True
    assert tables["card_duplicates"].height == 1
    drift = tables["card_drift"].filter(relation_scope="finetune", card_measure="n_chars")
    assert drift["mean_change"].to_list() == [len(" again")]


def test_a_section_that_a_child_repeats_is_inherited(home: Layout) -> None:
    old = b"# Bird\n\n## Limitations\n\nIt knows no finches.\n"
    new = old + b"\n## Training data\n\nSongs of the garden.\n"
    land_records(home, record("o/new", createdAt="2024-05-01T00:00:00.000Z", tags=["base_model:o/old"]), record("o/old"))
    for name, content in (("o/new", new), ("o/old", old)):
        land_cards(home, {"model_id": name, "card_sha": f"c-{name}", "content": content}, at=NIGHT + timedelta(hours=len(name)))
    found = built(home)["inherited_sections"]
    assert found.select("relation_scope", "section", "n_pairs", "n_inherited").rows() == [
        (scope, "caveats", 1, 1) for scope in ("all", "finetune", "no_merges")
    ]

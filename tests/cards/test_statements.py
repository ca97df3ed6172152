"""Results and emissions as cards state them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.cards import read_card, statements_in_metadata
from pipelines.cards.statements import MAX_CLAIMS, CarbonClaim, EvaluationClaim, parsed
from tests.cards.test_card_frames import metadata_rows


def evaluations(card: str) -> list[EvaluationClaim]:
    return read_card(card.encode()).statements.evaluations


def carbon(card: str) -> list[CarbonClaim]:
    return read_card(card.encode()).statements.carbon


def with_front(**fields: Any) -> str:
    return f"---\n{json.dumps(fields)}\n---\n# Wren\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.9123", (0.9123, None, False)),
        ("266.87 +/- 20.84", (266.87, 20.84, False)),
        ("12.5 ± 0.3", (12.5, 0.3, False)),
        ("**83.1%**", (83.1, None, True)),
        ("1,234.5", (1234.5, None, False)),
        ("-3e-5", (-3e-05, None, False)),
        ("good", (None, None, False)),
        ("", (None, None, False)),
        ("nan", (None, None, False)),
        ("1e999", (None, None, False)),
        ("7B", (None, None, False)),
        ("." * 300, (None, None, False)),
    ],
)
def test_a_value_is_read_with_its_spread(text: str, expected: tuple[float | None, float | None, bool]) -> None:
    assert parsed(text) == expected


def test_model_index_gives_one_claim_a_metric() -> None:
    index = [
        {
            "name": "wren",
            "results": [
                {
                    "task": {"type": "audio-classification", "name": "Songs"},
                    "dataset": {"type": "songs", "name": "Songs of May", "config": "garden", "split": "test"},
                    "metrics": [
                        {"type": "accuracy", "value": 0.81, "name": "Test acc", "verifyToken": "x"},
                        {"type": "f1", "value": "0.7 +/- 0.1"},
                        {"type": "wer", "value": None},
                    ],
                    "source": {"url": "https://example.org", "name": "Board"},
                }
            ],
        }
    ]
    first, second = evaluations(with_front(**{"model-index": index}))
    assert (first.task, first.dataset, first.dataset_config, first.dataset_split) == (
        "audio-classification", "songs", "garden", "test",
    )  # fmt: skip
    assert (first.metric, first.reported_text, first.reported_value, first.has_verify_token) == ("accuracy", "0.81", 0.81, True)
    assert (first.source_url, first.row_label, first.column_label) == ("https://example.org", "Songs of May", "Test acc")
    assert (second.reported_value, second.reported_spread, second.has_verify_token) == (0.7, 0.1, False)


@pytest.mark.parametrize(
    "index", [None, {}, [], "wren", [None], [{"results": None}], [{"results": [{"metrics": {"value": {}}}]}], {"error": "bad"}]
)
def test_an_index_without_results_states_nothing(index: Any) -> None:
    assert evaluations(with_front(**{"model-index": index})) == []


def test_the_trainers_list_ends_where_it_ends() -> None:
    card = (
        "It achieves the following results on the evaluation set:\n- Loss: 0.4321\n- Accuracy: 0.9\n\n## Model description\n\n"
        "- Wings: 2\n"
    )
    found = evaluations(card)
    assert [(claim.metric, claim.reported_value) for claim in found] == [("Loss", 0.4321), ("Accuracy", 0.9)]
    assert {claim.claim_source for claim in found} == {"result_list"}


def test_a_table_of_scores_gives_its_cells_with_their_labels() -> None:
    card = "## Results\n\n| Test | wren | finch |\n|:--|--:|--:|\n| MMLU | **61.2** | 58.0 % |\n| Name | small | big |\n"
    found = evaluations(card)
    assert [(claim.row_label, claim.column_label, claim.reported_text, claim.reported_value) for claim in found] == [
        ("MMLU", "wren", "61.2", 61.2),
        ("MMLU", "finch", "58.0 %", 58.0),
    ]
    assert [claim.is_percent for claim in found] == [False, True]


@pytest.mark.parametrize(
    "table",
    [
        "| Training Loss | Epoch | Step | Accuracy |\n|---|---|---|---|\n| 0.1 | 1 | 10 | 0.9 |\n",
        "| Link | Type | Size/GB |\n|---|---|---|\n| GGUF | Q4_K_M | 4.9 |\n",
        "| Accuracy | wren |\nno rule\n| f1 | 0.5 |\n",
        "```\n| Test | wren |\n|---|---|\n| MMLU | 61 |\n```\n",
    ],
)
def test_logs_lists_of_files_and_code_are_no_results(table: str) -> None:
    assert evaluations(table) == []


def test_claims_of_one_card_are_capped() -> None:
    rows = "".join(f"| MMLU-{n} | {n} | {n} | {n} | {n} |\n" for n in range(99))
    assert len(evaluations(f"| Test | a | b | c | d |\n|---|---|---|---|---|\n{rows}")) == MAX_CLAIMS


@pytest.mark.parametrize(
    ("value", "grams", "is_assumed"),
    [
        (100, 100.0, True),
        ("7.3", 7.3, True),
        ("1.5 kg", 1500.0, False),
        ("~2 tCO2eq", 2_000_000.0, False),
        ("12 g CO2", 12.0, False),
        ("a lot", None, False),
        ("3 bananas", None, False),
    ],
)
def test_bare_emissions_are_grams_by_assumption(value: Any, grams: float | None, is_assumed: bool) -> None:
    (claim,) = carbon(with_front(co2_eq_emissions=value))
    assert (claim.claim_source, claim.emissions_grams, claim.is_unit_assumed) == ("metadata", grams, is_assumed)


def test_an_object_of_emissions_keeps_its_details() -> None:
    details = {"emissions": 0.12, "source": "a meter", "training_type": "fine-tuning", "geographical_location": "Ghent"}
    (claim,) = carbon(with_front(co2_eq_emissions={**details, "hardware_used": "1 bicycle"}))
    assert claim == CarbonClaim("metadata", "0.12", 0.12, True, "a meter", "fine-tuning", "Ghent", "1 bicycle")


def test_words_of_known_templates_state_emissions_too() -> None:
    assert carbon("- CO2 Emissions (in grams): 12.5\n") == [CarbonClaim("card_text", "12.5", 12.5, False)]
    assert carbon("- **Carbon Emitted:** [More Information Needed]\n") == []
    assert carbon("- **Carbon Emitted:** 3 kg\n")[0].emissions_grams == 3000


def test_metadata_of_models_without_a_card_state_the_same() -> None:
    index = [{"results": [{"metrics": [{"type": "f1", "value": 0.5}]}]}]
    rows = [("o/a", json.dumps({"model-index": index})), ("o/b", json.dumps({"co2_eq_emissions": 7})), ("o/c", "nope")]
    found = statements_in_metadata(metadata_rows(*rows))
    assert found.evaluations.select("model_id", "metric", "reported_value").rows() == [("o/a", "f1", 0.5)]
    assert found.carbon.select("model_id", "emissions_grams").rows() == [("o/b", 7.0)]

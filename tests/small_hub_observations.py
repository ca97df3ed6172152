"""Losses of the small hub."""

from __future__ import annotations

from typing import Any

from small_hub_rows import SEEN, Row


def loss(source_row: int, value: float, **values: Any) -> Row:
    """A row of losses with plain defaults."""
    return {
        "series": "pebbles",
        "run_id": f"pebble-{source_row}",
        "parameter_count": 1e8,
        "parameter_definition": "with_embeddings",
        "token_count": 2e9,
        "compute_flop": 1.2e18,
        "eval_set": "held-out",
        "tokenizer": "bpe",
        "loss": value,
        "published_loss": value,
        "log_base": "e",
        "is_final": True,
        "broken_columns": [],
        "loss_source": "import",
        "source_name": "pebbles",
        "source_file": "pebbles.csv",
        "source_row": source_row,
        "source_license": "MIT",
        "source_citation": "Pebble et al.",
        "observed_at": SEEN,
        **values,
    }


def score(source_row: int, model_id: str, value: float, **values: Any) -> Row:
    """A row of evaluations with plain defaults."""
    return {
        "model_id": model_id,
        "model_ref": model_id,
        "protocol_id": "board/quiz/5-shot/acc/plain",
        "harness": "board",
        "benchmark": "quiz",
        "n_shots": 5,
        "prompt_format": "plain",
        "metric": "acc",
        "metric_kind": "accuracy",
        "is_higher_better": True,
        "value": value,
        "stderr": 0.01,
        "stderr_source": "binomial",
        "n_items": 2000,
        "parameter_count": 7e9,
        "evaluation_source": "import",
        "source_name": "board",
        "source_file": "board.csv",
        "source_row": source_row,
        "observed_at": SEEN,
        **values,
    }


def change(relation: str, baseline: str, mean: float, **values: Any) -> Row:
    """A row of score_changes with plain defaults."""
    return {
        "relation": relation,
        "baseline": baseline,
        "protocol_id": "board/quiz/5-shot/acc/plain",
        "n_pairs": 1,
        "n_parents_compared": 1,
        "score_change": mean,
        "median_change": mean,
        "improved_share": float(mean > 0),
        "clear_share": 1.0,
        **values,
    }


def claimed(claim_number: int, benchmark: str, text: str, **values: Any) -> Row:
    """A row of claimed_results that nobody measured."""
    return {
        "model_id": "deep/Base-1",
        "claim_number": claim_number,
        "claim_source": "model_index",
        "benchmark_name": benchmark,
        "reported_text": text,
        "claimed_metric": "acc",
        "is_rescaled": False,
        "n_measured": 0,
        "comparison_doubts": [],
        **values,
    }


MEASURED = {
    "claimed_unit": "percent",
    "claimed_value": 0.645,
    "protocol_id": "board/quiz/5-shot/acc/plain",
    "source_name": "board",
    "measured_value": 0.6,
    "measured_stderr": 0.01,
    "n_measured": 1,
    "claimed_difference": 0.645 - 0.6,
    "is_beyond_error": True,
    "comparison_doubts": ["shots_untold"],
}


def observations() -> dict[str, list[Row]]:
    """Two runs of one series, one with two checkpoints, and a model of the hub."""
    return {
        "score_scaling": [
            {
                "protocol_id": "board/quiz/5-shot/acc/plain",
                "metric_kind": "accuracy",
                "n_scored_models": 5,
                "n_computes": 5,
                "rank_correlation": 0.8,
                "rank_correlation_low95": 0.1,
                "rank_correlation_high95": 0.97,
            }
        ],
        "score_changes": [
            change("finetune", "parent", 0.1),
            change("quantized", "parent", -0.05),
            change("merge", "parent", 0.15, score_change_low95=0.05, score_change_high95=0.25),
            change("merge", "best_parent", 0.05),
        ],
        "score_fronts": [
            {
                "protocol_id": "board/quiz/5-shot/acc/plain",
                "model_ref": model,
                "model_id": model,
                "value": value,
                "parameter_count": 7e9,
                "known_at": SEEN,
            }
            for model, value in (("deep/Base-1", 0.6), ("mix/twins", 0.75))
        ],
        "design_gains": [
            {
                "protocol_id": "board/quiz/5-shot/acc/plain",
                "n_scored_models": 120,
                "n_scored_families": 30,
                "scale_error": 0.1,
                "design_error": 0.08,
                "design_gain": 1 - 0.08 / 0.1,
                "design_gain_low95": 0.1,
                "design_gain_high95": 0.3,
                "shuffled_gain": -0.02,
                "shuffled_gain_largest": 0.01,
            }
        ],
        "claimed_results": [
            claimed(0, "songs", "0.81", comparison_reason="benchmark_not_measured"),
            claimed(2, "quiz", "64.5", **MEASURED),
        ],
        "evaluations": [
            score(0, "deep/Base-1", 0.6),
            score(1, "mila/base-1-chat", 0.7),
            score(2, "odd/base-1-lora", 0.5),
            score(3, "mix/twins", 0.75),
            score(4, "q/base-1-chat-GGUF", 0.65),
        ],
        "losses": [
            loss(0, 3.5, run_id="pebble-0", step=100, token_count=1e9, compute_flop=6e17, is_final=False),
            loss(1, 3.25, run_id="pebble-0", step=200),
            loss(2, 3.0, run_id="pebble-1", parameter_count=2e8, compute_flop=None, broken_columns=["compute_flop"]),
            loss(
                3, 2.0, series="deep/Base", model_id="deep/Base-1", model_ref="deep/base-1", published_loss=2.885, log_base="2"
            ),
            loss(
                1000,
                2.5,
                series="mila/base",
                run_id="mila/base-1-chat",
                model_id="mila/base-1-chat",
                model_ref="mila/base-1-chat",
                compute_flop=None,
                loss_source="card_table",
                source_name="hub",
                source_file="mila/base-1-chat",
                tokenizer=None,
            ),
        ],
    }

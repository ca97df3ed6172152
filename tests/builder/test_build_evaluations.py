"""Scores through a build: one row a protocol, errors with their source, what can't be true set aside, all accounted for."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest
from landed import built, land_records, record, row, settings_of

from pipelines import steps
from pipelines.bulk.observations.leaderboard import SCORES
from pipelines.bulk.observations.wish import Wish
from warehouse.paths import Layout


def bring(home: Layout, folder: Path, **columns: list[object]) -> None:
    table = {
        "fullname": ["ANN/base", "bob/unknown"],
        "Precision": ["bfloat16"] * 2,
        "Chat Template": ["False", "True"],
        "Model sha": ["a", "b"],
        "#Params (B)": [7.0, 3.0],
        "Type": ["🟢 pretrained"] * 2,
        "Base Model": ["x/y", "Removed"],
        "Submission Date": ["2024-06-12"] * 2,
        **{score.column: [0.5, 0.25] for score in SCORES},
        **columns,
    }
    path = folder / "board.csv"
    pl.DataFrame(table).write_csv(path)
    steps.import_observations(settings_of(home), Wish(str(path), "evaluations", "open-llm-leaderboard"), observed_at=None)


def index(*metrics: dict[str, object]) -> list[dict[str, object]]:
    return [{"name": "x", "results": [{"task": {"type": "t"}, "dataset": {"type": "quiz"}, "metrics": list(metrics)}]}]


def test_imported_scores_have_protocols_errors_and_models(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path, **{"GPQA Raw": [1.5, 0.25]})
    bring(home, tmp_path, **{"GPQA Raw": [1.5, 0.5]})
    tables = built(home)
    scores = tables["evaluations"]
    known = row(scores, model_id="ann/base", benchmark="mmlu_pro")
    assert known["protocol_id"] == "open_llm_leaderboard_v2/mmlu_pro/5-shot/acc/plain"
    assert known["stderr"] == pytest.approx(math.sqrt(0.25 / 12032))
    assert (known["stderr_source"], known["n_items"]) == ("binomial", 12032)
    assert set(scores.filter(model_ref="bob/unknown")["model_id"]) == {None}
    aside = row(tables["quarantine"], landing_kind="evaluations")
    assert aside["reason"] == "score is no share between 0 and 1"
    went = row(tables["conservation"], landing_kind="evaluations")
    assert (went["n_landed"], went["n_kept"], went["n_superseded"], went["n_quarantined"]) == (24, 11, 12, 1)


def test_scores_of_cards_are_shares_and_losses_are_not_among_them(home: Layout) -> None:
    results = index(
        {"type": "accuracy", "value": 83.5}, {"type": "f1", "value": 0.8}, {"type": "loss", "value": 0.4},
        {"type": "wer", "value": 12},
        {"type": "accuracy", "value": "1200"},
    )  # fmt: skip
    land_records(home, record("ann/base", cardData={"model-index": results}))
    tables = built(home)
    found = tables["evaluations"].select("metric", "value", "metric_kind", "is_higher_better").rows()
    assert found == [("accuracy", 0.835, "accuracy", True), ("f1", 0.8, "accuracy", True), ("wer", 12.0, "other", False)]
    assert set(tables["evaluations"]["harness"]) == {"model_card"}
    assert tables["losses"]["loss"].to_list() == [0.4]
    assert tables["conservation"].filter(landing_kind="evaluations").is_empty()

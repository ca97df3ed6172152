"""Scores of every format, on invented files: what a row becomes and under which protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import measured_files as files
import pytest
from import_dumps import Rows, at

from pipelines.bulk import ImportReport
from pipelines.bulk.importing import import_file
from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.leaderboard import SCORES
from pipelines.bulk.observations.wish import Wish
from warehouse.errors import UsageError
from warehouse.paths import Layout

BOARD = {
    "fullname": ["ann/base", "bob/chat"],
    "Precision": ["bfloat16", "4bit"],
    "Chat Template": ["False", "True"],
    "Model sha": ["a1", None],
    "#Params (B)": [7.2, -1.0],
    "Type": ["🟢 pretrained", "💬 chat models"],
    "Base Model": ["ann/base", "Removed"],
    "Submission Date": ["2024-06-12", None],
    **{score.column: [0.5, 0.25] for score in SCORES},
}
OBSERVED = {
    "Model": ["ann/base", "bob/other"],
    "Model Family": ["Ann", "Bob"],
    "Model Size (B)": [7.0, None],
    "Pretraining Data Size (T)": [2.0, None],
    "FLOPs (1E21)": [84.0, None],
    "MMLU": [0.5, None],
    "Arena-Elo": [1100.0, 900.0],
}
LADDER = {
    "run": ["190M-1xC"],
    "_step": [100.0],
    "throughput/total_tokens": [1e9],
    "batch_size_in_tokens": [10],
    "eval/c4_en-validation/CrossEntropyLoss": [3.0],
    "eval/downstream_bpb/piqa_val_rc_5shot_bpb": [1.25],
    "eval/downstream_soft/piqa_val_rc_5shot_soft": [0.5],
    "eval/downstream_soft_log/piqa_val_rc_5shot_soft_log": [-0.7],
    "eval/downstream/piqa_val_rc_5shot_len_norm": [0.6],
    "eval/downstream/piqa_val_mc_5shot_acc": [0.25],
}


@pytest.fixture
def bring(home: Layout, tmp_path: Path) -> Any:
    """Import a file of scores."""

    def bring(path: Path, form: str, kind: str = "evaluations") -> ImportReport:
        chosen = choose(Wish(str(path), kind, form), mirror=tmp_path / "none", cache=tmp_path, offline=True)
        return import_file(
            chosen.path,
            chosen.form.kind,  # type: ignore[arg-type]  # one of the kinds
            home.landing,
            observed_at=chosen.released_at,
            started_at=at("2026-01-01"),
            form=chosen.form,
        )

    return bring


def test_the_leaderboard_has_six_scores_a_model_and_nulls_for_its_marks(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "board.csv", BOARD), "open-llm-leaderboard")
    rows = landed("evaluations")
    assert len(rows) == 12
    first, last = rows[0], rows[-1]
    assert (first["parameter_count"], first["model_type"], first["prompt_format"]) == (7.2e9, "pretrained", "plain")
    assert (last["parameter_count"], last["base_model_ref"], last["prompt_format"]) == (None, None, "chat_template")
    assert {row["benchmark"]: row["n_shots"] for row in rows}["math_hard"] == 4


def test_observational_scores_carry_their_compute(bring: Any, landed: Rows, tmp_path: Path) -> None:
    report = bring(files.csv(tmp_path / "base_llm_benchmark_eval.csv", OBSERVED), "observational", "losses")
    assert report.kind == "evaluations", "a release of scores alone is landed as what it is"
    rows = landed("evaluations")
    assert [(row["model_ref"], row["benchmark"]) for row in rows] == [
        ("ann/base", "Arena-Elo"),
        ("ann/base", "MMLU"),
        ("bob/other", "Arena-Elo"),
    ]
    assert (rows[1]["parameter_count"], rows[1]["token_count"], rows[1]["compute_flop"]) == (7e9, 2e12, 84e21)
    assert [row["metric_kind"] for row in rows] == ["other", "accuracy", "other"]


def test_the_ladders_metrics_are_told_apart_by_kind(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "last5.csv", LADDER), "olmo-ladder")
    rows = {(row["benchmark"], row["metric"]): row for row in landed("evaluations")}
    assert set(rows) == {
        ("piqa_rc", "bits_per_byte"),
        ("piqa_rc", "soft"),
        ("piqa_rc", "soft_log"),
        ("piqa_rc", "len_norm"),
        ("piqa_mc", "acc"),
    }
    assert rows["piqa_rc", "bits_per_byte"]["is_higher_better"] is False
    assert {row["metric_kind"] for row in rows.values()} == {"nll", "probability", "log_probability", "accuracy"}
    assert {(row["split"], row["n_shots"], row["parameter_count"]) for row in rows.values()} == {("val", 5, 190_354_176)}


def test_pythia_keeps_accuracies_and_leaves_perplexities_to_losses(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "steps.csv", files.PYTHIA), "pythia")
    (row,) = landed("evaluations")
    assert (row["metric"], row["value"], row["step"], row["series"]) == ("acc", 0.1, 1000, "pythia-deduped")


def test_percentages_of_big_bench_are_shares(bring: Any, landed: Rows, tmp_path: Path) -> None:
    table = {"size": ["125m"], "steps": [10], "flops": [1e18], "tokens": [1e9], "bigbench__swim": [45.0]}
    bring(files.csv(tmp_path / "opt.csv", table), "hitchhiker")
    (row,) = landed("evaluations")
    assert (row["benchmark"], row["value"], row["parameter_count"]) == ("swim", pytest.approx(0.45), 1.25e8)


def test_a_format_of_losses_alone_has_no_scores(bring: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="chinchilla holds nothing of kind evaluations"):
        bring(files.csv(tmp_path / "points.csv", files.CHINCHILLA), "chinchilla")
    with pytest.raises(UsageError, match="no field 'L'"):
        choose(Wish(str(tmp_path), "evaluations", None, ("L=x",)), mirror=tmp_path, cache=tmp_path, offline=True)


@pytest.mark.real
def test_the_recorded_releases_have_their_rows(home: Layout, real_data: Path, tmp_path: Path) -> None:
    if not (real_data / "evals").is_dir():
        pytest.skip(f"{real_data / 'evals'} is not here")
    heights = {}
    for name in ("open-llm-leaderboard", "observational", "olmo-ladder", "pythia", "gemstones", "hitchhiker"):
        chosen = choose(Wish(name, "evaluations"), mirror=real_data, cache=tmp_path, offline=True)
        report = import_file(
            chosen.path,
            "evaluations",
            home.landing,
            observed_at=chosen.released_at,
            started_at=at("2026-01-01"),
            form=chosen.form,
        )
        heights[name] = report.n_rows
    assert heights == {
        "open-llm-leaderboard": 3827 * 6,
        "observational": 21_254,
        "olmo-ladder": 17_100,
        "pythia": 6048 - 432,
        "gemstones": 770 * 9,
        "hitchhiker": 147 * 6,
    }

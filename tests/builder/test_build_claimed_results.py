"""Claims of cards beside imported measurements: units made equal, protocols matched, and a reason where nothing compares."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from landed import built, land_cards, land_records, record, row, settings_of

from pipelines import steps
from pipelines.bulk.observations.leaderboard import SCORES
from pipelines.bulk.observations.wish import Wish
from warehouse import codes
from warehouse.paths import Layout

V2 = "https://huggingface.co/spaces/open-llm-leaderboard/open_llm_leaderboard?query=ann/base"
TABLE = """
| Benchmark | base | rival-7b |
|---|---|---|
| MMLU-Pro (5-shot) | 62.5 | 70.1 |
| HellaSwag | 81.0 | 80.0 |
| Lambada PPL | 6.1 | 7.0 |
"""


def claim(
    dataset: dict[str, object], metric: str, value: object, *, url: str | None = None, name: str | None = None
) -> dict[str, object]:
    """One result of model-index."""
    source = {"source": {"url": url}} if url else {}
    return {"task": {"type": "t"}, "dataset": dataset, "metrics": [{"type": metric, "value": value, "name": name}], **source}


RESULTS = [
    claim({"type": "mmlu_pro", "name": "MMLU-PRO (5-shot)"}, "acc", 62.5),
    claim({"type": "mmlu_pro", "name": "MMLU-PRO (5-shot)"}, "acc", 0.625),
    claim({"type": "TIGER-Lab/MMLU-Pro", "name": "MMLU-PRO (5-shot)"}, "acc", 50.0, url=V2, name="accuracy"),
    claim({"type": "Idavidrein/gpqa", "name": "GPQA (0-shot)"}, "acc_norm", 10.0, url=V2),
    claim({"type": "wis-k/instruction-following-eval", "name": "IFEval (0-Shot)"}, "strict accuracy", 0.9, url=V2),
    claim({"type": "bbh", "name": "BBH (3-Shot)"}, "acc_norm", 30.0, url=V2),
    claim({"type": "mmlu_pro", "name": "MMLU-PRO (0-shot)"}, "acc", 62.5),
    claim({"type": "mmlu_pro", "name": "MMLU-PRO"}, "f1", 62.5),
    claim({"type": "mmlu_pro", "name": "MMLU-PRO"}, "acc", 625),
    claim({"type": "mmlu_pro"}, "acc", "good"),
    claim({"type": "ai2_arc", "config": "ARC-Challenge", "name": "ARC"}, "acc_norm", 50.0),
    claim({"type": "LunarLander-v2"}, "mean_reward", "266.87 +/- 20.84"),
    claim({"type": "mmlu_pro"}, "loss", 1.5),
    claim({}, "acc", 50.0),
    claim({"type": "mmlu_pro"}, "pass@10", 50.0),
]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Two models that claim results, of which a leaderboard measured the first."""
    home = Layout(tmp_path_factory.mktemp("claims"))
    index = [{"name": "x", "results": RESULTS}]
    land_records(
        home,
        record("ann/base", cardData={"model-index": index}, sha="bbbb"),
        record("bob/other", cardData={"model-index": [{"name": "x", "results": RESULTS[:1]}]}),
        record("ann/table-base", sha="cccc"),
    )
    board = {
        "fullname": ["ann/base", "ANN/table-base"],
        "Precision": ["bfloat16"] * 2,
        "Chat Template": ["False"] * 2,
        "Model sha": ["aaaa", "cccc"],
        "#Params (B)": [7.0] * 2,
        "Type": ["pretrained"] * 2,
        "Base Model": ["x/y"] * 2,
        "Submission Date": ["2024-06-12"] * 2,
        **{score.column: [0.5, 0.5] for score in SCORES},
    }
    path = home.home / "board.csv"
    pl.DataFrame(board).write_csv(path)
    steps.import_observations(settings_of(home), Wish(str(path), "evaluations", "open-llm-leaderboard"), observed_at=None)
    text = TABLE.replace("| base |", "| Table-Base |")
    land_cards(home, {"model_id": "ann/table-base", "card_sha": "d" * 40, "content": text.encode()})
    return built(home)["claimed_results"]


def test_units_are_made_equal(compared: pl.DataFrame) -> None:
    for number, unit in enumerate(["percent", "share"]):
        found = row(compared, model_id="ann/base", claim_number=number)
        assert found["claimed_unit"] == unit
        assert found["protocol_id"] == "open_llm_leaderboard_v2/mmlu_pro/5-shot/acc/plain"
        assert found["claimed_difference"] == pytest.approx(0.125)
        assert found["is_beyond_error"]
        assert found["comparison_doubts"] == ["other_revision"]


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (2, 0.1 + 0.9 * 0.5),  # 50 of the part above chance, where chance is a tenth
        (3, 0.25 + 0.75 * 0.1),
        (4, 0.009),  # a leaderboard writes percent, also below 1
    ],
)
def test_what_a_leaderboard_rescaled_is_turned_back(compared: pl.DataFrame, number: int, value: float) -> None:
    found = row(compared, model_id="ann/base", claim_number=number)
    assert found["claimed_value"] == pytest.approx(value)
    assert found["claimed_difference"] == pytest.approx(value - 0.5)
    assert found["comparison_doubts"] == ["other_revision", "rescaled"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (5, "rescaled_by_parts"),
        (6, "other_shots"),
        (7, "other_metric"),
        (8, "other_unit"),
        (9, "no_number"),
        (10, "benchmark_not_measured"),
        (11, "benchmark_not_measured"),
        (13, "benchmark_untold"),
        (14, "other_metric"),
    ],
)
def test_what_does_not_compare_says_why(compared: pl.DataFrame, number: int, reason: str) -> None:
    found = row(compared, model_id="ann/base", claim_number=number)
    assert found["comparison_reason"] == reason
    assert (found["claimed_value"], found["protocol_id"], found["n_measured"]) == (None, None, 0)


def test_a_loss_is_no_claim_of_a_score_and_an_unmeasured_model_says_so(compared: pl.DataFrame) -> None:
    assert compared.filter(model_id="ann/base", claim_number=12).is_empty()
    assert row(compared, model_id="bob/other")["comparison_reason"] == "model_not_measured"
    assert row(compared, model_id="ann/base", claim_number=10)["benchmark_name"] == "arc_challenge"


def test_only_the_columns_that_bear_the_models_own_name_are_its_claims(compared: pl.DataFrame) -> None:
    own = compared.filter(model_id="ann/table-base").sort("claim_number")
    assert own["reported_text"].to_list() == ["62.5", "81.0"]
    pair = own.row(0, named=True)
    assert pair["claimed_difference"] == pytest.approx(0.125)
    assert pair["comparison_doubts"] == ["metric_untold"]
    assert own["comparison_reason"].to_list() == [None, "benchmark_not_measured"]


def test_a_benchmark_has_one_chance_under_all_its_spellings() -> None:
    table = codes.frame("benchmarks")
    assert table["benchmark_key"].str.contains(r"^[a-z0-9]+$").all()
    assert table.group_by("benchmark_name").agg(pl.col("chance").n_unique())["chance"].max() == 1
    named = {score.benchmark for score in SCORES}
    assert named <= set(table["benchmark_name"])


@pytest.mark.real
def test_the_leaderboard_subtracts_chance_as_the_table_says(real_data: Path) -> None:
    path = real_data / "evals" / "open_llm_leaderboard_2025-02.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    board = pl.read_csv(path)
    chances = {"GPQA": "gpqa", "MMLU-PRO": "mmlu_pro", "IFEval": "ifeval", "MATH Lvl 5": "math_hard"}
    known = dict(codes.frame("benchmarks").select("benchmark_name", "chance").iter_rows())
    for column, name in chances.items():
        raw, chance = board[f"{column} Raw"], known[name]
        expected = ((raw - chance) / (1 - chance)).clip(0) * 100
        assert (expected - board[column]).abs().max() < 1e-9, column

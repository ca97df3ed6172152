"""Every format of a public release, on invented files: what a row becomes, in which unit, and what is told of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import measured_files as files
import pytest
from import_dumps import Rows, at

from pipelines.bulk import ImportReport
from pipelines.bulk.importing import import_file
from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.wish import Wish
from warehouse.errors import CorruptFile, UsageError
from warehouse.paths import Layout


@pytest.fixture
def bring(home: Layout, tmp_path: Path) -> Any:
    """Import a file of losses as one of a release."""

    def bring(path: Path, form: str | None = None, **said: Any) -> ImportReport:
        wish = Wish(str(path), "losses", form, **said)
        chosen = choose(wish, mirror=tmp_path / "none", cache=tmp_path / "cache", offline=True)
        day = chosen.released_at
        return import_file(chosen.path, "losses", home.landing, observed_at=day, started_at=at("2026-01-01"), form=chosen.form)

    return bring


def test_chinchilla_points_have_their_tokens_from_compute(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "points.csv", files.CHINCHILLA), "chinchilla")
    first, second = landed("losses")
    assert (first["parameter_count"], first["token_count"], first["loss"]) == (1.25e8, 2e9, 3.5)
    assert (second["series"], second["run_id"], second["is_final"]) == ("chinchilla", "point-1", True)
    assert "Hoffmann" in first["source_citation"]
    assert first["source_url"].startswith("https://github.com/epoch-research/")
    assert first["extra"] == '{"x":"1.0"}'
    assert first["observed_at"] == at("2024-04-17")


def test_gemstones_tell_parameters_without_embeddings_apart(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.jsonl(tmp_path / "cool_end.jsonl", files.GEMSTONES), "gemstones")
    row = landed("losses")[0]
    assert row["parameter_count"] - row["non_embedding_parameter_count"] == 50_304 * 512
    assert (row["width"], row["depth"], row["step"], row["schedule"]) == (512, 4, 2385, "cooldown")
    assert row["series"] == "gemstones/cool_end"


def test_hub_models_of_the_gemstones_are_series_of_one_tokenizer(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.write_json(tmp_path / "hub.json", files.GEMSTONES_HUB), "gemstones")
    rows = landed("losses")
    assert [row["series"] for row in rows] == ["acme/Topaz-2", "acme/Topaz-2", "acme/Agate"]
    assert [row["model_ref"] for row in rows] == files.GEMSTONES_HUB["hf_name"]


def test_trajectories_have_unique_tokens_and_report_their_broken_compute(bring: Any, landed: Rows, tmp_path: Path) -> None:
    report = bring(files.csv(tmp_path / "datablations_losses.csv", files.TRAJECTORIES), "hitchhiker")
    rows = landed("losses")
    assert [row["unique_token_count"] for row in rows] == [20e9, 20e9, 10e9, 10e9]
    assert rows[0]["compute_flop"] == 9e22, "landed as the source has it"
    assert any("compute_flop is broken" in note and "2 of 2 runs" in note for note in report.notes)


def test_opt_logarithms_and_perplexities_are_converted(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "opt_trajectories.csv", files.OPT), "hitchhiker")
    row = landed("losses")[0]
    assert row["token_count"] == pytest.approx(1e9)
    assert row["loss"] == pytest.approx(6 * math.log(2))
    assert (row["published_loss"], row["log_base"], row["model_ref"]) == (64.0, "perplexity", "facebook/opt-125m")


def test_olmo_has_one_row_an_evaluation_set_and_entropies_before_perplexities(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "olmo.csv", files.OLMO), "hitchhiker")
    rows = {(row["step"], row["eval_set"]): row for row in landed("losses")}
    assert set(rows) == {(100, "c4_en"), (100, "pile"), (1000, "c4_en"), (1000, "pile")}
    assert rows[100, "c4_en"]["loss"] == pytest.approx(math.log(20))
    assert rows[1000, "c4_en"]["log_base"] == "e"
    assert rows[100, "c4_en"]["token_count"] == pytest.approx(4e8), "labels are rounded: 0B would be wrong"
    assert {row["run_id"] for row in rows.values()} == {"OLMo-7B"}


def test_the_ladder_takes_tokens_from_steps_where_it_must(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "steps.csv", files.LADDER), "olmo-ladder")
    rows = landed("losses")
    assert len(rows) == 5
    assert rows[2]["token_count"] == 100 * 524_288
    assert [rows[0]["parameter_count"], rows[-1]["parameter_definition"]] == [190_354_176, "nominal"]


def test_repeated_data_and_pythia(bring: Any, landed: Rows, tmp_path: Path) -> None:
    bring(files.csv(tmp_path / "runs.csv", files.REPEATED), "datablations")
    bring(files.csv(tmp_path / "steps.csv", files.PYTHIA), "pythia")
    runs = [row for row in landed("losses") if row["source_name"] == "datablations"]
    suite = [row for row in landed("losses") if row["source_name"] == "pythia"]
    assert [row["epochs"] for row in runs] == [3.0, 8.0]
    assert [row["series"] for row in suite] == ["pythia-deduped", "pythia"]
    assert suite[1]["token_count"] == 1000 * 2_097_152
    assert suite[1]["model_ref"] == "EleutherAI/pythia-1b"
    assert suite[0]["non_embedding_parameter_count"] < suite[0]["parameter_count"] == 70_426_624


def test_a_folder_lands_its_files_of_losses_and_names_the_others(bring: Any, landed: Rows, tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    folder.mkdir()
    files.jsonl(folder / "hot.jsonl", files.GEMSTONES)
    files.write_json(folder / "fit.json", {"success": True, "exponents": [0.3, 0.4]})
    report = bring(folder, "gemstones")
    assert report.n_rows == 3
    assert report.notes == ("nothing of kind losses in 1 files: fit.json",)
    assert {row["source_file"] for row in landed("losses")} == {"hot.jsonl"}


def test_the_same_file_again_lands_nothing_and_another_format_says_what_is_missing(bring: Any, tmp_path: Path) -> None:
    path = files.csv(tmp_path / "points.csv", files.CHINCHILLA)
    assert bring(path, "chinchilla").run_id == bring(path, "chinchilla").run_id
    assert bring(path, "chinchilla").is_already_landed
    with pytest.raises(UsageError, match="no rows of kind losses"):
        bring(path, "datablations")
    with pytest.raises(UsageError, match=r"lacks Model Size.*found columns: run_name"):
        bring(files.csv(tmp_path / "gems.csv", files.GEMSTONES), "chinchilla")


def test_a_file_of_nobody_knows_which_format_asks_for_one(bring: Any, tmp_path: Path) -> None:
    path = files.csv(tmp_path / "mine.csv", {"loss": [1.0]})
    with pytest.raises(UsageError, match="no file of a known release") as raised:
        bring(path)
    assert "--map" in raised.value.hint
    with pytest.raises(CorruptFile, match="not readable"):
        bring(files.write_json(tmp_path / "text.json", "no table"), "gemstones")

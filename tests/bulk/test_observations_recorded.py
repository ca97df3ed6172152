"""The public releases as they are: rows, known facts, and the faults they are known for."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from import_dumps import at

from pipelines.bulk import ImportReport
from pipelines.bulk.importing import import_file
from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.wish import Wish
from pipelines.scaling.screening import broken_columns, screen
from warehouse.landing.files import landing_files
from warehouse.paths import Layout

pytestmark = pytest.mark.real


@pytest.fixture
def bring(home: Layout, real_data: Path, tmp_path: Path) -> Any:
    """Import a release from the recorded data; return the report and the screened rows."""

    def bring(name: str) -> tuple[ImportReport, pl.DataFrame]:
        if not (real_data / "scaling").is_dir():
            pytest.skip(f"{real_data / 'scaling'} is not here")
        chosen = choose(Wish(name, "losses"), mirror=real_data, cache=tmp_path, offline=True)
        report = import_file(
            chosen.path, "losses", home.landing, observed_at=chosen.released_at, started_at=at("2026-01-01"), form=chosen.form
        )
        files = [file.path for file in landing_files(home.landing, "losses") if file.run_id == report.run_id]
        rows = pl.read_parquet(files, hive_partitioning=False)
        return report, screen(rows, broken_columns(rows))

    return bring


def _set_aside(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.drop_nulls("reason").group_by("reason").len().iter_rows())


def test_chinchilla_has_245_points_and_nothing_to_set_aside(bring: Any) -> None:
    report, rows = bring("chinchilla")
    assert (report.n_rows, report.notes, _set_aside(rows)) == (245, (), {})
    kept = rows.sort("loss").head(240)
    assert rows["loss"].max() == pytest.approx(5.005581996196243)
    assert kept["loss"].max() < 4.7
    assert (rows["token_count"] * 6 * rows["parameter_count"] / rows["compute_flop"] - 1).abs().max() < 1e-12


def test_gemstones_have_their_rows_file_by_file(bring: Any) -> None:
    _, rows = bring("gemstones")
    heights = dict(rows.group_by("source_file").len().iter_rows())
    assert heights == {
        "cool_begin.jsonl": 199,
        "cool_end.jsonl": 199,
        "hot.jsonl": 220,
        "hot_100b+.jsonl": 770,
        "hot_100b+_512x.jsonl": 175,
        "hot_120b+_only.jsonl": 528,
        "hot_sampled_like_chinchilla.jsonl": 24,
        "lr_ablation_hot.jsonl": 200,
        "lr_ablation_hot_sampled_like_chinchilla.jsonl": 23,
        "lr_ablation_slim_chinchilla.jsonl": 27,
        "our_val_loss_data.json": 21,
        "slim_chinchilla.jsonl": 28,
    }
    assert _set_aside(rows) == {}
    hub = rows.filter(source_file="our_val_loss_data.json")
    assert dict(hub.group_by("series").len().iter_rows())["Qwen/Qwen2.5"] == 6
    assert hub.filter(model_ref="meta-llama/Llama-2-7b-hf")["loss"].item() == pytest.approx(2.0553744789986013)


def test_the_known_faults_of_the_guides_files_are_found_and_no_others(bring: Any) -> None:
    report, rows = bring("hitchhiker")
    told = [note for note in report.notes if "broken" in note]
    assert [note.partition(" is broken")[0] for note in told] == [
        "datablations_code_losses.csv: column compute_flop",
        "datablations_losses.csv: column compute_flop",
        "datablations_contour_losses.csv: column unique_token_count",
    ]
    assert "48 of 48 runs" in told[1]
    assert "it is 1.5e+09 everywhere" in told[2]
    heights = dict(rows.group_by("source_file").agg(pl.col("source_row").n_unique()).iter_rows())
    assert heights["datablations_losses.csv"] == 9261
    assert heights["datablations_contour_losses.csv"] == 229
    assert heights["datablations_code_losses.csv"] == 296
    assert (heights["opt_trajectories.csv"], heights["t5_pile.csv"]) == (142, 807)
    contour = rows.filter(source_file="datablations_contour_losses.csv")
    assert contour["unique_token_count"].null_count() == 229
    assert set(rows.drop_nulls("reason")["source_file"]) == {"t5_pile.csv"}
    assert _set_aside(rows) == {"loss is not positive": 793, "loss is no finite number": 7}


def test_opt_has_logarithms_of_perplexities_and_tokens_of_its_batches(bring: Any) -> None:
    _, rows = bring("hitchhiker")
    opt = rows.filter(series="opt")
    assert opt.filter(run_id="opt-175b")["loss"].min() == pytest.approx(math.log(9.768875))
    batches = (opt["token_count"] / opt["step"]).round().cast(pl.Int64)
    assert dict(opt.with_columns(batch=batches).group_by("run_id").agg(pl.col("batch").first()).iter_rows()) == {
        "opt-125m": 500_000,
        "opt-1.3b": 1_000_000,
        "opt-6.7b": 2_000_000,
        "opt-13b": 4_000_000,
        "opt-30b": 4_000_000,
        "opt-175b": 2_000_000,
    }
    olmo = rows.filter(series="olmo")
    assert set(olmo["run_id"]) == {"OLMo-1B", "OLMo-7B", "OLMo-7B-Twin-2T"}
    assert olmo.filter(run_id="OLMo-7B")["token_count"].max() == pytest.approx(2.46e12)


def test_the_ladder_ends_at_five_trillion_tokens(bring: Any) -> None:
    _, rows = bring("olmo-ladder")
    assert rows["run_id"].n_unique() == 41
    assert rows["source_row"].n_unique() == 4198
    assert rows["eval_set"].n_unique() == 11
    assert rows.height == 4198 * 11
    target = rows.filter(run_id="peteish13_eval_final")
    assert target["token_count"].max() == 5_000_088_518_656
    assert set(target["parameter_count"]) == {13_202_396_160}
    assert _set_aside(rows) == {}


def test_repeated_data_has_182_runs_and_pythia_432_perplexities(bring: Any) -> None:
    _, runs = bring("datablations")
    assert runs.height == 182
    assert runs.filter(pl.col("token_count") > pl.col("unique_token_count")).height == 153
    _, suite = bring("pythia")
    assert suite.height == 16 * 27
    assert suite.filter(step=143_000, eval_set="lambada_openai").height == 16
    assert suite["parameter_count"].null_count() == 0

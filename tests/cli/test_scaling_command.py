"""`hubtree scaling`: from losses to parameters, forecasts and allocations; whatever is wrong with them, in one line."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from pipelines import steps
from pipelines.bulk.observations.wish import Wish
from pipelines.settings import Settings

if TYPE_CHECKING:
    from conftest import Shell

MAP = ("--map", "loss=final_loss,N=params,D=tokens")
TRUTH = {"E": 1.8, "A": 420.0, "B": 1900.0, "alpha": 0.34, "beta": 0.36}


def write(path: Path, **changes: pl.Expr) -> Path:
    n, d = (each.ravel() for each in np.meshgrid(np.geomspace(5e7, 8e9, 7), np.geomspace(2e9, 4e11, 6)))
    noise = np.exp(np.random.default_rng(1).normal(0, 0.003, len(n)))
    loss = (TRUTH["E"] + TRUTH["A"] / n ** TRUTH["alpha"] + TRUTH["B"] / d ** TRUTH["beta"]) * noise
    pl.DataFrame({"params": n, "tokens": d, "final_loss": loss}).with_columns(**changes).write_csv(path)
    return path


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return write(tmp_path / "runs.csv")


def test_a_file_is_fitted_without_being_landed(hubtree: Shell, runs: Path, tmp_path: Path) -> None:
    ended = hubtree("scaling", "fit", str(runs), *MAP, "--replicates", "100", "--json")
    assert ended.code == 0, ended.err
    (fit,) = json.loads(ended.out)["fits"]
    for name, truth in TRUTH.items():
        assert fit["parameters"][name]["low95"] < truth < fit["parameters"][name]["high95"], name
    assert fit["certificate"]["is_converged"]
    assert not (tmp_path / "home" / "landing").exists()


def test_what_was_imported_is_fitted_without_a_build(hubtree: Shell, runs: Path) -> None:
    assert hubtree("scaling", "fit").code == 2, "nothing is landed yet"
    wish = Wish(str(runs), "losses", None, (MAP[1],), "mine")
    steps.import_observations(Settings.from_environment(), wish, observed_at=None)
    ended = hubtree("scaling", "fit", "--replicates", "50")
    assert ended.code == 0, ended.err
    assert "E + A/N^alpha + B/D^beta" in ended.out
    assert "largest model held out" in ended.out


def test_forecasts_and_allocations(hubtree: Shell, runs: Path) -> None:
    words = ("--replicates", "100", "--json")
    told = hubtree("scaling", "predict", str(runs), *MAP, "--parameters", "2e10", "--tokens", "1e12", *words)
    (answer,) = json.loads(told.out)["answers"]
    exact = TRUTH["E"] + TRUTH["A"] / 2e10 ** TRUTH["alpha"] + TRUTH["B"] / 1e12 ** TRUTH["beta"]
    assert answer["loss"]["low95"] < exact < answer["loss"]["high95"]
    assert answer["extrapolation_factor"] == pytest.approx(2e22 / (8e9 * 4e11))
    split = hubtree("scaling", "allocate", str(runs), *MAP, "--flops", "1e24", *words)
    (answer,) = json.loads(split.out)["answers"]
    n, d = answer["parameter_count"]["estimate"], answer["token_count"]["estimate"]
    assert 6 * n * d == pytest.approx(1e24)
    assert answer["tokens_per_parameter"]["low95"] < d / n < answer["tokens_per_parameter"]["high95"]
    assert [finding["code"] for finding in answer["findings"]] == ["far_target"]


def test_laws_side_by_side(hubtree: Shell, runs: Path) -> None:
    ended = hubtree("scaling", "compare", str(runs), *MAP, "--laws", "chinchilla,power_floor_compute", "--json")
    first, second = json.loads(ended.out)["laws"]
    assert first["aicc"] < second["aicc"]
    assert first["are"] < first["best_seen_are"]


def test_every_law_is_listed_with_its_source(hubtree: Shell) -> None:
    laws = json.loads(hubtree("scaling", "laws", "--json").out)["laws"]
    assert {"chinchilla", "kaplan", "data_constrained"} <= {law["law"] for law in laws}
    assert all(law["source"] and law["parameters"] and law["inputs"] for law in laws)


def test_borrowed_parameters_are_named_as_borrowed(hubtree: Shell, runs: Path) -> None:
    borrowed = ("--fix", "alpha=0.34", "--fix", "A=420", "--borrowed-from", "aster")
    ended = hubtree("scaling", "fit", str(runs), *MAP, *borrowed, "--replicates", "0")
    assert ended.code == 0, ended.err
    assert "borrowed aster" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--law", "chinchila"), "no law is called chinchila"),
        (("--fix", "gamma=1"), "no parameter gamma"),
        (("--fix", "alpha"), "has no value"),
        (("--fix", "alpha=big"), "is no number"),
        (("--delta", "0"), "is no width"),
        (("--series", "nobody"), "no losses of that series"),
        (("--law", "data_constrained"), "unique_token_count"),
    ],
)
def test_wrong_words_end_in_one_line(hubtree: Shell, runs: Path, words: tuple[str, ...], said: str) -> None:
    ended = hubtree("scaling", "fit", str(runs), *MAP, *words)
    assert ended.code == 2
    assert said in ended.err
    assert "hint:" in ended.err
    assert "internal error" not in ended.err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"params": pl.lit(1e9)}, "1 different sizes"),
        ({"final_loss": pl.lit(2.5)}, "all losses are equal"),
        ({"final_loss": -pl.col("final_loss")}, "not positive"),
        ({"final_loss": pl.lit(math.nan)}, "no loss"),
    ],
)
def test_losses_that_hold_no_law_are_refused_with_the_number(
    hubtree: Shell, tmp_path: Path, changes: dict[str, pl.Expr], said: str
) -> None:
    ended = hubtree("scaling", "fit", str(write(tmp_path / "bad.csv", **changes)), *MAP, "--quiet")
    assert ended.code == 2, ended.out
    assert said in ended.err
    assert "internal error" not in ended.err


def test_two_models_are_refused(hubtree: Shell, runs: Path) -> None:
    pl.read_csv(runs).head(2).write_csv(runs)
    ended = hubtree("scaling", "fit", str(runs), *MAP)
    assert ended.code == 2
    assert "2 observations for 5 parameters" in ended.err


def test_a_format_without_a_file_is_refused(hubtree: Shell) -> None:
    ended = hubtree("scaling", "fit", "--format", "chinchilla")
    assert ended.code == 2
    assert "no file is given" in ended.err


@pytest.mark.parametrize("kind", ["contours", "residuals", "fan", "profiles", "errors"])
def test_pictures_of_a_fit(hubtree: Shell, runs: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "drawn.json"
    ended = hubtree("scaling", "plot", str(runs), *MAP, "--kind", kind, "--replicates", "20", "-o", str(out))
    assert ended.code == 0, ended.err
    assert str(out) in ended.out
    assert json.loads(out.read_text(encoding="utf-8"))["title"]["text"].endswith("?")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "drawn.bmp"), "does not say what kind"),
        (("--law", "power_floor_compute"), "no contours to draw"),
        (("--series", "nobody"), "no losses of that series"),
    ],
)
def test_pictures_that_there_are_not_end_in_one_line(hubtree: Shell, runs: Path, words: tuple[str, ...], said: str) -> None:
    ended = hubtree("scaling", "plot", str(runs), *MAP, "--replicates", "0", *words)
    assert ended.code == 2
    assert said in ended.err


def test_a_picture_of_several_series_asks_for_one(hubtree: Shell, runs: Path) -> None:
    several = pl.concat([pl.read_csv(runs).with_columns(family=pl.lit(name)) for name in ("aster", "birch")])
    several.write_csv(runs)
    ended = hubtree("scaling", "plot", str(runs), MAP[0], f"{MAP[1]},series=family", "--replicates", "0")
    assert ended.code == 2
    assert "birch" in ended.err

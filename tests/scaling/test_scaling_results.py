"""Fits in Python: frames with names and units, the same numbers as the parts they are made of, charts of every kind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from planting import TRUTH, frame, grid, trajectories
from planting import losses as planted

from pipelines.scaling import ScalingFit, ScalingFits, fit
from pipelines.scaling.charts.charts import KINDS
from pipelines.scaling.charts.drawing import draw_errors
from pipelines.scaling.charts.rows import contour_rows, error_rows, fan_rows, profile_rows, residual_rows
from pipelines.scaling.fitting.engine import fit_law
from pipelines.scaling.laws.registry import LAWS
from pipelines.scaling.selection import absolute_relative_error
from pipelines.scaling.uncertainty.profile import CRITICAL_95
from warehouse.errors import UsageError

LAW = LAWS["chinchilla"]


@pytest.fixture(scope="module")
def fits() -> ScalingFits:
    lonely = trajectories().head(2).with_columns(series=pl.lit("two losses"))
    return fit(pl.concat([trajectories(), lonely]), n_replicates=100)


@pytest.fixture(scope="module")
def one(fits: ScalingFits) -> ScalingFit:
    return fits["planted"]


def test_a_summary_has_every_parameter_with_its_interval_and_unit(fits: ScalingFits) -> None:
    table = fits.summary()
    assert table.columns == ["series", "law", "parameter", "estimate", "low95", "high95", "unit", "borrowed_from"]
    found = {row["parameter"]: row for row in table.iter_rows(named=True)}
    for name, truth in TRUTH.items():
        assert found[name]["low95"] < truth < found[name]["high95"], name
    assert found["E"]["unit"] == "nats"
    assert table["borrowed_from"].null_count() == table.height


def test_a_refused_series_says_why_and_answers_nothing(fits: ScalingFits) -> None:
    refused = fits["two losses"]
    assert refused.is_refused
    assert refused.parameters == {}
    assert refused.summary().is_empty()
    assert refused.predict(parameter_count=1e9, token_count=1e10).is_empty()
    assert "no_degrees_of_freedom" in refused.findings["code"].to_list()
    with pytest.raises(ValueError, match="2 observations for 5 parameters"):
        refused.plot()
    assert set(fits.findings()["series"]) == {"two losses on held-out"}


def test_forecasts_and_splits_are_frames(one: ScalingFit, fits: ScalingFits) -> None:
    told = one.predict(parameter_count=2e10, token_count=1e12)
    exact = LAW.predict({"parameter_count": np.array([2e10]), "token_count": np.array([1e12])}, LAW.fitted(TRUTH))[0, 0]
    assert told["low95"][0] < exact < told["high95"][0]
    assert told["extrapolation_factor"][0] == pytest.approx(2e22 / (8e9 * 4e11))
    split = {row["quantity"]: row["estimate"] for row in fits.allocate(compute_flop=1e24).iter_rows(named=True)}
    assert 6 * split["parameter_count"] * split["token_count"] == pytest.approx(1e24)
    with pytest.raises(KeyError, match="token_count"):
        one.predict(parameter_count=1e9)


def test_a_borrowed_parameter_names_its_source() -> None:
    (borrowed,) = fit(trajectories(), fixed={"alpha": 0.34, "A": 420.0}, borrowed_from="aster", n_replicates=0)
    table = borrowed.summary()
    assert table.filter(pl.col("borrowed_from") == "aster")["parameter"].sort().to_list() == ["A", "alpha"]
    assert table["low95"].null_count() == 5


def test_series_are_chosen_by_place_and_name(fits: ScalingFits) -> None:
    assert len(fits) == 2
    assert fits[0].series == fits["planted on held-out"].series
    assert [each.series for each in fits[:1]] == [fits[0].series]
    with pytest.raises(KeyError, match="no series is called nobody"):
        fits["nobody"]
    with pytest.raises(ValueError, match="there are 2"):
        fits.plot()
    assert "E + A/N^alpha + B/D^beta" in repr(fits)
    assert json.loads(json.dumps(fits[0].as_dict()))["law"] == "chinchilla"


def test_wrong_words_say_what_there_is() -> None:
    with pytest.raises(ValueError, match="need a column loss"):
        fit(trajectories().rename({"loss": "final_loss"}))
    with pytest.raises(KeyError, match="no law is called"):
        fit(trajectories(), law="chinchila")
    with pytest.raises(KeyError, match="no parameter gamma"):
        fit(trajectories(), fixed={"gamma": 1.0})


def test_the_room_is_imported_without_its_fitter() -> None:
    code = "import sys, pipelines.scaling; print('scipy' in sys.modules or 'numpy' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"


def test_lines_of_equal_loss_have_that_loss_and_touch_the_best_split(one: ScalingFit) -> None:
    rows = contour_rows(one.study)
    law, theta = one.study.fit.law, one.study.fit.theta  # type: ignore[union-attr]
    lines = rows.filter(pl.col("part") == "equal loss")
    n, flop = lines["parameter_count"].to_numpy(), lines["compute_flop"].to_numpy()
    found = law.predict({"parameter_count": n, "token_count": flop / (6 * n)}, theta)[0]
    np.testing.assert_allclose(found, lines["loss"], rtol=1e-4)
    best = rows.filter(pl.col("part") == "best split")
    cheapest = lines.group_by("loss").agg(pl.col("compute_flop").min()).sort("loss")
    at_best = np.interp(-cheapest["loss"].to_numpy(), -best["loss"].to_numpy(), np.log(best["compute_flop"].to_numpy()))
    np.testing.assert_allclose(np.log(cheapest["compute_flop"].to_numpy())[1:-1], at_best[1:-1], atol=0.1)
    assert (best["low95"] < best["parameter_count"]).all()
    assert (best["parameter_count"] < best["high95"]).all()


def test_a_wrong_form_leaves_a_saddle_in_the_residuals() -> None:
    columns = grid(9, 9)
    joint = LAWS["kaplan"]
    truth = {"N_c": 9e13, "D_c": 5e13, "alpha_N": 0.076, "alpha_D": 0.103}
    table = frame(columns, planted(joint, columns, truth, 1e-4, 1))
    (right,), (wrong,) = (fit(table, law=law, n_replicates=0) for law in ("kaplan", "chinchilla"))

    def largest(found: ScalingFit) -> float:
        return float(residual_rows(found.study)["residual_percent"].abs().quantile(0.9) or 0.0)

    assert largest(wrong) > 5 * largest(right)
    assert set(residual_rows(right.study)["axis"]) == {"parameters", "tokens", "tokens per parameter"}


def test_the_fan_is_of_a_fit_that_did_not_see_the_largest_model(one: ScalingFit) -> None:
    rows = fan_rows(one.study)
    held = rows.filter(pl.col("part") == "held out")
    assert held.height == 12
    fan = rows.filter(pl.col("part") == "forecast")
    assert (fan["low95"] <= fan["low50"]).all()
    assert (fan["low50"] <= fan["high50"]).all()
    assert (fan["high50"] <= fan["high95"]).all()
    # What is measured at the very end must not move the forecast.
    changed = trajectories().with_columns(
        pl.when(pl.col("parameter_count") == pl.col("parameter_count").max()).then(pl.col("loss") * 1.1).otherwise("loss")
    )
    (other,) = fit(changed, n_replicates=100)
    again = fan_rows(other.study).filter(pl.col("part") == "forecast")
    np.testing.assert_allclose(again["loss"], fan["loss"], rtol=1e-12)


def test_profiles_touch_zero_at_the_estimate_and_cross_where_the_interval_ends(one: ScalingFit) -> None:
    rows = profile_rows(one.study)
    for name, estimate in one.parameters.items():
        own = rows.filter(pl.col("parameter") == name)
        lowest = own.sort("likelihood_ratio").row(0, named=True)
        assert lowest["likelihood_ratio"] == pytest.approx(0, abs=1e-6)
        assert lowest["parameter_value"] == pytest.approx(estimate, rel=1e-6)
        assert own["likelihood_ratio"][0] > CRITICAL_95 < own["likelihood_ratio"][-1]


def test_the_map_of_errors_holds_what_separate_fits_would_err(one: ScalingFit) -> None:
    rows = error_rows(one.study)
    assert rows["n_models"].unique().sort().to_list() == [3, 4, 5, 6]
    whole = rows.filter(pl.col("n_models") == 6, pl.col("token_share") == 1.0)["held_out_are"][0]
    assert whole == pytest.approx(one.study.held_out.are, rel=1e-9)  # type: ignore[union-attr]
    seen, held = one.study.seen, one.study.held_out
    assert held is not None
    half = np.isin(seen.size, np.unique(seen.size)[:4]) & (seen.columns["token_count"] <= 0.5 * 4e11)
    own = fit_law(LAW, {name: seen.columns[name][half] for name in LAW.inputs}, seen.loss[half])
    foretold = LAW.predict({name: seen.columns[name][held.is_target] for name in LAW.inputs}, own.theta)[0]
    cell = rows.filter(pl.col("n_models") == 4, pl.col("token_share") == 0.5)["held_out_are"][0]
    assert cell == pytest.approx(absolute_relative_error(seen.loss[held.is_target], foretold), rel=1e-6)


def test_lines_of_the_map_stand_between_cells_on_either_side_of_a_threshold() -> None:
    cells = [(n, share, 0.2 if n == 3 else 0.02) for n in (3, 4) for share in (0.5, 1.0)]
    rows = pl.DataFrame(cells, schema=["n_models", "token_share", "held_out_are"], orient="row")
    lines = draw_errors(rows)["layer"][2]["data"]["values"]
    assert sorted((line["bottom"], line["top"], line["left"]) for line in lines) == [(3.5, 3.5, 25.0), (3.5, 3.5, 75.0)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_with_its_question_and_kept(one: ScalingFit, kind: str, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    chart = one.plot(kind)  # type: ignore[arg-type]  # the names of KINDS
    svg = chart.svg()
    assert chart.question in svg
    assert "84 losses in nats" in svg
    assert json.loads(chart.save(tmp_path / "chart.json").read_text())["title"]["text"] == chart.question
    assert pl.read_csv(chart.save(tmp_path / "chart.csv")).height == chart.rows.height
    with pytest.raises(UsageError, match=r"chart\.bmp"):
        chart.save(tmp_path / "chart.bmp")


def test_a_page_needs_no_network_and_a_notebook_shows_the_picture(one: ScalingFit, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    chart = one.plot("residuals")
    page = chart.save(tmp_path / "chart.html").read_text(encoding="utf-8")
    assert "<script src=" not in page
    assert chart.save(tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert set(chart._repr_mimebundle_()) == {"text/plain", "image/svg+xml"}


def test_what_can_not_be_drawn_says_why(one: ScalingFit) -> None:
    (alone,) = fit(trajectories(), law="power_floor_parameters", n_replicates=0)
    with pytest.raises(ValueError, match="does not read parameters and tokens"):
        alone.plot("contours")
    with pytest.raises(KeyError, match="no picture is called pie"):
        one.plot("pie")  # type: ignore[arg-type]  # what is tested


def test_a_picture_drawn_twice_is_the_same(one: ScalingFit) -> None:
    pytest.importorskip("vl_convert")
    assert one.plot("errors").svg() == one.plot("errors").svg()

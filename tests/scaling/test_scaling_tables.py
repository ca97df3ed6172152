"""The tables of fitted laws hold what the contract promises: names, types, keys, and numbers that belong together."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from planting import trajectories

from pipelines.scaling.chart_tables import chart_tables
from pipelines.scaling.preparation import Cut, prepare
from pipelines.scaling.relatives import borrowed_studies, exponent_tests
from pipelines.scaling.study import Protocol, study_all
from pipelines.scaling.tables import scaling_tables
from warehouse.contract import TABLES

TYPES = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "DOUBLE": pl.Float64, "VARCHAR[]": pl.List(pl.String)}


def studied(losses: pl.DataFrame) -> dict[str, pl.DataFrame]:
    quick = [Protocol(law, cut=Cut(at_most=50), n_replicates=20) for law in ("chinchilla", "chinchilla_tied")]
    studies = [study for protocol in quick for study in study_all(losses, protocol)]
    free = [study for study in studies if study.protocol.law == "chinchilla"]
    own = scaling_tables([*studies, *borrowed_studies(losses, free)])
    return {**own, **chart_tables(studies), "exponent_tests": exponent_tests(free)}


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    runs = trajectories()
    lonely = runs.head(2).with_columns(series=pl.lit("two losses"))
    nameless = runs.head(3).with_columns(series=pl.lit("no sizes"), parameter_count=None)
    return studied(pl.concat([runs, lonely, nameless], how="vertical_relaxed"))


def test_columns_and_types_are_those_of_the_contract(tables: dict[str, pl.DataFrame]) -> None:
    for name, found in (*tables.items(), *studied(trajectories().clear()).items()):
        table = TABLES[name]
        assert set(found.columns) == set(table.column_names), name
        for column in table.columns:
            is_count = column.name in table.fractional
            assert found.schema[column.name] == (pl.Float64 if is_count else TYPES[column.type]), column.name
        assert found.select(table.key).is_duplicated().sum() == 0
        assert found.select(*table.key, *table.required).null_count().sum_horizontal().item() == 0


def test_what_was_refused_has_a_reason_and_no_numbers(tables: dict[str, pl.DataFrame]) -> None:
    fits = tables["scaling_fits"]
    assert fits.height == 6
    refused = fits.filter(pl.col("fit_refusal").is_not_null())
    assert sorted(set(refused["series"])) == ["no sizes", "two losses"]
    assert refused["objective"].null_count() == refused["alpha"].null_count() == 4
    assert fits.filter(pl.col("series") == "planted")["alpha"].null_count() == 0


def test_replicates_and_forecasts_belong_to_fits(tables: dict[str, pl.DataFrame]) -> None:
    fits = tables["scaling_fits"].drop_nulls("objective")
    assert tables["scaling_bootstrap"].height == 20 * fits.height
    errors = (pl.col("loss") - pl.col("predicted_loss")).abs() / pl.col("loss")
    by_fit = tables["scaling_predictions"].group_by("fit_id").agg(are=errors.mean()).join(fits, on="fit_id")
    np.testing.assert_allclose(by_fit["are"], by_fit["held_out_are"], rtol=1e-6)
    assert by_fit.height == 2
    tied = fits.filter(pl.col("law") == "chinchilla_tied")
    assert tied["alpha"].to_list() == tied["beta"].to_list()


def test_long_runs_are_thinned_from_their_ends() -> None:
    thin = prepare(trajectories(), Cut(at_most=50))
    assert thin.height == 42
    assert thin.filter(pl.col("is_final")).height == 7


def test_what_pictures_show_belongs_to_the_law_with_free_exponents(tables: dict[str, pl.DataFrame]) -> None:
    (drawn,) = tables["scaling_fits"].filter(pl.col("law") == "chinchilla", pl.col("fit_refusal").is_null())["fit_id"]
    for name in ("scaling_residuals", "scaling_profiles", "scaling_fans", "scaling_windows"):
        assert set(tables[name]["fit_id"]) == {drawn}, name
    assert tables["scaling_residuals"].height == 42
    assert set(tables["scaling_profiles"]["fit_parameter"]) == {"E", "A", "B", "alpha", "beta"}
    widest = tables["scaling_windows"].sort("n_window_sizes", "token_share").tail(1)["held_out_are"][0]
    assert widest == pytest.approx(tables["scaling_fits"].filter(pl.col("fit_id") == drawn)["held_out_are"][0], rel=1e-6)

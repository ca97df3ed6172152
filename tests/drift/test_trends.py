"""Trends over a monthly table: what is tested, what is not, and how many tests are allowed to err."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from pipelines.drift.trends import LEVEL, MEASURES, trend_tests
from warehouse.contract import TABLES
from warehouse.contract.column import VOCABULARIES


def monthly(n_months: int, group_value: str = "all", **measures: object) -> pl.DataFrame:
    """One group from April 2022; measures that are not given are unknown."""
    months = [datetime(2022 + (3 + month) // 12, (3 + month) % 12 + 1, 1) for month in range(n_months)]
    columns = {name: measures.get(name, [None] * n_months) for name in MEASURES if name != "n_models"}
    return pl.DataFrame(
        {
            "month_at": months,
            "trend_group": "all" if group_value == "all" else "task",
            "group_value": group_value,
            "is_whole_month": True,
            "n_visited": 100,
            "n_models": measures.get("n_models", [100] * n_months),
            **columns,
        },
        schema_overrides=dict.fromkeys(columns, pl.Float64) | {"month_at": pl.Datetime("us")},
    )


def row(table: pl.DataFrame, measure: str) -> dict[str, object]:
    return table.row(by_predicate=pl.col("trend_measure") == measure, named=True)


def test_the_measures_are_those_of_the_contract() -> None:
    assert VOCABULARIES["trend_measure"] == MEASURES
    assert set(MEASURES) <= set(TABLES["monthly_trends"].column_names)
    assert trend_tests(monthly(14)).columns == list(TABLES["trend_tests"].column_names)


def test_a_rising_share_is_told_with_its_slope_a_year() -> None:
    rng = np.random.default_rng(1)
    shares = 0.2 + 0.1 * np.arange(30) / 12 + 0.005 * rng.standard_normal(30)
    found = row(trend_tests(monthly(30, license_share=shares)), "license_share")
    assert found["trend"] == "rising"
    assert found["slope_per_year"] == pytest.approx(0.1, abs=0.01)
    assert found["slope_per_year_low95"] < 0.1 < found["slope_per_year_high95"]
    assert (found["n_months"], found["first_month_at"]) == (30, datetime(2022, 4, 1))


def test_months_that_are_cut_short_or_unknown_are_left_out() -> None:
    table = monthly(16, card_share=[None, None, *np.linspace(0, 1, 14)]).with_columns(
        is_whole_month=pl.col("month_at") < datetime(2023, 7, 1)
    )
    tests = trend_tests(table)
    assert row(tests, "card_share")["n_months"] == 13
    assert row(tests, "n_models")["n_months"] == 15


def test_months_of_few_models_tell_nothing_but_their_number() -> None:
    tests = trend_tests(monthly(14, n_models=[19] * 14, license_share=np.linspace(0, 1, 14)))
    assert tests["trend_measure"].to_list() == ["n_models"]
    doubled = trend_tests(monthly(25, n_models=[round(100 * 2 ** (month / 12)) for month in range(25)]))
    assert row(doubled, "n_models")["slope_per_year"] == pytest.approx(np.log(2), abs=0.01)


def test_a_short_series_says_why_it_is_not_tested_and_an_unknown_one_has_no_row() -> None:
    tests = trend_tests(monthly(11))
    found = row(tests, "n_models")
    assert (found["trend"], found["slope_per_year"], found["trend_reason"]) == (None, None, "too_few_months")
    assert tests["trend_measure"].to_list() == ["n_models"]


def test_among_many_groups_without_trends_hardly_any_is_called_one() -> None:
    rng = np.random.default_rng(7)
    tables = [monthly(24, f"task-{i}", license_share=rng.random(24)) for i in range(60)]
    tests = trend_tests(pl.concat(tables)).filter(trend_measure="license_share")
    assert tests.height == 60
    assert (tests["trend"] != "none").sum() <= 1
    assert (tests["trend_p_adjusted"] >= tests["trend_p_value"] - 1e-6).all()
    assert ((tests["trend_p_adjusted"] <= LEVEL) == (tests["trend"] != "none")).all()


def test_no_months_give_an_empty_table() -> None:
    assert trend_tests(monthly(3).clear()).is_empty()

"""The rows of growth: who gets one, what is told, and why the rest is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from growing import UNTIL, ages, children, laws

from pipelines.lineage.growth import describe_growth, end_of_observation
from pipelines.lineage.growth.attachment import MIN_CHOICES
from warehouse.contract import COLUMNS, TABLES

CALM = np.array([4.0, 0.9, 2.5])
ESTIMATES = ("immediacy", "longevity", "fitness", "growth_scale", "predicted_children_180d")


def base(n: int, *, window: float = 700, theta: np.ndarray = CALM, seed: int = 1, **options: Any) -> pl.DataFrame:
    return children("deep/base", ages(theta, window, np.random.default_rng(seed).random(n)), window=window, **options)


def row(frame: pl.DataFrame) -> dict[str, Any]:
    return describe_growth(frame, UNTIL).fits.row(0, named=True)


def test_a_base_with_many_children_is_told_whole() -> None:
    found = row(base(3000))
    assert found["growth_reason"] is None
    for name, planted in zip(ESTIMATES, CALM, strict=False):
        assert found[f"{name}_low95"] <= planted <= found[f"{name}_high95"]
    assert found["r2"] > 0.999
    assert (found["is_converged"], found["is_outlier"], found["has_jump"]) == (True, False, False)
    assert 3000 <= found["predicted_children_180d_low95"] <= found["predicted_children_180d"] < 3100


@pytest.mark.parametrize(
    ("frame", "reason", "told"),
    [
        pytest.param(base(120), "fitness_not_separable", {"immediacy", "longevity", "predicted_children_180d"}, id="few"),
        pytest.param(base(300, window=89), "observed_too_briefly", set(), id="brief"),
        pytest.param(
            base(300, window=120, theta=np.array([6.0, 0.9, 3.0])), "not_bent", {"predicted_children_180d"}, id="unbent"
        ),
        pytest.param(base(300, is_parent_birth_known=False), "birth_unknown", set(), id="birth"),
    ],
)
def test_what_the_curve_does_not_tell_is_null_with_its_reason(frame: pl.DataFrame, reason: str, told: set[str]) -> None:
    found = row(frame)
    assert found["growth_reason"] == reason
    assert {name for name in ESTIMATES if found[name] is not None} == told


def test_fewer_than_ten_children_make_no_row() -> None:
    assert describe_growth(base(9), UNTIL).fits.is_empty()
    assert describe_growth(base(10), UNTIL).fits.height == 1


def test_a_hub_without_children_has_no_fits_and_no_exponent() -> None:
    growth = describe_growth(base(10).clear(), UNTIL)
    assert growth.fits.is_empty()
    assert set(TABLES["growth_fits"].column_names) <= set(growth.fits.columns)
    assert growth.attachment["attachment_exponent"].to_list() == [None, None, None]
    assert growth.attachment["n_choices"].max() < MIN_CHOICES


def test_children_of_the_first_seconds_are_described_and_their_author_is_named() -> None:
    found = row(base(12).with_columns(child_created_at=pl.col("parent_created_at"), child_author=pl.lit("robot")))
    assert (found["n_jump_children"], found["is_mass_upload"]) == (12, True)
    assert found["largest_author_share"] == 1


def test_a_curve_of_two_waves_is_an_outlier() -> None:
    rng = np.random.default_rng(2)
    waves = np.concatenate((5 + 5 * rng.random(200), 690 + 9 * rng.random(200)))
    assert row(children("deep/base", waves, window=700))["is_outlier"]


def test_rows_do_not_depend_on_the_order_of_children_or_on_other_bases() -> None:
    rng = np.random.default_rng(3)
    frames = [
        children(f"deep/base-{at}", ages(theta, 500, rng.random(60)), window=500) for at, theta in enumerate(laws(4, rng))
    ]
    together = describe_growth(pl.concat(frames), UNTIL)
    shuffled = describe_growth(pl.concat(frames).sample(fraction=1, shuffle=True, seed=1), UNTIL)
    assert shuffled.fits.equals(together.fits)
    assert shuffled.attachment.equals(together.attachment)
    alone = describe_growth(frames[2], UNTIL).fits.select("immediacy", "fitness", "r2", "is_outlier")
    assert alone.equals(together.fits[2:3].select(alone.columns))


def test_values_keep_the_vocabulary_and_the_bounds_of_the_contract() -> None:
    rng = np.random.default_rng(4)
    frames = [
        children(f"deep/base-{at:03d}", ages(theta, window, rng.random(n)), window=window)
        for at, (theta, window, n) in enumerate(
            zip(laws(60, rng), rng.uniform(5, 1500, 60), rng.integers(10, 900, 60), strict=True)
        )
    ]
    fits = describe_growth(pl.concat(frames), UNTIL).fits.select(TABLES["growth_fits"].column_names)
    for name in fits.columns:
        column, values = COLUMNS[name], fits[name].drop_nulls()
        assert not column.values or set(values) <= set(column.values)
        assert column.minimum is None or (values >= column.minimum).all(), name
        assert column.maximum is None or (values <= column.maximum).all(), name


def test_the_end_is_that_of_the_newest_observation_and_no_far_future() -> None:
    seen = datetime(2024, 7, 11)
    assert end_of_observation(seen, datetime(2024, 7, 11, 17)) == datetime(2024, 7, 11, 17)
    assert end_of_observation(seen, datetime(2024, 7, 1)) == seen
    assert end_of_observation(seen, datetime(2099, 1, 1)) == seen + timedelta(days=1)

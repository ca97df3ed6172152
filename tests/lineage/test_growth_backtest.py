"""Forecasts of an earlier day against what came: intervals grow where a hub breaks the law, and only there."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from growing import UNTIL, ages, children, law, laws

from pipelines.lineage.growth import describe_growth
from pipelines.lineage.growth.backtest import stretch_of, stretched

WINDOW = 760.0
HORIZON = 180.0


def hub(n_bases: int, *, seed: int, kept_share: float = 1.0) -> tuple[pl.DataFrame, dict[str, int]]:
    """Bases of a known law, watched until today, and the children each will have one horizon later.

    ``kept_share``: of the children that the law foresees in the last two horizons, so many come; below 1 the hub cools down.
    """
    rng = np.random.default_rng(seed)
    frames, later = [], {}
    for at, theta in enumerate(laws(n_bases, rng)):
        end = WINDOW + HORIZON
        came = ages(theta, end, rng.random(rng.poisson(8 * law(np.array(end), theta))))
        came = came[(came <= WINDOW - HORIZON) | (rng.random(len(came)) < kept_share)]
        name = f"deep/base-{at:03d}"
        frames.append(children(name, came[came <= WINDOW], window=WINDOW))
        later[name] = len(came)
    return pl.concat(frames), later


def test_a_hub_that_keeps_the_law_needs_no_stretching_beyond_chance() -> None:
    seen, _ = hub(150, seed=1)
    factor = stretch_of(seen, UNTIL)
    assert factor is not None
    assert 1 <= factor < 1.5


def test_where_growth_falls_behind_the_law_intervals_are_stretched_until_they_hold_ahead() -> None:
    seen, later = hub(150, seed=2, kept_share=0.1)
    factor = stretch_of(seen, UNTIL)
    assert factor is not None
    assert factor > 1.5
    fits = describe_growth(seen, UNTIL).fits.filter(pl.col("predicted_children_180d").is_not_null())
    assert fits["forecast_stretch"].unique().to_list() == [round(factor, 6)]
    truth = np.array([later[name] for name in fits["model_id"]])
    low, high = (fits[f"predicted_children_180d_{end}95"].to_numpy() for end in ("low", "high"))
    assert len(truth) > 50
    assert ((low <= truth) & (truth <= high)).mean() > 0.9


def test_too_few_forecasts_to_try_leave_the_interval_as_the_law_has_it() -> None:
    seen, _ = hub(18, seed=3)
    assert stretch_of(seen, UNTIL) is None
    fits = describe_growth(seen, UNTIL).fits
    assert fits["predicted_children_180d"].count() > 0
    assert fits["forecast_stretch"].null_count() == fits.height


def test_nothing_is_foretold_of_a_hub_younger_than_the_horizon() -> None:
    young = hub(30, seed=4)[0].filter(pl.col("child_created_at") > UNTIL - timedelta(days=HORIZON))
    assert stretch_of(young, UNTIL) is None


@pytest.mark.parametrize(("factor", "expected"), [(None, (80, 100, 120)), (1.0, (80, 100, 120)), (2.0, (70, 100, 144))])
def test_an_interval_grows_on_the_logarithm_and_stops_at_the_children_of_today(
    factor: float | None, expected: tuple[int, int, int]
) -> None:
    found = np.exp(stretched(np.log([[80.0], [100.0], [120.0]]), np.array([70.0]), factor))
    assert found[:, 0] == pytest.approx(expected)

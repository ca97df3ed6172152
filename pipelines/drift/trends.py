"""Trends of the monthly table: which measures rise or fall over the months in which models were created."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
from scipy import stats

from pipelines.drift.trend_test import FEWEST_MONTHS, trend_of
from warehouse.contract.column import VOCABULARIES

MEASURES: Final = VOCABULARIES["trend_measure"]
"""Columns of ``monthly_trends`` that are tested."""
OF_CARDS: Final = (
    "card_share", "median_card_chars", "median_own_chars", "auto_generated_share", "generated_share", "template_card_share",
)  # fmt: skip
"""Measures of visited models, the others are of all models."""
FEWEST_MODELS: Final = 20
"""A month with fewer models says nothing of a share and is left out of its series."""
LEVEL: Final = 0.05
"""False discovery rate at which a trend is called one."""
_DIGITS: Final = 6

SCHEMA: Final[dict[str, Any]] = {
    "trend_group": pl.String, "group_value": pl.String, "trend_measure": pl.String, "n_months": pl.Int64,
    "first_month_at": pl.Datetime("us"), "last_month_at": pl.Datetime("us"),
    "slope_per_year": pl.Float64, "slope_per_year_low95": pl.Float64, "slope_per_year_high95": pl.Float64,
    "kendall_tau": pl.Float64, "autocorrelation": pl.Float64, "trend_p_value": pl.Float64, "trend_p_adjusted": pl.Float64,
    "trend": pl.String, "trend_reason": pl.String,
}  # fmt: skip


def trend_tests(monthly_trends: pl.DataFrame) -> pl.DataFrame:
    """Test every measure of every group over its whole months, one row a group, value and measure that has any month.

    Args:
        monthly_trends: one row a month, trend_group and group_value with `MEASURES` and is_whole_month.
    Returns:
        Series of fewer than 12 months have trend_reason too_few_months and no estimates. trend_p_adjusted holds the false
        discovery rate over the tests of a trend_group (Benjamini-Hochberg). Sorted by its key.
    """
    long = _measured(monthly_trends.filter("is_whole_month")).unpivot(
        MEASURES,
        index=["trend_group", "group_value", "month_at"],
        variable_name="trend_measure",
    )
    known = long.drop_nulls("value").sort("trend_group", "group_value", "trend_measure", "month_at")
    rows = [
        _tested(key, series["month_at"], series["value"])
        for key, series in known.group_by("trend_group", "group_value", "trend_measure", maintain_order=True)
    ]
    return _judged(pl.DataFrame(rows, schema=SCHEMA))


def _measured(months: pl.DataFrame) -> pl.DataFrame:
    """Return the measures as numbers, null in months of too few models; of the number of models its natural logarithm."""
    of_models = [name for name in MEASURES if name not in (*OF_CARDS, "n_models")]
    told = [
        pl.when(pl.col(base) >= FEWEST_MODELS).then(pl.col(names).cast(pl.Float64))
        for names, base in ((of_models, "n_models"), (list(OF_CARDS), "n_visited"))
    ]
    return months.with_columns(*told, pl.col("n_models").cast(pl.Float64).log())


def _tested(key: tuple[object, ...], months: pl.Series, values: pl.Series) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(("trend_group", "group_value", "trend_measure"), key, strict=True))
    row |= {"n_months": len(values), "first_month_at": months[0], "last_month_at": months[-1]}
    if len(values) < FEWEST_MONTHS:
        return row | {"trend_reason": "too_few_months"}
    years = (months.dt.year() + (months.dt.month() - 1) / 12).to_numpy()
    trend = trend_of(np.asarray(years, dtype=np.float64), values.to_numpy())
    estimates = {
        "slope_per_year": trend.slope,
        "slope_per_year_low95": trend.low95,
        "slope_per_year_high95": trend.high95,
        "kendall_tau": trend.kendall_tau,
        "autocorrelation": trend.autocorrelation,
        "trend_p_value": trend.p_value,
    }
    return row | {name: round(value, _DIGITS) for name, value in estimates.items()}


def _adjusted(tests: pl.DataFrame) -> pl.DataFrame:
    tested = tests["trend_p_value"].drop_nulls().to_numpy()
    adjusted = iter(stats.false_discovery_control(tested).round(_DIGITS).tolist() if len(tested) else [])
    column = [None if value is None else next(adjusted) for value in tests["trend_p_value"]]
    return tests.with_columns(pl.Series("trend_p_adjusted", column, dtype=pl.Float64))


def _judged(tests: pl.DataFrame) -> pl.DataFrame:
    """Adjust for the number of tests and say in a word what each shows."""
    groups = [_adjusted(group) for _, group in tests.group_by("trend_group", maintain_order=True)]
    judged = pl.concat(groups) if groups else tests
    direction = pl.when(pl.col("kendall_tau") > 0).then(pl.lit("rising")).otherwise(pl.lit("falling"))
    word = pl.when(pl.col("trend_p_adjusted") <= LEVEL).then(direction).otherwise(pl.lit("none"))
    return judged.with_columns(trend=pl.when(pl.col("trend_p_adjusted").is_not_null()).then(word))

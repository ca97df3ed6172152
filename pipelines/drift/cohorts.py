"""Cohort or change: do newer models differ, or did the same models change?

An old and a new picture of a hub differ for two reasons. ``within_change``: the models of the old picture, seen again, declare
more or less than they did. ``cohort_difference``: models created since differ from those, both seen now. The two add up to
``total_difference``, what a comparison of the old picture with the new models would call drift.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

MEASURES: Final = ("license", "permissive", "language", "english_only", "dataset", "task", "library")
"""Columns ``<measure>_before`` and ``<measure>_after`` of ``cohort_states``, 0 or 1."""
FEWEST_REPEATED: Final = 30
"""A day of first observation with fewer models seen again is no base to compare with."""
FEWEST_AUTHORS: Final = 10
"""With fewer authors there is no interval."""
_QUANTILE: Final = 1.959964
_DIGITS: Final = 6

STATES_SCHEMA: Final[dict[str, Any]] = {
    "model_id": pl.String, "author": pl.String, "born_at": pl.Datetime("us"), "observed_on": pl.Datetime("us"),
    "is_repeated": pl.Boolean,
    **{f"{name}_{when}": pl.Int32 for name in MEASURES for when in ("before", "after")},
}  # fmt: skip
SCHEMA: Final[dict[str, Any]] = {
    "baseline_at": pl.Datetime("us"), "cohort_measure": pl.String,
    "n_baseline": pl.Int64, "n_repeated": pl.Int64, "n_newcomers": pl.Int64,
    "before_share": pl.Float64, "after_share": pl.Float64, "newcomer_share": pl.Float64,
    **{
        f"{name}{end}": pl.Float64
        for name in ("within_change", "cohort_difference")
        for end in ("", "_low95", "_high95")
    },
    "total_difference": pl.Float64,
}  # fmt: skip


def cohort_effects(states: pl.DataFrame) -> pl.DataFrame:
    """Compare change with cohort for the largest day of first observations of each month, one row a day and measure.

    Args:
        states: one row a model: author, born_at (null if unknown), observed_on (day of its first observation), is_repeated, and
            for each of `MEASURES` whether it held at the first observation (null if not is_repeated) and holds now, as 0 or 1.
    Returns:
        Intervals take authors for the units, as one maker's models change together. Sorted by baseline_at, cohort_measure.
    """
    rows = [row for day in _baselines(states) for row in _compared(states, day)]
    return pl.DataFrame(rows, schema=SCHEMA).sort("baseline_at", "cohort_measure")


def _baselines(states: pl.DataFrame) -> list[datetime]:
    repeated = states.filter("is_repeated").group_by("observed_on").agg(n=pl.len())
    enough = repeated.filter(pl.col("n") >= FEWEST_REPEATED).with_columns(month=pl.col("observed_on").dt.truncate("1mo"))
    largest = enough.sort(-pl.col("n").cast(pl.Int64), "observed_on").group_by("month", maintain_order=True).first()
    return sorted(largest["observed_on"])


def _compared(states: pl.DataFrame, day: datetime) -> Iterator[dict[str, Any]]:
    """Compare the models first observed on a day with themselves, and with all created after it."""
    baseline = states.filter(pl.col("observed_on") == day)
    repeated = baseline.filter("is_repeated")
    newcomers = states.filter(pl.col("born_at") >= day + timedelta(days=1))
    for measure in MEASURES:
        before, after = f"{measure}_before", f"{measure}_after"
        shares = repeated.select(pl.col(before).mean(), pl.col(after).mean()).row(0)
        newer = newcomers.select(pl.col(after).mean()).item()
        change = _influences(repeated, pl.col(after) - pl.col(before))
        differ = pl.concat([_influences(newcomers, pl.col(after)), _influences(repeated, -pl.col(after))])
        yield {
            "baseline_at": day,
            "cohort_measure": measure,
            "n_baseline": baseline.height,
            "n_repeated": repeated.height,
            "n_newcomers": newcomers.height,
            **{name: _told(value) for name, value in zip(_SHARES, (*shares, newer), strict=True)},
            **_with_interval("within_change", _less(shares[1], shares[0]), change),
            **_with_interval("cohort_difference", _less(newer, shares[1]), differ),
            "total_difference": _less(newer, shares[0]),
        }


_SHARES: Final = ("before_share", "after_share", "newcomer_share")


def _influences(models: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """Return what each author adds to the deviation of the mean of ``value``; a model without author is its own."""
    author = pl.coalesce("author", "model_id")
    deviation = (value.cast(pl.Float64) - value.cast(pl.Float64).mean()) / max(models.height, 1)
    return models.select(author.alias("author"), influence=deviation)


def _with_interval(name: str, estimate: float | None, influences: pl.DataFrame) -> dict[str, float | None]:
    """Return an estimate with its interval: the variance of the sum of authors' influences (linearised, clustered)."""
    by_author = influences.group_by("author").agg(pl.col("influence").sum()).sort("author")
    if estimate is None or by_author.height < FEWEST_AUTHORS:
        return {name: estimate, f"{name}_low95": None, f"{name}_high95": None}
    n = by_author.height
    spread = _QUANTILE * float((by_author["influence"] ** 2).sum() * n / (n - 1)) ** 0.5
    return {name: estimate, f"{name}_low95": _told(estimate - spread), f"{name}_high95": _told(estimate + spread)}


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else _told(one - other)


def _told(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)

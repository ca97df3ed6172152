"""The growth of a hub as tables: one row a base, one row a method of measuring preferential attachment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import polars as pl

from pipelines.lineage.growth.arrivals import MIN_CHILDREN, Arrivals, Flags, Floats, arrivals_of
from pipelines.lineage.growth.attachment import Choices, Exponent, cumulative_exponent, likeliest_exponent
from pipelines.lineage.growth.backtest import HORIZON_DAYS, MIN_WINDOW_DAYS, WIDEST, is_foreseen, stretch_of, stretched
from pipelines.lineage.growth.fitting import Fit, fit_growth, scale_of
from pipelines.lineage.growth.intervals import Draws, draw, forecast
from pipelines.lineage.growth.jumps import MASS_SHARE, Jumps, find_jumps, window_ends

UNBENT_SHARE: Final = 0.2
"""A curve has not bent yet where the probability that its immediacy lies beyond the window is at least this. Its parameters
are not told; its forecast is, as its interval holds what it promises."""
OUTLIER_GAP: Final = 0.1
OUTLIER_CHANCE: Final = 1.63
"""A base is an outlier where the counted and the fitted curve part by more than a tenth of its children, and by more than
1.63/√n: the 1 % point of Kolmogorov's distance, which is strict, as the curve was fitted to the same children."""
REASONS: Final = (
    "birth_unknown",
    "observed_too_briefly",
    "not_converged",
    "not_bent",
    "fitness_not_separable",
    "too_uncertain",
)
"""Why estimates are null, the first that holds."""
_PARAMETERS: Final = ("immediacy", "longevity", "fitness")
_DIGITS: Final = 6
_PREDICTED: Final = f"predicted_children_{HORIZON_DAYS}d"


@dataclass(frozen=True)
class HubGrowth:
    """The tables ``growth_fits`` and ``attachment_fits``."""

    fits: pl.DataFrame
    attachment: pl.DataFrame


def describe_growth(children: pl.DataFrame, until: datetime) -> HubGrowth:
    """Fit the growth of every base with enough children, and the hub's preferential attachment.

    Args:
        children: one row an edge to a child of known birth: parent_id, parent_created_at, is_parent_birth_known, child_id,
            child_created_at, child_author, family_id; the child is no older than a parent of known birth.
        until: end of observation; children created later are left out.
    """
    seen = children.filter(pl.col("child_created_at") <= until).sort("parent_id", "child_created_at", "child_id")
    enough = seen.filter(pl.len().over("parent_id") >= MIN_CHILDREN)
    known = enough.filter("is_parent_birth_known")
    unknown = enough.filter(~pl.col("is_parent_birth_known"))
    # Ages of these can't be told; days since their first child serve to find jumps.
    since_first = unknown.with_columns(parent_created_at=pl.col("child_created_at").min().over("parent_id"))
    fits = pl.concat([_fitted(known, until), _unfitted(since_first, until)], how="diagonal_relaxed")
    return HubGrowth(fits.sort("model_id"), _attachment(seen))


def _fitted(children: pl.DataFrame, until: datetime) -> pl.DataFrame:
    arrivals = arrivals_of(children, until)
    # The curve that is drawn and judged goes through all children alike; estimates and intervals discount batches.
    fit = fit_growth(arrivals.one_by_one())
    draws = draw(arrivals, fit_growth(arrivals))
    base = arrivals.base
    here, ahead = np.log(arrivals.age), np.log(window_ends(arrivals))
    by_curve = fit.children(arrivals, ahead, base) - fit.children(arrivals, here, base)
    jumps = _mass_first(_jumped(children, find_jumps(arrivals)), _jumped(children, find_jumps(arrivals, by_curve)))
    quality = _quality(arrivals, fit)
    estimates = _estimates(arrivals, fit, draws, stretch_of(children, until))
    return pl.concat([_counted(children), quality, estimates, jumps], how="horizontal")


def _unfitted(children: pl.DataFrame, until: datetime) -> pl.DataFrame:
    jumps = _jumped(children, find_jumps(arrivals_of(children, until)))
    return pl.concat([_counted(children), jumps], how="horizontal").with_columns(growth_reason=pl.lit("birth_unknown"))


def _counted(children: pl.DataFrame) -> pl.DataFrame:
    by_author = pl.col("child_author").drop_nulls().value_counts(sort=True).struct.field("count").first()
    return children.group_by("parent_id", maintain_order=True).agg(
        n_dated_children=pl.len().cast(pl.Int64),
        first_child_at=pl.col("child_created_at").min(),
        last_child_at=pl.col("child_created_at").max(),
        largest_author_share=(by_author.fill_null(0) / pl.len()).round(_DIGITS),
    ).rename({"parent_id": "model_id"})  # fmt: skip


def _quality(arrivals: Arrivals, fit: Fit) -> pl.DataFrame:
    """Compare the counted curve, in the middle of its steps, with the fitted one at each arrival."""
    n = arrivals.n
    counted = np.arange(len(arrivals.age)) - np.repeat(arrivals.start, n) + 0.5
    apart = counted - fit.children(arrivals, np.log(arrivals.age), arrivals.base)
    left = np.add.reduceat(apart**2, arrivals.start) if len(n) else np.zeros(0)
    gap = (np.maximum.reduceat(np.abs(apart), arrivals.start) if len(n) else np.zeros(0)) / n
    there = n * (n.astype(np.float64) ** 2 - 1) / 12
    return pl.DataFrame(
        {
            "r2": (1 - left / there).round(_DIGITS),
            "largest_gap_share": np.minimum(gap, 1.0).round(_DIGITS),
            "is_outlier": (gap > OUTLIER_GAP) & (gap > OUTLIER_CHANCE / np.sqrt(n)),
            "is_converged": fit.is_converged,
        }
    )


def _estimates(arrivals: Arrivals, fit: Fit, draws: Draws, stretch: float | None) -> pl.DataFrame:
    """Return the estimates with their intervals, null where they say nothing, and the reason."""
    intervals = {name: draws.quantiles(draws.theta[..., at]) for at, name in enumerate(_PARAMETERS)}
    predicted = stretched(np.log(forecast(arrivals, draws, HORIZON_DAYS)), arrivals.n.astype(np.float64), stretch)
    is_told = {name: high - low <= np.log(WIDEST) for name, (low, _, high) in intervals.items()}
    is_known_ahead = is_foreseen(predicted)
    is_brief = arrivals.window < MIN_WINDOW_DAYS
    is_unbent = draws.share(draws.theta[..., 0] > np.log(arrivals.window)) >= UNBENT_SHARE
    is_wide = ~(is_told["immediacy"] & is_told["longevity"] & is_known_ahead)
    reasons = [is_brief, ~fit.is_converged, is_unbent, ~is_told["fitness"], is_wide]
    is_out = is_brief | ~fit.is_converged | is_unbent
    columns: dict[str, pl.Series] = {}
    for name, values in intervals.items():
        shown = values if name == "immediacy" else np.exp(values)
        columns |= _with_interval(name, shown, is_told[name] & ~is_out)
    told = np.stack([middle for _, middle, _ in intervals.values()], axis=1)
    columns["growth_scale"] = _nullable(scale_of(arrivals, told), is_told["fitness"] & ~is_out)
    columns |= _with_interval(_PREDICTED, np.exp(predicted), is_known_ahead & fit.is_converged & ~is_brief)
    columns["forecast_stretch"] = pl.repeat(
        None if stretch is None else round(stretch, _DIGITS), len(arrivals.n), dtype=pl.Float64, eager=True
    )
    named = np.select(reasons, REASONS[1:], default="")
    return pl.DataFrame(columns | {"growth_reason": pl.Series(named, dtype=pl.String).replace("", None)})


def _with_interval(name: str, values: Floats, is_told: Flags) -> dict[str, pl.Series]:
    low, middle, high = values
    named = {name: middle, f"{name}_low95": low, f"{name}_high95": high}
    return {column: _nullable(content, is_told) for column, content in named.items()}


def _nullable(values: Floats, is_told: Flags) -> pl.Series:
    return pl.Series(np.where(is_told, values, np.nan).round(_DIGITS), dtype=pl.Float64).fill_nan(None)


def _jumped(children: pl.DataFrame, jumps: Jumps) -> pl.DataFrame:
    """Describe each base's jump: when, how many children, and who made most of them."""
    owner = np.repeat(np.arange(len(jumps.first)), jumps.n_children)
    begin = np.repeat(jumps.first - np.cumsum(jumps.n_children) + jumps.n_children, jumps.n_children)
    inside = children[(begin + np.arange(len(owner))).astype(np.uint32)].select("child_author").with_columns(owner=owner)
    largest = inside.drop_nulls().group_by("owner", "child_author").len().group_by("owner").agg(n_largest=pl.col("len").max())
    described = pl.DataFrame(
        {
            "owner": np.arange(len(jumps.first)),
            "has_jump": jumps.is_jump,
            "jump_at": children["child_created_at"][jumps.first.astype(np.uint32)],
            "n_jump_children": jumps.n_children,
        }
    ).join(largest, on="owner", how="left", maintain_order="left")
    share = (pl.col("n_largest").fill_null(0) / pl.col("n_jump_children")).round(_DIGITS)
    return described.select(
        "has_jump",
        (pl.col("has_jump") & (share >= MASS_SHARE)).alias("is_mass_upload"),
        pl.when("has_jump").then("jump_at").alias("jump_at"),
        pl.when("has_jump").then("n_jump_children").alias("n_jump_children"),
        pl.when("has_jump").then(share).alias("jump_author_share"),
    )


def _mass_first(against_days: pl.DataFrame, against_curve: pl.DataFrame) -> pl.DataFrame:
    """Return the jumps that the curve does not explain, and mass uploads even where it does.

    A steep beginning is no jump if a crowd made it; one author's burst is an upload however well a curve was drawn through it.
    """
    is_mass = against_days["is_mass_upload"]
    chosen = [against_days[name].zip_with(is_mass, against_curve[name]) for name in against_days.columns]
    return pl.DataFrame(chosen)


def _attachment(children: pl.DataFrame) -> pl.DataFrame:
    in_time = children.sort("child_created_at", "child_id", "parent_id")
    whole = _choices(in_time.with_columns(pool=pl.lit(0)))
    families = _choices(in_time.filter(pl.col("family_id").is_not_null()).with_columns(pool=pl.col("family_id")))
    found = {
        "cumulative_hub": cumulative_exponent(whole),
        "likelihood_families": likeliest_exponent(families),
        "likelihood_hub": likeliest_exponent(whole),
    }
    return pl.DataFrame([_method(name, exponent) for name, exponent in found.items()], schema_overrides=_METHOD_TYPES)


_METHOD_TYPES: Final = {
    "attachment_exponent": pl.Float64,
    "attachment_exponent_low95": pl.Float64,
    "attachment_exponent_high95": pl.Float64,
}


def _choices(children: pl.DataFrame) -> Choices:
    """Number pools and bases; the order within a pool stays that of time."""
    ranked = children.with_columns(pl.col("pool", "parent_id").rank("dense")).sort("pool", maintain_order=True)
    pool, base = (ranked[name].cast(pl.Int64).to_numpy() for name in ("pool", "parent_id"))
    return Choices(pool, base, ranked["child_created_at"].dt.epoch("d").cast(pl.Int64).to_numpy())


def _method(name: str, exponent: Exponent) -> dict[str, object]:
    bounds = {"": exponent.value, "_low95": exponent.low, "_high95": exponent.high}
    return {
        "attachment_method": name,
        **{f"attachment_exponent{end}": None if value is None else round(value, _DIGITS) for end, value in bounds.items()},
        "n_choices": exponent.n_choices,
        "n_candidate_bases": exponent.n_bases,
    }


def end_of_observation(last_seen_at: datetime, last_created_at: datetime) -> datetime:
    """Return when the newest observation was over: imports say the day alone, so a child of that day moves it on by hours.

    No clock is asked; a creation time far in the future moves nothing.
    """
    return min(max(last_seen_at, last_created_at), last_seen_at + timedelta(days=1))

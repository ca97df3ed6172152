"""What the pictures of a study show, as rows: one function a picture; the published tables hold the same columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import polars as pl

from pipelines.scaling.allocation import FLOP_PER_PARAMETER_TOKEN, allocate
from pipelines.scaling.arrays import Floats
from pipelines.scaling.identifiability import FARTHEST
from pipelines.scaling.laws.law import Columns
from pipelines.scaling.selection import absolute_relative_error, window_errors
from pipelines.scaling.study import Study, spread_of_held_out
from pipelines.scaling.uncertainty.profile import profile

_N_ALONG: Final = 60
"""Points along a curve."""
_N_BUDGETS: Final = 25
_N_CONTOURS: Final = 8
_N_SEARCHED: Final = 100
"""Replicates behind the band where each one's best split has to be searched."""
_PERCENTS: Final = (2.5, 25.0, 75.0, 97.5)
_ENDS: Final = ("low95", "low50", "high50", "high95")
_AXES: Final = {"parameter_count": "parameters", "token_count": "tokens", "tokens_per_parameter": "tokens per parameter"}

RESIDUALS: Final = {"axis": pl.String, "position": pl.Float64, "residual_percent": pl.Float64}
PROFILES: Final = {"parameter": pl.String, "parameter_value": pl.Float64, "likelihood_ratio": pl.Float64}
FAN: Final = {"part": pl.String, "compute_flop": pl.Float64, "loss": pl.Float64, **dict.fromkeys(_ENDS, pl.Float64)}
CONTOURS: Final = {
    "part": pl.String,
    "loss": pl.Float64,
    "compute_flop": pl.Float64,
    "parameter_count": pl.Float64,
    "low95": pl.Float64,
    "high95": pl.Float64,
}
ERRORS: Final = {"n_models": pl.Int64, "token_share": pl.Float64, "held_out_are": pl.Float64}


def contour_rows(study: Study) -> pl.DataFrame:
    """Return lines of equal loss over compute (FLOP) and parameters, the best split of each budget with its band, the losses.

    ``part`` is ``equal loss``, ``best split`` (``parameter_count`` with its 95 % interval) or ``fitted``. The lines reach ten
    times beyond the largest fitted compute. Empty where the law does not read N and D alone.
    """
    if study.fit is None or set(study.fit.law.inputs) != {"parameter_count", "token_count"}:
        return pl.DataFrame(schema=CONTOURS)
    flop, n = (study.seen.columns[name] for name in ("compute_flop", "parameter_count"))
    budgets = np.geomspace(flop.min(), FARTHEST * flop.max(), _N_BUDGETS)
    frontier = _frontier(study, budgets)
    levels = np.unique(np.round(frontier["loss"].to_numpy()[np.linspace(0, _N_BUDGETS - 1, _N_CONTOURS).astype(int)], 2))
    sizes = np.geomspace(n.min() / 5, max(n.max(), float(frontier["parameter_count"].to_numpy().max())) * 5, 2 * _N_ALONG)
    lines = _equal_losses(study, levels, sizes).filter(pl.col("compute_flop").is_between(budgets[0], budgets[-1]))
    points = pl.DataFrame({"part": "fitted", "loss": study.seen.loss, "compute_flop": flop, "parameter_count": n})
    return pl.concat([pl.DataFrame(schema=CONTOURS), lines, frontier, points], how="diagonal").select(*CONTOURS)


def _frontier(study: Study, budgets: Floats) -> pl.DataFrame:
    assert study.fit is not None
    law = study.fit.law
    is_closed = {"alpha", "beta"} <= {each.name for each in law.all_parameters}
    spread = None if study.replicates is None else study.replicates.theta[: None if is_closed else _N_SEARCHED]
    rows = []
    for flop in budgets:
        best = allocate(law, study.fit.theta[None], float(flop))
        told = {"part": "best split", "compute_flop": flop, "parameter_count": best.parameter_count[0], "loss": best.loss[0]}
        if spread is not None and len(spread):
            ends = np.percentile(allocate(law, spread, float(flop)).parameter_count, (2.5, 97.5))
            told |= dict(zip(("low95", "high95"), ends, strict=True))
        rows.append(told)
    return pl.DataFrame(rows)


def _equal_losses(study: Study, levels: Floats, sizes: Floats) -> pl.DataFrame:
    """Find, at each size, the tokens that bring each loss: the law falls with tokens, so a fine table is read backwards."""
    assert study.fit is not None
    tokens = np.geomspace(1e6, 1e17, 1200)
    n, d = (each.ravel() for each in np.meshgrid(sizes, tokens, indexing="ij"))
    table = study.fit.law.predict({"parameter_count": n, "token_count": d}, study.fit.theta)[0].reshape(len(sizes), -1)
    parts = []
    for size, losses in zip(sizes, table, strict=True):
        found = np.exp(np.interp(levels, losses[::-1], np.log(tokens)[::-1], left=np.nan, right=np.nan))
        parts.append(pl.DataFrame({"loss": levels, "parameter_count": size, "token_count": found}))
    flop = FLOP_PER_PARAMETER_TOKEN * pl.col("parameter_count") * pl.col("token_count")
    known = pl.concat(parts).filter(pl.col("token_count").is_not_nan())
    return known.select(pl.lit("equal loss").alias("part"), "loss", flop.alias("compute_flop"), "parameter_count")


def residual_rows(study: Study) -> pl.DataFrame:
    """Return each loss's distance from the law in percent, L/L̂ - 1, against N, D and D/N: a saddle means the wrong form."""
    if study.fit is None:
        return pl.DataFrame(schema=RESIDUALS)
    seen = study.seen
    fitted = study.fit.law.predict({name: seen.columns[name] for name in study.fit.law.inputs}, study.fit.theta)[0]
    known = {**seen.columns, "tokens_per_parameter": seen.columns["token_count"] / seen.columns["parameter_count"]}
    parts = [
        pl.DataFrame({"axis": words, "position": known[name], "residual_percent": 100 * (seen.loss / fitted - 1)})
        for name, words in _AXES.items()
    ]
    return pl.concat(parts).filter(pl.col("position").is_finite())


def fan_rows(study: Study) -> pl.DataFrame:
    """Return the forecast of the largest model by the law fitted without it, over compute in FLOP, and what was measured.

    ``part`` is ``forecast`` (with 50 and 95 % bands of the bootstrap), ``fitted`` (losses of the smaller models) or ``held
    out``. Empty where nothing was held out or no compute is known.
    """
    held, flop = study.held_out, study.seen.columns.get("compute_flop", np.empty(0))
    if held is None or not np.isfinite(flop).all():
        return pl.DataFrame(schema=FAN)
    is_largest = study.seen.size == study.seen.size.max()
    targets, compute = _targets(study, is_largest)
    forecast = held.fit.law.predict(targets, held.fit.theta)[0]
    fan: dict[str, object] = {"part": "forecast", "compute_flop": compute, "loss": forecast}
    spread = spread_of_held_out(study)
    if spread is not None:
        fan |= dict(zip(_ENDS, np.percentile(held.fit.law.predict(targets, spread.theta), _PERCENTS, axis=0), strict=True))
    measured = {
        words: pl.DataFrame({"part": words, "compute_flop": flop[at], "loss": study.seen.loss[at]})
        for words, at in (("fitted", ~is_largest), ("held out", is_largest))
    }
    return pl.concat([pl.DataFrame(schema=FAN), pl.DataFrame(fan), *measured.values()], how="diagonal").select(*FAN)


def _targets(study: Study, is_largest: np.ndarray) -> tuple[Columns, Floats]:
    """Return inputs along the largest model's training and beyond; its own observations where a law reads more."""
    assert study.held_out is not None
    inputs, columns = study.held_out.fit.law.inputs, study.seen.columns
    if not set(inputs) <= {"parameter_count", "token_count", "compute_flop"} or np.isnan(columns["token_count"]).any():
        at = np.flatnonzero(is_largest)[np.argsort(columns["compute_flop"][is_largest], kind="stable")]
        return {name: columns[name][at] for name in inputs}, columns["compute_flop"][at]
    tokens = columns["token_count"][is_largest]
    along = np.geomspace(tokens.min() / 2, tokens.max() * 3, _N_ALONG)
    size = np.full(_N_ALONG, study.held_out.target_parameter_count)
    known = {"parameter_count": size, "token_count": along, "compute_flop": FLOP_PER_PARAMETER_TOKEN * size * along}
    return {name: known[name] for name in inputs}, known["compute_flop"]


def profile_rows(study: Study) -> pl.DataFrame:
    """Return the likelihood ratio along each free parameter, in its own unit; 3.84 is where the 95 % interval ends."""
    if study.fit is None:
        return pl.DataFrame(schema=PROFILES)
    n = study.criteria.n_effective if study.criteria else None
    found = [profile(study.fit, name, n_effective=n) for name in study.fit.law.names]
    parts = [
        pl.DataFrame(
            {"parameter": each.parameter, "parameter_value": each.natural, "likelihood_ratio": np.maximum(each.ratio, 0)}
        )
        for each in found
    ]
    return pl.concat([pl.DataFrame(schema=PROFILES), *parts])


def error_rows(study: Study) -> pl.DataFrame:
    """Return the held-out error of fits to the smallest 3, 4, … models and the first tenths of their tokens.

    ``held_out_are`` is the mean of |L - L̂|/L on the last 30 % of the largest model's tokens (Choshen et al. 2024, section 6).
    Shares under one are there where runs have checkpoints.
    """
    held = study.held_out
    if held is None:
        return pl.DataFrame(schema=ERRORS)
    found = window_errors(held, study.seen)
    measured = study.seen.loss[held.is_target]
    rows = [(n, share, absolute_relative_error(measured, predicted)) for n, share, predicted in found]
    return pl.DataFrame(rows, schema=ERRORS, orient="row")


ROWS: Final[Mapping[str, Callable[[Study], pl.DataFrame]]] = {
    "contours": contour_rows,
    "residuals": residual_rows,
    "fan": fan_rows,
    "profiles": profile_rows,
    "errors": error_rows,
}
"""The rows of each kind of picture."""

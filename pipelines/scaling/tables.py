"""The tables of fitted laws: one row a fit, its replicates, and its forecasts of the largest model held out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.scaling.allocation import optimum_exponent
from pipelines.scaling.preparation import Cut
from pipelines.scaling.study import Protocol, Study

COEFFICIENTS: Final = {"E": "floor_e", "A": "coefficient_a", "B": "coefficient_b", "alpha": "alpha", "beta": "beta"}
"""Parameters of the additive law and their columns."""
PROTOCOLS: Final = tuple(Protocol(law, cut=Cut(at_most=400), n_replicates=200) for law in ("chinchilla", "chinchilla_tied"))
"""What a build fits; other laws, cuts and more replicates are a command away."""
DIGITS: Final = 10
"""Significant digits that are kept: more than any loss has, fewer than the order of a sum can move."""

_ESTIMATED: Final = (*COEFFICIENTS.values(), "optimum_exponent")
_FITS: Final[dict[str, Any]] = {
    **dict.fromkeys(
        ("fit_id", "source_name", "series", "eval_set", "law", "protocol_hash", "data_hash", "loss_cut"), pl.String
    ),
    **dict.fromkeys(("n_fitted_losses", "n_fitted_runs", "n_fitted_sizes"), pl.Int64),
    **{f"{name}{end}": pl.Float64 for name in _ESTIMATED for end in ("", "_low95", "_high95")},
    "resampling": pl.String,
    "n_replicates": pl.Int64,
    **dict.fromkeys(("huber_delta", "objective", "gradient_norm", "start_share", "aicc", "bic"), pl.Float64),
    **dict.fromkeys(("held_out_are", "best_seen_are", "last_checkpoint_are"), pl.Float64),
    "fit_warnings": pl.List(pl.String),
    "fit_refusal": pl.String,
    "borrowed_from": pl.String,
}
_BOOTSTRAP: Final[dict[str, Any]] = {
    "fit_id": pl.String,
    "replicate": pl.Int64,
    **dict.fromkeys(COEFFICIENTS.values(), pl.Float64),
}
_PREDICTIONS: Final[dict[str, Any]] = {
    "fit_id": pl.String,
    "prediction_number": pl.Int64,
    **dict.fromkeys(("parameter_count", "token_count", "loss", "predicted_loss"), pl.Float64),
}


def fit_id(study: Study) -> str:
    """Return the name of a fit: its data and its protocol decide it, nothing else does."""
    return f"{study.data_hash}-{study.protocol.hash}"


def scaling_tables(studies: Sequence[Study]) -> dict[str, pl.DataFrame]:
    """Return scaling_fits, scaling_bootstrap and scaling_predictions of studies of the additive law, sorted by their keys."""
    fits = pl.DataFrame([_fit_row(study) for study in studies], schema=_FITS, orient="row")
    bootstrap = pl.concat([pl.DataFrame(schema=_BOOTSTRAP), *(_replicates(study) for study in studies if study.replicates)])
    predictions = pl.DataFrame([row for study in studies for row in _predictions(study)], schema=_PREDICTIONS, orient="row")
    keys = {
        "scaling_fits": (fits, ["fit_id"]),
        "scaling_bootstrap": (bootstrap, ["fit_id", "replicate"]),
        "scaling_predictions": (predictions, ["fit_id", "prediction_number"]),
    }
    rounded = pl.selectors.float().round_sig_figs(DIGITS)
    return {name: frame.with_columns(rounded).sort(key) for name, (frame, key) in keys.items()}


def _fit_row(study: Study) -> dict[str, Any]:
    refusal = next((each.words for each in study.findings if each.severity == "error"), None) if study.is_refused else None
    row: dict[str, Any] = {
        "fit_id": fit_id(study),
        **dict(zip(("source_name", "series", "eval_set"), study.group, strict=True)),
        "law": study.protocol.law,
        "protocol_hash": study.protocol.hash,
        "data_hash": study.data_hash,
        "loss_cut": study.cut_words,
        "n_fitted_losses": study.seen.n,
        "n_fitted_runs": len(np.unique(study.seen.run)),
        "n_fitted_sizes": len(np.unique(study.seen.size)),
        "fit_warnings": sorted({each.code for each in study.findings}),
        "fit_refusal": refusal,
        "borrowed_from": study.protocol.borrowed_from or None,
    }
    return row if study.fit is None else {**row, **_fitted(study)}


def _fitted(study: Study) -> dict[str, Any]:
    assert study.fit is not None
    law, held, told = study.fit.law, study.held_out, study.criteria
    intervals = {COEFFICIENTS[name]: each for name, each in study.intervals.items()}
    if study.replicates is not None:
        intervals["optimum_exponent"] = study.replicates.interval(lambda theta: optimum_exponent(law.every_natural(theta)))
    bounds = {
        f"{name}{end}": value
        for name, each in intervals.items()
        for end, value in (("", each.estimate), ("_low95", each.low), ("_high95", each.high))
    }
    return {
        **bounds,
        "resampling": study.replicates.how if study.replicates else None,
        "n_replicates": len(study.replicates.theta) if study.replicates else 0,
        "huber_delta": study.fit.objective.delta,
        "objective": study.fit.value,
        "gradient_norm": study.fit.certificate.gradient_norm,
        "start_share": study.fit.certificate.share_at_best,
        "aicc": told.aicc if told and np.isfinite(told.aicc) else None,
        "bic": told.bic if told else None,
        "held_out_are": held.are if held else None,
        "best_seen_are": held.best_seen_are if held else None,
        "last_checkpoint_are": held.last_checkpoint_are if held else None,
    }


def _replicates(study: Study) -> pl.DataFrame:
    assert study.replicates is not None
    spread = study.replicates.estimates
    columns = {COEFFICIENTS[name]: values for name, values in spread.items()}
    numbered = pl.DataFrame({"replicate": np.arange(len(study.replicates.theta)), **columns})
    return numbered.select(pl.lit(fit_id(study)).alias("fit_id"), "replicate", *COEFFICIENTS.values())


def _predictions(study: Study) -> Iterator[dict[str, Any]]:
    held = study.held_out
    if held is None:
        return
    at = np.flatnonzero(held.is_target)
    for number, (row, predicted) in enumerate(zip(at, held.predicted, strict=True)):
        yield {
            "fit_id": fit_id(study),
            "prediction_number": number,
            "parameter_count": float(study.seen.columns["parameter_count"][row]),
            "token_count": float(study.seen.columns["token_count"][row]),
            "loss": float(study.seen.loss[row]),
            "predicted_loss": float(predicted),
        }

"""The tables behind the pictures: what `charts.rows` draws of one study, for all studies of the additive law at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.scaling.charts.rows import error_rows, fan_rows, profile_rows
from pipelines.scaling.study import Study
from pipelines.scaling.tables import DIGITS, fit_id

DRAWN_LAW: Final = "chinchilla"
"""The law whose pictures a build keeps; others are a command away (`hubtree scaling plot`)."""

_SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    "scaling_residuals": {
        "fit_id": pl.String,
        "loss_number": pl.Int64,
        **dict.fromkeys(("parameter_count", "token_count", "compute_flop", "loss", "fitted_loss"), pl.Float64),
    },
    "scaling_profiles": {
        **dict.fromkeys(("fit_id", "fit_parameter"), pl.String),
        "value_number": pl.Int64,
        **dict.fromkeys(("parameter_value", "likelihood_fall"), pl.Float64),
    },
    "scaling_fans": {
        "fit_id": pl.String,
        "point_number": pl.Int64,
        **dict.fromkeys(("compute_flop", "predicted_loss"), pl.Float64),
        **{f"predicted_loss_{end}": pl.Float64 for end in ("low95", "low50", "high50", "high95")},
    },
    "scaling_windows": {
        "fit_id": pl.String,
        "n_window_sizes": pl.Int64,
        **dict.fromkeys(("token_share", "held_out_are"), pl.Float64),
    },
}


def chart_tables(studies: Sequence[Study]) -> dict[str, pl.DataFrame]:
    """Return scaling_residuals, scaling_profiles, scaling_fans and scaling_windows, sorted by their keys.

    Args:
        studies: of any law; those of `DRAWN_LAW` that were not refused and borrow nothing have rows.
    """
    own = [study for study in studies if not study.protocol.fixed]
    drawn = [study for study in own if study.protocol.law == DRAWN_LAW and study.fit is not None]
    tables = {}
    for name, of in _PARTS.items():
        schema = _SCHEMAS[name]
        parts = [of(study).select(pl.lit(fit_id(study)).alias("fit_id"), pl.all()).select(*schema) for study in drawn]
        whole = pl.concat([pl.DataFrame(schema=schema), *(part.cast(pl.Schema(schema)) for part in parts)])
        keys = [column for column, kind in schema.items() if kind != pl.Float64 or column == "token_share"]
        tables[name] = whole.with_columns(pl.selectors.float().round_sig_figs(DIGITS)).sort(keys)
    return tables


def _residuals(study: Study) -> pl.DataFrame:
    assert study.fit is not None
    seen = study.seen
    fitted = study.fit.law.predict({name: seen.columns[name] for name in study.fit.law.inputs}, study.fit.theta)[0]
    columns = {name: seen.columns[name] for name in ("parameter_count", "token_count", "compute_flop")}
    return pl.DataFrame({"loss_number": np.arange(seen.n), **columns, "loss": seen.loss, "fitted_loss": fitted})


def _profiles(study: Study) -> pl.DataFrame:
    rows = profile_rows(study).rename({"parameter": "fit_parameter", "likelihood_ratio": "likelihood_fall"})
    return rows.with_columns(value_number=pl.int_range(pl.len()).over("fit_parameter"))


def _fans(study: Study) -> pl.DataFrame:
    forecast = fan_rows(study).filter(pl.col("part") == "forecast").drop("part")
    ends = {end: f"predicted_loss_{end}" for end in ("low95", "low50", "high50", "high95")}
    return forecast.rename({"loss": "predicted_loss", **ends}).with_row_index("point_number")


def _windows(study: Study) -> pl.DataFrame:
    return error_rows(study).rename({"n_models": "n_window_sizes"})


_PARTS: Final[Mapping[str, Callable[[Study], pl.DataFrame]]] = {
    "scaling_residuals": _residuals,
    "scaling_profiles": _profiles,
    "scaling_fans": _fans,
    "scaling_windows": _windows,
}

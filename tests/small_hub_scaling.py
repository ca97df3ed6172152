"""Rows of the scaling tables for the small hub: a fit with a forecast, and a series that was refused."""

from __future__ import annotations

from typing import Any

from small_hub_rows import Row

FIT = "0123456789ab-cdef01234567"
REFUSED = "ba9876543210-cdef01234567"
_FACTS = {
    "source_name": "pebbles",
    "eval_set": "held-out",
    "law": "chinchilla",
    "protocol_hash": "cdef01234567",
    "loss_cut": "none",
}


def _around(**values: float) -> Row:
    return {
        key: each
        for name, x in values.items()
        for key, each in ((name, x), (f"{name}_low95", x / 2), (f"{name}_high95", 2 * x))
    }


def scaling_rows() -> dict[str, list[Row]]:
    """One fit with a replicate and a forecast, one refusal."""
    fitted: dict[str, Any] = {
        **_FACTS,
        "fit_id": FIT,
        "series": "pebbles",
        "data_hash": "0123456789ab",
        "n_fitted_losses": 12,
        "n_fitted_runs": 6,
        "n_fitted_sizes": 6,
        **_around(floor_e=1.8, coefficient_a=400.0, coefficient_b=2000.0, alpha=0.34, beta=0.36, optimum_exponent=0.51),
        "resampling": "run",
        "n_replicates": 1,
        "huber_delta": 1e-3,
        "objective": 1e-4,
        "gradient_norm": 1e-14,
        "start_share": 1.0,
        "aicc": -80.0,
        "bic": -78.0,
        "held_out_are": 0.02,
        "best_seen_are": 0.1,
        "last_checkpoint_are": 0.05,
        "fit_warnings": ["many_parameters"],
    }
    refused: dict[str, Any] = {
        **_FACTS,
        "fit_id": REFUSED,
        "series": "gravel",
        "data_hash": "ba9876543210",
        "n_fitted_losses": 2,
        "n_fitted_runs": 2,
        "n_fitted_sizes": 2,
        "fit_warnings": ["no_degrees_of_freedom"],
        "fit_refusal": "2 observations for 5 parameters: a perfect fit of nothing",
    }
    replicate = {"floor_e": 1.8, "coefficient_a": 410.0, "coefficient_b": 1900.0, "alpha": 0.34, "beta": 0.36}
    forecast = {"parameter_count": 1e10, "token_count": 2e11, "loss": 2.0, "predicted_loss": 2.04}
    residual = {"fit_id": FIT, "token_count": 2e10, "compute_flop": 1.2e20, "loss": 2.6, "fitted_loss": 2.61}
    bands = {f"predicted_loss_{end}": x for end, x in (("low95", 2.0), ("low50", 2.03), ("high50", 2.05), ("high95", 2.1))}
    fan = {"fit_id": FIT, "predicted_loss": 2.04, **bands}
    profile = {"fit_id": FIT, "fit_parameter": "alpha", "parameter_value": 0.34, "likelihood_fall": 0.0}
    return {
        "scaling_residuals": [{**residual, "loss_number": at, "parameter_count": 1e9 * (1 + at)} for at in range(12)],
        "scaling_profiles": [{**profile, "value_number": at, "likelihood_fall": 4.0 * abs(at - 1)} for at in range(3)],
        "scaling_fans": [{**fan, "point_number": at, "compute_flop": 1e22 * (1 + at)} for at in range(3)],
        "score_links": [
            {
                **{"loss_protocol_id": "ladder/quiz/bpb", "protocol_id": "ladder/quiz/acc", "n_scored_models": 12},
                **{"link_error": 0.01, "two_step_error": 0.02, "direct_error": 0.04, "best_seen_error": 0.1},
            }
        ],
        "exponent_tests": [
            {
                **{name: _FACTS[name] for name in ("source_name", "eval_set")},
                "pooled_series": ["gravel", "pebbles"],
                **{"n_pooled_series": 2, "n_fitted_losses": 24, "alpha": 0.34, "beta": 0.36, "sharing_statistic": 1.2},
                **{"n_freed": 2, "sharing_p": 0.55, "sharing_aic_gain": 2.8},
            }
        ],
        "scaling_windows": [{"fit_id": FIT, "n_window_sizes": 5, "token_share": 1.0, "held_out_are": 0.02}],
        "scaling_fits": [fitted, refused],
        "scaling_bootstrap": [{"fit_id": FIT, "replicate": 0, **replicate}],
        "scaling_predictions": [{"fit_id": FIT, "prediction_number": 0, **forecast}],
    }

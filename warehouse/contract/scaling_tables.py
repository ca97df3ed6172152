"""The tables of scaling laws: fits, their replicates, and their forecasts of what they did not see."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

_ESTIMATES: Final = names("floor_e coefficient_a coefficient_b alpha beta optimum_exponent")
_BOUNDS: Final = tuple(f"{name}{end}" for name in _ESTIMATES for end in ("", "_low95", "_high95"))
_COEFFICIENTS: Final = _ESTIMATES[:-1]

SCALING_FITS: Final = Table(
    name="scaling_fits",
    grain="one law fitted to the losses of one source, series and evaluation set, or the reason why not",
    key=("fit_id",),
    column_names=(
        *names("fit_id source_name series eval_set law protocol_hash data_hash loss_cut"),
        *names("n_fitted_losses n_fitted_runs n_fitted_sizes"),
        *_BOUNDS,
        *names("resampling n_replicates huber_delta objective gradient_norm start_share aicc bic"),
        *names("held_out_are best_seen_are last_checkpoint_are fit_warnings fit_refusal borrowed_from"),
    ),
    required=names("""
        source_name series eval_set law protocol_hash data_hash loss_cut n_fitted_losses n_fitted_runs n_fitted_sizes
        fit_warnings
    """),
    beware=(
        "Read fit_warnings first: parameters of a fit with flat_profile, one_ray or few_sizes are not to be quoted.",
        "A law is worth its forecast only where held_out_are is below best_seen_are and last_checkpoint_are.",
        "A and B move by factors with a hair's change of the exponents: compare E, alpha, beta and forecasts.",
        "Where borrowed_from is told, A and alpha were not fitted: the series has too few sizes; its refusal stands beside.",
        "A build fits with 200 replicates and thins long runs of checkpoints; hubtree scaling fit takes other choices.",
    ),
    rules=(
        Rule(
            "intervals of scaling laws are in order",
            "fail",
            "The lower end of an interval is not above the upper one, and both are there or none.",
            "select fit_id from scaling_fits where "
            + " or ".join(
                f"{name}_low95 > {name}_high95 or ({name}_low95 is null) <> ({name}_high95 is null)" for name in _ESTIMATES
            ),
        ),
        Rule(
            "a fit has numbers or a refusal",
            "fail",
            "fit_refusal is null exactly where objective and the coefficients are there.",
            "select fit_id from scaling_fits where "
            + " or ".join(f"(fit_refusal is null) <> ({name} is not null)" for name in ("objective", *_COEFFICIENTS)),
        ),
        Rule(
            "an error stands beside both baselines",
            "fail",
            "held_out_are, best_seen_are and last_checkpoint_are are there together.",
            "select fit_id from scaling_fits where (held_out_are is null) <> (best_seen_are is null)"
            " or (held_out_are is null) <> (last_checkpoint_are is null)",
        ),
    ),
)

SCALING_BOOTSTRAP: Final = Table(
    name="scaling_bootstrap",
    grain="one bootstrap replicate of one fit",
    key=("fit_id", "replicate"),
    column_names=(*names("fit_id replicate"), *_COEFFICIENTS),
    required=_COEFFICIENTS,
    references=(("fit_id", "scaling_fits", "fit_id"),),
    beware=(
        "Carry a quantity through the replicates and take percentiles at the end; do not combine the intervals of parameters.",
    ),
)

SCALING_PREDICTIONS: Final = Table(
    name="scaling_predictions",
    grain="one loss of the largest model of a series, foretold by the law fitted without that model",
    key=("fit_id", "prediction_number"),
    column_names=names("fit_id prediction_number parameter_count token_count loss predicted_loss"),
    required=names("parameter_count token_count loss predicted_loss"),
    fractional=names("parameter_count token_count"),
    references=(("fit_id", "scaling_fits", "fit_id"),),
    rules=(
        Rule(
            "forecasts make up the held-out error",
            "fail",
            "held_out_are is the mean of |loss - predicted_loss| / loss over a fit's forecasts.",
            "select fit_id from (select fit_id, avg(abs(loss - predicted_loss) / loss) as are"
            " from scaling_predictions group by all)"
            " full join (select fit_id, held_out_are from scaling_fits where held_out_are is not null) using (fit_id)"
            " where are is null or held_out_are is null or abs(are - held_out_are) > 1e-6",
        ),
    ),
)

SCALING_TABLES: Final = (SCALING_FITS, SCALING_BOOTSTRAP, SCALING_PREDICTIONS)

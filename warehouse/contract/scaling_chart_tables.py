"""The tables behind the pictures of scaling laws (residuals, profiles, bands, errors by window), and tests over series."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

_OF_A_FIT: Final = (("fit_id", "scaling_fits", "fit_id"),)
_BANDS: Final = names("predicted_loss_low95 predicted_loss_low50 predicted_loss_high50 predicted_loss_high95")

SCALING_RESIDUALS: Final = Table(
    name="scaling_residuals",
    grain="one loss that a law with free exponents was fitted to, beside what the law makes of it",
    key=("fit_id", "loss_number"),
    column_names=names("fit_id loss_number parameter_count token_count compute_flop loss fitted_loss"),
    required=names("parameter_count token_count compute_flop loss fitted_loss"),
    fractional=names("parameter_count token_count"),
    references=_OF_A_FIT,
    beware=("Checkpoints of one run err together: look at runs and sizes, not at the number of points.",),
    rules=(
        Rule(
            "every fitted loss has its residual",
            "fail",
            "A fit of the additive law with free exponents has n_fitted_losses rows here.",
            "select fit_id from scaling_fits f where law = 'chinchilla' and fit_refusal is null"
            " and borrowed_from is null and n_fitted_losses <>"
            " (select count(*) from scaling_residuals r where r.fit_id = f.fit_id)",
        ),
    ),
)

SCALING_PROFILES: Final = Table(
    name="scaling_profiles",
    grain="one value of one parameter of a fit, with what it costs to hold the parameter there",
    key=("fit_id", "fit_parameter", "value_number"),
    column_names=names("fit_id fit_parameter value_number parameter_value likelihood_fall"),
    required=names("parameter_value likelihood_fall"),
    references=_OF_A_FIT,
    beware=("The 95 % interval ends where likelihood_fall passes 3.84; a curve that never does has no end on that side.",),
)

SCALING_FANS: Final = Table(
    name="scaling_fans",
    grain="one amount of training of the largest model of a series, with the loss foretold by the law fitted without it",
    key=("fit_id", "point_number"),
    column_names=(*names("fit_id point_number compute_flop predicted_loss"), *_BANDS),
    required=names("compute_flop predicted_loss"),
    references=_OF_A_FIT,
    beware=("The bands say how far resampled losses move the forecast; that the law's form is right they take for granted.",),
    rules=(
        Rule(
            "bands of forecasts lie in one another",
            "fail",
            "The 50 % band lies inside the 95 % band.",
            "select fit_id from scaling_fans where predicted_loss_low95 > predicted_loss_low50"
            " or predicted_loss_low50 > predicted_loss_high50 or predicted_loss_high50 > predicted_loss_high95",
        ),
    ),
)

SCALING_WINDOWS: Final = Table(
    name="scaling_windows",
    grain="one fit to the smallest so many models and the first share of their tokens, asked for the largest model's losses",
    key=("fit_id", "n_window_sizes", "token_share"),
    column_names=names("fit_id n_window_sizes token_share held_out_are"),
    required=names("held_out_are"),
    references=_OF_A_FIT,
    beware=(
        "Shares below 1 are there where runs have checkpoints.",
        "Three sizes and five parameters: read low rows with care.",
    ),
    rules=(
        Rule(
            "the widest window errs as the fit says",
            "fail",
            "With all models but the largest and all tokens, the error is held_out_are of the fit.",
            "select w.fit_id from scaling_windows w join scaling_fits f on f.fit_id = w.fit_id"
            " where w.token_share = 1 and w.n_window_sizes = f.n_fitted_sizes - 1"
            " and abs(w.held_out_are - f.held_out_are) > 1e-4 * f.held_out_are + 1e-9",
        ),
    ),
)

EXPONENT_TESTS: Final = Table(
    name="exponent_tests",
    grain="one source and evaluation set with several fitted series, tested for one pair of exponents against a pair for each",
    key=("source_name", "eval_set"),
    column_names=names("""
        source_name eval_set pooled_series n_pooled_series n_fitted_losses alpha beta sharing_statistic n_freed sharing_p
        sharing_aic_gain
    """),
    required=names("""
        pooled_series n_pooled_series n_fitted_losses alpha beta sharing_statistic n_freed sharing_p sharing_aic_gain
    """),
    beware=(
        "At most five series are pooled: those with the fewest warnings and the most losses.",
        "A large sharing_p does not prove the exponents equal: look how wide the series' own intervals are.",
    ),
    rules=(
        Rule(
            "a series more frees two exponents",
            "fail",
            "Own exponents for each series are two parameters more a series beyond the first, and pooled_series names them.",
            "select source_name from exponent_tests where n_freed <> 2 * (n_pooled_series - 1)"
            " or len(pooled_series) <> n_pooled_series",
        ),
    ),
)

SCALING_CHART_TABLES: Final = (SCALING_RESIDUALS, SCALING_PROFILES, SCALING_FANS, SCALING_WINDOWS, EXPONENT_TESTS)

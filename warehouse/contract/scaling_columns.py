"""Columns of fitted scaling laws."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, count, estimate, number, text, texts

SCALING_COLUMNS: Final = (
    text("fit_id", "Name of a fit: a hash of its losses and of its protocol."),
    text("law", "Form that was fitted: chinchilla is L = E + A/N^alpha + B/D^beta; chinchilla_tied has beta = alpha."),
    text("protocol_hash", "Hash of law, objective, cut, resampling and seed."),
    text("data_hash", "Hash of the losses that were fitted."),
    text("loss_cut", "Losses that were left out, by rule; none: nothing was."),
    count("n_fitted_losses", "Losses that were fitted."),
    count("n_fitted_runs", "Training runs they come from."),
    count("n_fitted_sizes", "Different numbers of parameters among them, ln N to two digits."),
    *estimate("floor_e", "E: irreducible loss in nats.", minimum=0),
    *estimate("coefficient_a", "A: weight of parameters, in nats times parameters^alpha.", minimum=0),
    *estimate("coefficient_b", "B: weight of tokens, in nats times tokens^beta.", minimum=0),
    *estimate("alpha", "Exponent of parameters.", minimum=0),
    *estimate("beta", "Exponent of training tokens.", minimum=0),
    *estimate("optimum_exponent", "a of N* ~ C^a, the best size for compute C: beta/(alpha + beta).", minimum=0),
    text("resampling", "What the bootstrap draws: pairs (single losses), run (all checkpoints of a run together)."),
    count("n_replicates", "Bootstrap replicates behind the intervals."),
    number("huber_delta", "Width of Huber's function, in ln L."),
    number("objective", "Sum of Huber's function of ln L less its forecast, at the optimum."),
    number("gradient_norm", "Norm of the objective's gradient at the optimum, in centred coordinates: 0 but for rounding."),
    number("start_share", "Share of the search's starts that ended at the optimum.", maximum=1),
    Column("aicc", "DOUBLE", "Akaike's criterion, corrected; compares laws of one series alone. Null where it has no room."),
    Column("bic", "DOUBLE", "Bayes's criterion; the same."),
    number("held_out_are", "Mean of |L - L̂|/L on the largest model's last 30 % of tokens, fitted without that model."),
    number("best_seen_are", "The same error of the lowest loss of the smaller models: what a law has to beat."),
    number("last_checkpoint_are", "The same error of the last checkpoint of the second largest model."),
    texts("fit_warnings", "Codes of what speaks against the fit (docs/scaling.md)."),
    text("fit_refusal", "Why nothing was fitted; null where something was."),
    text("borrowed_from", "Series that A and alpha were taken from, and how it was chosen; null where they were fitted."),
    texts("pooled_series", "Series that were fitted together."),
    count("n_pooled_series", "How many these are.", 2),
    number("sharing_statistic", "Twice the log likelihood that own exponents gain over shared ones."),
    count("n_freed", "Parameters that own exponents add.", 2),
    number("sharing_p", "Chance of such a gain if the series shared their exponents (chi-square).", maximum=1),
    Column(
        "sharing_aic_gain",
        "DOUBLE",
        "Akaike's criterion of own exponents less that of shared ones: positive speaks for sharing.",
    ),
    text("loss_protocol_id", "Protocol under which the benchmark's loss was measured."),
    number("link_error", "Mean error of the accuracy as a sigmoid of the loss, on all models.", maximum=1),
    number("two_step_error", "Mean error on the largest models, held out, from N and D to loss to accuracy."),
    number("direct_error", "The same error of a sigmoid of the logarithm of compute."),
    number("best_seen_error", "The same error of the best accuracy among the smaller models.", maximum=1),
    count("replicate", "Number of a bootstrap replicate, from 0."),
    count("prediction_number", "Number of a forecast of a fit, from 0, in the order of tokens."),
    number("predicted_loss", "Loss that the law, fitted without the largest model, foretells, in nats."),
    *(
        number(f"predicted_loss_{end}{level}", f"{word} end of the {level} % band of predicted_loss.")
        for level in (95, 50)
        for end, word in (("low", "Lower"), ("high", "Upper"))
    ),
    count("loss_number", "Number of a fitted loss, from 0, in the order of runs and tokens."),
    number("fitted_loss", "What the law makes of it, in nats."),
    text("fit_parameter", "A parameter of the law: E, A, B, alpha or beta."),
    count("value_number", "Number of a value of the parameter, from 0, ascending."),
    number("parameter_value", "The value, in the parameter's own unit."),
    number("likelihood_fall", "Twice the log likelihood lost by holding the parameter there, all others at their best."),
    count("point_number", "Number of a point of a forecast, from 0, in the order of compute."),
    count("n_window_sizes", "Models fitted: so many of the smallest."),
    number("token_share", "Share of each run's tokens, from its beginning, that was fitted.", maximum=1),
)

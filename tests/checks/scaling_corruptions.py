"""What breaks the rules over fitted laws, by the rule's name."""

from __future__ import annotations

SCALING_RULES = {
    "intervals of scaling laws are in order": "update scaling_fits set alpha_low95 = alpha_high95 + 1 where alpha is not null",
    "a fit has numbers or a refusal": "update scaling_fits set fit_refusal = null",
    "an error stands beside both baselines": "update scaling_fits set best_seen_are = null",
    "forecasts make up the held-out error": "update scaling_predictions set predicted_loss = 3",
    "every fitted loss has its residual": "delete from scaling_residuals where loss_number = 3",
    "bands of forecasts lie in one another": "update scaling_fans set predicted_loss_low50 = predicted_loss_high95 + 1",
    "a link joins two protocols": "update score_links set protocol_id = loss_protocol_id",
    "a series more frees two exponents": "update exponent_tests set n_freed = 3",
    "the widest window errs as the fit says": "update scaling_windows set held_out_are = 0.5",
}

"""Statements that break the rules of the drift tables, by the rule's name."""

from __future__ import annotations

from typing import Final

DRIFT_RULES: Final = {
    "what is no value says why": "update trait_values set trait_value = null, value_reason = null where trait = 'language'",
    "mutation estimates lie in their intervals": "update trait_mutations set mutation_rate_low95 = 0.9, mutation_rate = 0.2",
    "a pair changes at most once": "update trait_mutations set n_changed_pairs = n_declared_pairs + 1",
    "a net flow is what goes less what comes back": "update trait_transitions set n_reverse = n_reverse + 1",
    "license_drift intervals hold their change": "update license_drift set mean_change_low95 = mean_change + 1",
    "language_drift intervals hold their change": "update language_drift set mean_change_high95 = null",
    "no more is lost or gained than could be": "update language_turnover set n_lost = n_parents_with + 1",
    "the first step is the paper's protocol": "update drift_steps set n_declared_pairs = 1",
    "a move adds or removes": "update trait_transitions set n_added = 0, n_removed = 0",
}
"""One statement for each rule."""

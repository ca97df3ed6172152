"""Statements that break the rules of the tables of orders and time, by the rule's name."""

from __future__ import annotations

from typing import Final

TREND_RULES: Final = {
    "an order holds each value once and counts its places": "update trait_orderings set trait_value = 'mit'",
    "a proven order has no gap": "update trait_orderings set gap_ratio = 0.1",
    "the facts of an order stand in each of its rows": "update trait_orderings set explained_share = 0.1 where position = 1",
    "a pair stands one way round": "insert into trait_order_pairs select * replace"
    " (upstream_value as downstream_value, downstream_value as upstream_value) from trait_order_pairs",
    "a month begins on its first day": "update monthly_trends set month_at = month_at + interval 1 day",
    "more licences are other by the old list": "update monthly_trends set other_license_fixed_list_share = 0,"
    " other_license_share = 0.5",
    "groups are parts of all models": "update monthly_trends set n_models = 0 where trend_group = 'all'",
    "a slope lies in its interval": "update trend_tests set slope_per_year = slope_per_year_high95 + 1",
    "a series without a test says why": "update trend_tests set trend_reason = null",
    "a change has two values and two times": "update trait_changes set values_after = values_before",
    "only licences have a list": "update trait_changes set change_kind = 'repaired', trait = 'task'",
    "change and difference add up": "update cohort_effects set total_difference = total_difference + 0.5",
    "cohort estimates lie in their intervals": "update cohort_effects set within_change_low95 = null",
    "repeated models are of the baseline": "update cohort_effects set n_repeated = n_baseline + 1",
    "an attribute is shown by models that are known": "update reuse_attributes set n_with = n_known + 1",
}
"""One statement for each rule."""

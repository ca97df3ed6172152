"""The tables of time: months of creation, their trends, changes of one model, and what helps or hinders reuse."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

MONTHLY_TRENDS: Final = Table(
    name="monthly_trends",
    grain="one month of creation of all models, of one task or of one library",
    key=("month_at", "trend_group", "group_value"),
    column_names=names("""
        month_at trend_group group_value is_whole_month n_models n_visited card_share median_card_chars median_own_chars
        auto_generated_share generated_share template_card_share
        license_share language_share task_share library_share parent_share english_only_share
        other_license_share other_license_fixed_list_share
    """),
    required=names("is_whole_month n_models n_visited task_share library_share license_share language_share parent_share"),
    beware=(
        "Models as last observed, by month of creation: cohorts, not changes of models (see cohort_effects).",
        "Young models are less finished: the newest months have fewer cards and licences for that alone.",
        "Models removed before the first observation are missing from all months.",
    ),
    rules=(
        Rule(
            "a month begins on its first day",
            "fail",
            "month_at is the first instant of a month.",
            "select month_at from monthly_trends where month_at <> date_trunc('month', month_at)",
        ),
        Rule(
            "more licences are other by the old list",
            "fail",
            "other_license_fixed_list_share is at least other_license_share.",
            "select month_at, trend_group, group_value from monthly_trends"
            " where other_license_fixed_list_share < other_license_share",
        ),
        Rule(
            "groups are parts of all models",
            "fail",
            "The tasks of a month, and its libraries, hold no more models than the month.",
            "select p.month_at, p.trend_group from (select month_at, trend_group, sum(n_models) as n from monthly_trends"
            " where trend_group <> 'all' group by all) p left join (select month_at, n_models from monthly_trends"
            " where trend_group = 'all') w using (month_at) where p.n > coalesce(w.n_models, 0)",
        ),
    ),
)

TREND_TESTS: Final = Table(
    name="trend_tests",
    grain="one measure of monthly_trends of one group, tested for a trend over its whole months",
    key=("trend_group", "group_value", "trend_measure"),
    column_names=names("""
        trend_group group_value trend_measure n_months first_month_at last_month_at slope_per_year slope_per_year_low95
        slope_per_year_high95 kendall_tau autocorrelation trend_p_value trend_p_adjusted trend trend_reason
    """),
    required=names("n_months first_month_at last_month_at"),
    beware=(
        "other_license_share falls when the hub's list grows; judge by other_license_fixed_list_share.",
        "A trend over months of creation mixes what makers do with how long models had to be finished.",
    ),
    rules=(
        Rule(
            "a slope lies in its interval",
            "fail",
            "slope_per_year and both ends are there together, in order.",
            "select trend_group, group_value, trend_measure from trend_tests"
            " where slope_per_year < slope_per_year_low95 or slope_per_year > slope_per_year_high95"
            " or (slope_per_year is null) <> (slope_per_year_low95 is null)"
            " or (slope_per_year is null) <> (slope_per_year_high95 is null)",
        ),
        Rule(
            "a series without a test says why",
            "fail",
            "trend_reason is set exactly where trend is null.",
            "select group_value, trend_measure from trend_tests where (trend is null) <> (trend_reason is not null)",
        ),
    ),
)

TRAIT_CHANGES: Final = Table(
    name="trait_changes",
    grain="one trait of one model, and an observation that told other values than the one before",
    key=("model_id", "trait", "observed_at"),
    column_names=names("model_id trait observed_at previously_observed_at values_before values_after change_kind"),
    required=names("previously_observed_at values_before values_after change_kind"),
    grows_by="observed_at",
    references=(("model_id", "models", "model_id"),),
    beware=(
        "The change lies somewhere between the two observations.",
        "Only tags and fields of the hub are compared; what changed and changed back between observations is not seen.",
        "Leave out change_kind list_event and repaired to speak of drift.",
    ),
    rules=(
        Rule(
            "a change has two values and two times",
            "fail",
            "Values differ, the earlier observation is earlier, and gained and lost are those without values.",
            "select model_id, trait from trait_changes where values_before = values_after"
            " or previously_observed_at >= observed_at or (change_kind = 'gained') <> (len(values_before) = 0)"
            " or (change_kind = 'lost') <> (len(values_after) = 0)",
        ),
        Rule(
            "only licences have a list",
            "fail",
            "change_kind list_event and repaired are of licences.",
            "select model_id, trait from trait_changes where change_kind in ('list_event', 'repaired') and trait <> 'license'",
        ),
    ),
)

COHORT_EFFECTS: Final = Table(
    name="cohort_effects",
    grain="one baseline day and measure: the change of the same models beside the difference of newer ones",
    key=("baseline_at", "cohort_measure"),
    column_names=names("""
        baseline_at cohort_measure n_baseline n_repeated n_newcomers before_share after_share newcomer_share
        within_change within_change_low95 within_change_high95
        cohort_difference cohort_difference_low95 cohort_difference_high95 total_difference
    """),
    required=names("n_baseline n_repeated n_newcomers before_share after_share within_change"),
    beware=(
        "Models that were gone when the hub was observed again have no after: their share is n_baseline less n_repeated.",
        "Newcomers are younger when observed than the baseline models are now; part of the difference is their age.",
        "Where the hub began to write a tag between the observations, within_change holds that too (docs/trends.md).",
    ),
    rules=(
        Rule(
            "change and difference add up",
            "fail",
            "total_difference is within_change plus cohort_difference, and both are differences of the shares.",
            "select baseline_at, cohort_measure from cohort_effects"
            " where abs(total_difference - within_change - cohort_difference) > 1e-5"
            " or abs(within_change - after_share + before_share) > 1e-5"
            " or abs(cohort_difference - newcomer_share + after_share) > 1e-5",
        ),
        Rule(
            "cohort estimates lie in their intervals",
            "fail",
            "An interval has both ends and holds its estimate.",
            "select baseline_at, cohort_measure from cohort_effects where within_change < within_change_low95"
            " or within_change > within_change_high95 or (within_change_low95 is null) <> (within_change_high95 is null)"
            " or cohort_difference < cohort_difference_low95 or cohort_difference > cohort_difference_high95"
            " or (cohort_difference_low95 is null) <> (cohort_difference_high95 is null)",
        ),
        Rule(
            "repeated models are of the baseline",
            "fail",
            "No more models are seen again than were seen.",
            "select baseline_at, cohort_measure from cohort_effects where n_repeated > n_baseline",
        ),
    ),
)

REUSE_ATTRIBUTES: Final = Table(
    name="reuse_attributes",
    grain="one attribute that helps or hinders reuse, of the models created in a month, all or of one library",
    key=("month_at", "trend_group", "group_value", "attribute"),
    column_names=names("month_at trend_group group_value attribute_kind attribute n_known n_with with_share"),
    required=names("attribute_kind n_known n_with"),
    beware=(
        "By the hub's tags: weights under an odd file name have no format tag and are not counted.",
        "pickle_only says that no safer copy of the weights is offered, not that anything harmful is inside.",
        "Claimed results are counted here; claimed_results compares them with measured ones.",
    ),
    rules=(
        Rule(
            "an attribute is shown by models that are known",
            "fail",
            "n_with is at most n_known, and with_share is their quotient.",
            "select month_at, group_value, attribute from reuse_attributes where n_with > n_known"
            " or (n_known > 0) <> (with_share is not null) or abs(with_share - n_with / n_known) > 1e-9",
        ),
    ),
)

TREND_TABLES: Final = (MONTHLY_TRENDS, TREND_TESTS, TRAIT_CHANGES, COHORT_EFFECTS, REUSE_ATTRIBUTES)

"""Columns of the tables of orders, trends, changes and reuse."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, at, count, estimate, flag, number, text, texts


def share(name: str, meaning: str) -> Column:
    """A share between 0 and 1; null where there is nothing to take it of."""
    return number(name, meaning, maximum=1)


def _redrawn(name: str, meaning: str) -> tuple[Column, Column, Column]:
    ends = (
        Column(f"{name}_{end}95", "DOUBLE", f"{word} end of the 95 % interval of {name}.", minimum=0, maximum=1)
        for end, word in (("low", "Lower"), ("high", "Upper"))
    )
    low, high = ends
    return share(name, meaning), low, high


ORDER_COLUMNS: Final = (
    text("weighting", "What the order agrees with as far as can be: edges, oriented pairs of values; traffic, net moves."),
    text("ordering_size", "How many values: paper, 20 licences or languages, 10 tasks or libraries; wide, up to 40."),
    count("position", "Place of the value in the order, 1 most upstream.", minimum=1),
    count("position_low95", "Lower end of the places that the value takes in 95 % of redrawn samples of families.", minimum=1),
    count("position_high95", "Upper end of the places that the value takes in 95 % of redrawn samples.", minimum=1),
    share("next_holds_share", "Share of redrawn samples in which the value stands before the next one; null for the last."),
    count("n_value_moves", "Moves to or from the value, among the ordered values."),
    count("n_ordered_moves", "Moves among all ordered values."),
    count("n_oriented_pairs", "Pairs of values with more moves one way than the other."),
    share("compatible_share", "Share of the oriented pairs that agree with the order."),
    share("explained_share", "Share of the moves that go forward in the order."),
    *_redrawn(
        "redrawn_compatible_share",
        "Median over redrawn samples of the share of their oriented pairs that agree with this order; lower than"
        " compatible_share, as the order was chosen for all data.",
    ),
    *_redrawn("redrawn_explained_share", "Median over redrawn samples of the share of moves that go forward in this order."),
    share(
        "null_compatible_share",
        "Mean compatible_share of the best orders after each family was turned round at random: what no direction gives.",
    ),
    share("null_explained_share", "Mean explained_share of those orders."),
    number(
        "direction_p_value",
        "Chance of compatible_share (weighting edges) or explained_share (traffic) as high if families had no direction.",
        maximum=1,
    ),
    flag("is_proven_optimal", "The programme was solved: no order is better by the weighting."),
    share("gap_ratio", "By how much of its bound a better order could exceed this one at most; 0 where it is proven."),
    text("upstream_value", "The value that stands before the other one in the order."),
    text("downstream_value", "The value that stands after the other one."),
    count("n_forward_moves", "Moves from upstream_value to downstream_value."),
    count("n_backward_moves", "Moves the other way."),
    share("holds_share", "Share of redrawn samples of families in which the pair stands in this order."),
)  # fmt: skip

TREND_COLUMNS: Final = (
    at("month_at", "First instant of the month in which the models were created (UTC)."),
    text("trend_group", "What the models are grouped by: all, task, library."),
    text("group_value", "The task or library, of the 40 most used; all for all models, those without one included."),
    flag("is_whole_month", "All of the month was observed: neither the first of the field nor the last of the observation."),
    count("n_visited", "Models whose card was asked for: shares of cards are taken of these."),
    share("card_share", "Share of the visited models that have a card."),
    number("median_card_chars", "Median characters of the current cards without front matter."),
    number("median_own_chars", "Median characters of the current cards on lines that are no template's."),
    share("auto_generated_share", "Share of the current cards that say they were generated automatically (the paper's rule)."),
    share("generated_share", "Share of the current cards in which a tool's mark stands (is_generated of cards)."),
    share("template_card_share", "Share of the current cards to which hardly a word was added (is_template of cards)."),
    share("license_share", "Share that declares a licence."),
    share("language_share", "Share that declares a language."),
    share("task_share", "Share with a task."),
    share("library_share", "Share with a library."),
    share("parent_share", "Share that has an accepted parent."),
    share("english_only_share", "Share of those with a language whose one language is English."),
    share("other_license_share", "Share of those with a licence that declare other; falls when the hub's list grows."),
    share(
        "other_license_fixed_list_share",
        "The same as if the hub's list had not grown since the first whole month: licences listed later are other.",
    ),
    text("trend_measure", "Column of monthly_trends that was tested."),
    count("n_months", "Whole months in which the measure is known.", minimum=1),
    at("first_month_at", "First of these months."),
    at("last_month_at", "Last of these months."),
    *estimate("slope_per_year", "Theil-Sen slope: change in a year of creation of the measure; of n_models, of its logarithm."),
    Column("kendall_tau", "DOUBLE", "Kendall's tau of the measure with time.", minimum=-1, maximum=1),
    share("autocorrelation", "Correlation of a month with the month before, bias corrected, that the test allows for."),
    number("trend_p_value", "Mann-Kendall test with its variance corrected for autocorrelation.", maximum=1),
    number("trend_p_adjusted", "The same, adjusted over the tests of its trend_group (Benjamini-Hochberg).", maximum=1),
    text("trend", "rising or falling where trend_p_adjusted is at most 0.05, else none; null where untested."),
    text("trend_reason", "Why there is no test."),
)  # fmt: skip

CHANGE_COLUMNS: Final = (
    at("previously_observed_at", "The observation before, which told values_before."),
    texts("values_before", "Values of the trait at the observation before, by the hub's tags and fields; sorted."),
    texts("values_after", "Values of the trait at observed_at."),
    text(
        "change_kind",
        "gained, lost, changed; repaired: a licence off the hub's list gave way to one on it; list_event: the new licence was"
        " not on the hub's list at the earlier observation, so that it could not be written.",
    ),
    at("baseline_at", "Day on which the baseline models were first observed; of each month the day with most seen again."),
    text("cohort_measure", "What is declared, by the hub's tags: license, permissive (a licence of that class), language, …"),
    count("n_baseline", "Models first observed on that day."),
    count("n_repeated", "Of these, models that were observed again."),
    count("n_newcomers", "Models created after that day."),
    share("before_share", "Share of the repeated models that declared it at first."),
    share("after_share", "Share of the same models that declare it now."),
    share("newcomer_share", "Share of the newcomers that declare it now."),
    *estimate("within_change", "after_share less before_share: the same models changed. The interval takes authors for units."),
    *estimate("cohort_difference", "newcomer_share less after_share: newer models differ. Interval as of within_change."),
    Column("total_difference", "DOUBLE", "newcomer_share less before_share: both together, which looks like drift."),
    text("attribute_kind", "What the attribute is for: provenance, reproducibility, portability; or a risk."),
    text("attribute", "What a model shows: license, dataset, evaluation, safetensors, pickle_only, … (docs/trends.md)."),
    count("n_known", "Models of which it is known: visited ones for card, those with any weight format for formats, else all."),
    count("n_with", "Of these, models that show it."),
    share("with_share", "n_with of n_known."),
)  # fmt: skip
"""Entries of the tables in `trend_tables`."""

"""Rows of the small hub's tables of orders and time."""

from __future__ import annotations

from typing import Any

from small_hub_rows import SEEN, Row, at


def _place(position: int, value: str, **more: Any) -> Row:
    return {
        "protocol": "hubtree",
        "trait": "license",
        "relation_scope": "all",
        "weighting": "edges",
        "ordering_size": "paper",
        "position": position,
        "trait_value": value,
        "position_low95": 1,
        "position_high95": 2,
        "n_value_moves": 5,
        "n_ordered_moves": 5,
        "n_oriented_pairs": 1,
        "n_clusters": 12,
        "compatible_share": 1.0,
        "explained_share": 0.8,
        "redrawn_compatible_share": 1.0,
        "redrawn_compatible_share_low95": 0.5,
        "redrawn_compatible_share_high95": 1.0,
        "null_compatible_share": 1.0,
        "null_explained_share": 0.6,
        "direction_p_value": 0.4,
        "is_proven_optimal": True,
        "gap_ratio": 0.0,
        **more,
    }


def _month(text: str, group: str, value: str, n_models: int, **more: Any) -> Row:
    return {
        "month_at": at(text),
        "trend_group": group,
        "group_value": value,
        "is_whole_month": True,
        "n_models": n_models,
        "n_visited": 0,
        "license_share": 0.5,
        "language_share": 0.25,
        "task_share": 0.5,
        "library_share": 0.5,
        "parent_share": 0.75,
        "other_license_share": 0.25,
        "other_license_fixed_list_share": 0.5,
        **more,
    }


def _test(measure: str, **more: Any) -> Row:
    months = {"n_months": 24, "first_month_at": at("2022-06-01"), "last_month_at": at("2024-05-01")}
    return {"trend_group": "all", "group_value": "all", "trend_measure": measure, **months, **more}


def _attribute(kind: str, attribute: str, n_with: int, **more: Any) -> Row:
    month = {"month_at": at("2024-01-01"), "trend_group": "all", "group_value": "all"}
    return {
        **month,
        "attribute_kind": kind,
        "attribute": attribute,
        "n_known": 4,
        "n_with": n_with,
        "with_share": n_with / 4,
        **more,
    }


def order_and_trend_rows() -> dict[str, list[Row]]:
    """An order of two licences, two months, a trend and a short series, three changes, one baseline, attributes."""
    found = {
        "slope_per_year": 0.1,
        "slope_per_year_low95": 0.05,
        "slope_per_year_high95": 0.2,
        "kendall_tau": 0.6,
        "autocorrelation": 0.2,
        "trend_p_value": 0.001,
        "trend_p_adjusted": 0.01,
        "trend": "rising",
    }
    change = {"trait": "license", "observed_at": SEEN, "previously_observed_at": at("2022-02-15")}
    baseline = {"baseline_at": at("2022-02-15"), "n_baseline": 50, "n_repeated": 40, "n_newcomers": 100}
    return {
        "trait_orderings": [_place(1, "mit", next_holds_share=0.9), _place(2, "apache-2.0")],
        "trait_order_pairs": [
            {
                "trait": "license",
                "relation_scope": "all",
                "weighting": "edges",
                "upstream_value": "mit",
                "downstream_value": "apache-2.0",
                "n_forward_moves": 4,
                "n_backward_moves": 1,
                "holds_share": 0.9,
            }
        ],
        "monthly_trends": [
            _month("2024-01-01", "all", "all", 4),
            _month("2024-01-01", "task", "text-generation", 2),
            _month("2024-01-01", "library", "transformers", 3),
            _month("2024-02-01", "all", "all", 5, english_only_share=1.0),
        ],
        "trend_tests": [_test("license_share", **found), _test("card_share", n_months=3, trend_reason="too_few_months")],
        "trait_changes": [
            {**change, "model_id": "mix/twins", "values_before": [], "values_after": ["mit"], "change_kind": "gained"},
            {
                **change,
                "model_id": "ring/a",
                "values_before": ["other"],
                "values_after": ["llama3"],
                "change_kind": "list_event",
            },
            {**change, "model_id": "ring/b", "values_before": ["mit"], "values_after": [], "change_kind": "lost"},
        ],
        "cohort_effects": [
            {
                **baseline,
                "cohort_measure": "license",
                "before_share": 0.25,
                "after_share": 0.5,
                "newcomer_share": 0.375,
                "within_change": 0.25,
                "within_change_low95": 0.125,
                "within_change_high95": 0.375,
                "cohort_difference": -0.125,
                "cohort_difference_low95": -0.25,
                "cohort_difference_high95": 0.0,
                "total_difference": 0.125,
            }
        ],
        "reuse_attributes": [
            _attribute("portability", "safetensors", 3),
            _attribute("risk", "pickle_only", 1),
            _attribute("provenance", "card", 0, n_known=0, with_share=None),
        ],
    }

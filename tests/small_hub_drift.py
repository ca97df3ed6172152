"""Rows of the drift tables for the small hub: a licence that goes one way, a language that is lost, values as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from small_hub_rows import Row


def value(trait: str, raw_value: str, trait_value: str | None, **values: Any) -> Row:
    """A row of trait_values with plain defaults."""
    return {"trait": trait, "raw_value": raw_value, "trait_value": trait_value, "n_models": 3, **values}


def bounded(name: str, rate: float) -> Row:
    """A rate with an interval around it."""
    return {name: rate, f"{name}_low95": rate / 2, f"{name}_high95": (1 + rate) / 2}


def mutation(trait: str, scope: str, rate: float, **values: Any) -> Row:
    """A row of trait_mutations with plain defaults."""
    return {
        "protocol": "hubtree",
        "trait": trait,
        "relation_scope": scope,
        "n_declared_pairs": 40,
        "n_changed_pairs": 10,
        "n_missing_to_present": 2,
        "n_present_to_missing": 4,
        "n_both_missing": 6,
        "n_list_events": 0,
        "n_default_pairs": 5,
        **bounded("mutation_rate", rate),
        **bounded("change_rate", rate),
        **bounded("entry_rate", 0.25),
        **bounded("loss_rate", 0.1),
        **bounded("undefaulted_mutation_rate", rate),
        "null_rate": 0.7,
        "p_value": 0.005,
        "n_clusters": 12,
        "largest_cluster_share": 0.3,
        **values,
    }


def transition(trait: str, from_value: str, to_value: str, n_moves: int, n_reverse: int, **values: Any) -> Row:
    """A row of trait_transitions with plain defaults."""
    net = float(n_moves - n_reverse)
    return {
        "protocol": "hubtree",
        "trait": trait,
        "relation_scope": "all",
        "from_value": from_value,
        "to_value": to_value,
        "n_moves": n_moves,
        "n_reverse": n_reverse,
        "net_flow": net,
        "net_flow_low95": net - 3,
        "net_flow_high95": net + 3,
        "p_adjusted": 0.03,
        "n_single_moves": n_moves,
        "n_added": n_moves,
        "n_removed": n_moves,
        "n_undefaulted_moves": n_moves,
        "n_clusters": min(n_moves, 12),
        "largest_parent_id": "deep/Base-1",
        "largest_parent_share": 0.5,
        "largest_child_author_share": 0.25,
        "largest_tool": "unsloth",
        "largest_tool_share": 0.2,
        **values,
    }


def change(measure: str, parent_mean: float, child_mean: float, **values: Any) -> Row:
    """A row of license_drift or language_drift with plain defaults."""
    mean = child_mean - parent_mean
    return {
        "drift_measure": measure,
        "relation_scope": "all",
        "n_measured_pairs": 40,
        "parent_mean": parent_mean,
        "child_mean": child_mean,
        "mean_change": mean,
        "mean_change_low95": mean - 0.1,
        "mean_change_high95": mean + 0.1,
        "n_clusters": 12,
        **values,
    }


def drift_rows() -> dict[str, Sequence[Row]]:
    """The drift tables of the small hub."""
    return {
        "trait_values": [
            value(
                "license",
                "apache-2.0",
                "apache-2.0",
                spellings=["Apache-2.0", "apache-2.0"],
                standard_id="Apache-2.0",
                value_class="permissive",
            ),
            value("license", "unknown", None, value_reason="says_unknown"),
            value("language", "en-zh", "en", standard_id="en", value_class="language", value_reason="pair_split"),
            value("language", "en-zh", "zh", standard_id="zh", value_class="language", value_reason="pair_split"),
        ],
        "trait_mutations": [
            mutation("license", "all", 0.2),
            mutation("license", "finetune", 0.3),
            mutation("task", "all", 0.1, n_default_pairs=0),
            mutation("license", "all", 0.25, protocol="paper", null_rate=None, p_value=None),
        ],
        "trait_transitions": [
            transition("license", "llama2", "apache-2.0", 8, 1),
            transition("license", "apache-2.0", "llama2", 1, 8),
            transition("language", "de", "en", 6, 0, n_added=0, n_single_moves=0),
            transition("license", "llama2", "apache-2.0", 9, 0, protocol="paper"),
        ],
        "license_drift": [change("is_permissive", 0.5, 0.6), change("is_restricted", 0.4, 0.3)],
        "language_drift": [change("n_languages", 4.0, 1.5), change("multilingual_to_english", 0.0, 0.3)],
        "language_turnover": [
            {
                "relation_scope": "all",
                "trait_value": code,
                "n_parents_with": 20,
                "n_lost": n_lost,
                "lost_share": n_lost / 20,
                "n_parents_without": 10,
                "n_gained": 1,
                "gained_share": 0.1,
            }
            for code, n_lost in (("de", 12), ("en", 2))
        ],
        "drift_steps": [
            {
                "trait": "license",
                "step_number": number,
                "drift_step": step,
                "n_declared_pairs": 40 + number,
                "n_changed_pairs": 10,
                "mutation_rate": 0.25,
            }
            for number, step in enumerate(("as_published", "parents_repaired"))
        ],
    }

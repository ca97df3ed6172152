"""Rows of the published tables with plain defaults, for the small hub and the tests that add to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warehouse.contract import COLUMNS

SEEN = datetime.fromisoformat("2024-07-11T04:00")
Row = Mapping[str, Any]


def at(text: str) -> datetime:
    """A naive instant, UTC by the contract."""
    return datetime.fromisoformat(text)


def model(model_id: str, **values: Any) -> Row:
    """A row of models with plain defaults."""
    license_id = values.get("license_id")
    languages = values.get("languages", [])
    return {
        "model_id": model_id,
        "author": model_id.partition("/")[0] if "/" in model_id else None,
        "created_at": at("2024-01-01"),
        "is_created_at_floor": False,
        "downloads_30d": 0,
        "likes": 0,
        "license_ids": [license_id] if license_id else [],
        "license_reason": None if license_id else "absent",
        "languages": languages,
        "language_source": "tags" if languages else None,
        "n_languages": len(languages),
        "weights_reason": None if "has_weights" in values else "files_unknown",
        "tags": [],
        "n_parents": 0,
        "n_children": 0,
        "n_descendants": 0,
        "node_kind": "finetuned" if values.get("n_parents") else "base" if values.get("n_children") else None,
        "first_seen_at": SEEN,
        "last_seen_at": SEEN,
        **values,
    }


def edge(parent_id: str, child_id: str, relation: str | None = "finetune", **values: Any) -> Row:
    """A row of edges with plain defaults."""
    return {
        "parent_id": parent_id,
        "child_id": child_id,
        "relation": relation or "finetune",
        "relation_source": "declared" if relation else "inferred",
        "relation_confidence": 1.0 if relation else 0.85,
        "relation_rule": None if relation else "nothing_else_said",
        "relation_inferred": relation or "finetune",
        "relations": [relation] if relation else [],
        "is_relation_disputed": False,
        "is_weight_inheriting": True,
        "inheritance_rule": "relation",
        "evidence_sources": ["tag"],
        "n_claims": 1,
        "is_declared": True,
        "is_parent_listed": True,
        "is_repaired": False,
        "is_cut": False,
        "is_time_inverted": False,
        **values,
    }


def claim(child_id: str, parent_ref: str, parent_id: str | None, **values: Any) -> Row:
    """A row of parent_claims with plain defaults."""
    return {
        "child_id": child_id,
        "parent_ref": parent_ref,
        "parent_id": parent_id,
        "relation": "finetune",
        "relation_source": "declared",
        "evidence": "tag",
        "resolution": "exact",
        "repairs": [],
        "confidence": 1.0,
        "is_accepted": values.get("resolution", "exact") not in ("self", "rejected"),
        "n_mentions": 1,
        "observed_at": SEEN,
        **values,
    }


def succession(model_id: str, successor_ref: str, successor_id: str | None, **values: Any) -> Row:
    """A row of successions with plain defaults."""
    return {
        "model_id": model_id,
        "successor_ref": successor_ref,
        "successor_id": successor_id,
        "resolution": "exact",
        "repairs": [],
        "confidence": 0.98,
        "observed_at": SEEN,
        **values,
    }


def similarity(motif: str, mean: float, **values: Any) -> Row:
    """A row of similarity with plain defaults."""
    return {
        "edge_scope": "no_merges",
        "compared": "metadata",
        "control": "parent_tags_removed",
        "measure": "tfidf_cosine",
        "motif": motif,
        "n_pairs": 1000,
        "n_families": 20,
        "mean": mean,
        "low95": mean - 0.01,
        "high95": mean + 0.01,
        "family_low95": mean - 0.1,
        "family_high95": mean + 0.1,
        **values,
    }


def family(root_id: str, scope: str, n_models: int, **values: Any) -> Row:
    """A row of families with plain defaults."""
    return {
        "family_id": root_id,
        "family_scope": scope,
        "root_id": root_id,
        "n_models": n_models,
        "n_placeholders": 0,
        "n_edges": 1,
        "n_cut_edges": 0,
        "depth": 1,
        "width": 1,
        "n_leaves": 1,
        "n_merges": 0,
        "n_roots": 1,
        "is_tree": True,
        "sackin_index": 1,
        "balance": 1.0,
        "wiener_index": 1,
        "structural_virality": 1.0,
        "first_created_at": at("2023-02-01"),
        "last_created_at": at("2024-03-01"),
        **values,
    }


def with_interval(name: str, value: float) -> Row:
    """An estimate and its interval."""
    return {name: value, f"{name}_low95": value - 0.5, f"{name}_high95": value + 0.5}


def growth_fit(model_id: str, **values: Any) -> Row:
    """A row of growth_fits; what is estimated has intervals, and what is not has its reason."""
    estimates = {"immediacy": 4.0, "longevity": 1.0, "fitness": 2.0, "predicted_children_180d": 15.0} | {
        name: value for name, value in values.items() if f"{name}_low95" in COLUMNS
    }
    parameters = {} if "growth_reason" in values else estimates
    return {
        "model_id": model_id,
        "n_dated_children": 12,
        "first_child_at": at("2023-03-01"),
        "last_child_at": at("2024-06-01"),
        "largest_author_share": 0.25,
        "is_converged": True,
        "is_outlier": False,
        "has_jump": False,
        "is_mass_upload": False,
        **values,
        **{column: value for name in parameters for column, value in with_interval(name, parameters[name]).items()},
    }


def concentration(scope: str, denominator: str, **values: Any) -> Row:
    """A row of tree_concentration with plain defaults."""
    shares = dict.fromkeys(("top_1_share", "top_5_share", "top_10_share", "top_50_share"), 1.0)
    return {"family_scope": scope, "denominator": denominator, **shares, "gini": 0.3, "hhi": 0.5, **values}


def lookalike(model_id: str, other_id: str, **values: Any) -> Row:
    """A row of lookalikes with plain defaults."""
    pair = {"model_id": model_id, "other_id": other_id, "likeness_rule": "same_weights"}
    return {**pair, "confidence": 0.99, "n_alike": 2, "is_linked": False, **values}

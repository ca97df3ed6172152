"""What an entry of a column says, the closed vocabularies, and one short maker for each kind of column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Column:
    """A column's type in DuckDB, its meaning with unit, and its closed vocabulary or range where it has one."""

    name: str
    type: str
    meaning: str
    values: tuple[str, ...] = ()
    """Closed vocabulary of a text column; empty where any text may stand."""
    minimum: float | None = None
    maximum: float | None = None


LICENSE_STATES: Final = ("known", "other", "unknown", "unrecognised", "placeholder", "null", "absent", "not_listed")
"""How a licence is declared; states that differ are never folded into one."""

VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "parameter_definition": ("with_embeddings", "without_embeddings", "nominal", "unknown"),
    "log_base": ("e", "2", "10", "perplexity"),
    "metric_kind": ("nll", "probability", "log_probability", "accuracy", "other"),
    "baseline": ("parent", "best_parent", "mean_parent"),
    "stderr_source": ("reported", "binomial"),
    "evaluation_source": ("import", "model_index"),
    "claimed_unit": ("share", "percent"),
    "comparison_reason": (
        "no_number",
        "benchmark_untold",
        "model_not_measured",
        "benchmark_not_measured",
        "other_metric",
        "other_shots",
        "other_unit",
        "rescaled_by_parts",
    ),
    "loss_source": ("import", "model_index", "card_table"),
    "relation": ("finetune", "adapter", "quantized", "merge"),
    "relation_source": ("declared", "inferred", "text"),
    "text_relation": ("finetune", "adapter", "quantized", "merge"),
    "evidence": ("tag", "card_data", "base_models", "card_text", "merge_config"),
    "role": ("base", "unused_base", "model", "adapter", "expert", "shared_expert", "tokenizer"),
    "disagreement": ("parents", "relations", "both"),
    "relation_inferred": ("finetune", "adapter", "quantized", "merge"),
    "files_relation": ("adapter", "quantized"),
    "inheritance_rule": ("recipe_gave_weights", "recipe_gave_none", "taught", "several_parents", "relation"),
    "weights_reason": ("files_unknown", "file_types_unknown"),
    "node_kind": ("base", "finetuned", "adapter", "quantized", "merge"),
    "resolution": ("exact", "trimmed", "case", "renamed", "alias", "url", "placeholder", "self", "rejected"),
    "family_scope": ("no_merges", "all", "as_declared"),
    "growth_reason": (
        "birth_unknown",
        "observed_too_briefly",
        "not_converged",
        "not_bent",
        "fitness_not_separable",
        "too_uncertain",
    ),
    "attachment_method": ("cumulative_hub", "likelihood_families", "likelihood_hub"),
    "placeholder_kind": ("external", "deleted", "private", "missing_or_private"),
    "lookup_status": ("found", "gated", "disabled", "forbidden", "unauthorized", "not_found", "failed"),
    "wiener_reason": ("loops_and_over_100_members",),
    "likeness_rule": ("same_weights", "same_name", "near_name"),
    "denominator": ("linked_models", "all_models"),
    "judged": ("edge", "merge"),
    "verdict": ("conflict", "needs_review", "unknown", "compatible"),
    "obligation": (
        "no_derivatives",
        "non_commercial",
        "terms_pass_on",
        "use_restrictions",
        "same_license",
        "naming",
        "notice",
        "none",
        "unknown",
    ),
    "child_license_state": LICENSE_STATES,
    "parent_license_state": LICENSE_STATES,
    "license_reason": ("absent", "several", "not_in_code_table", "no_spdx_id"),
    "language_source": ("card_data", "tags"),
    "card_status": ("full", "not_modified", "no_card", "gated", "not_found", "renamed", "failed"),
    "claim_source": ("model_index", "result_list", "result_table", "metadata", "card_text"),
    "landing_kind": ("listing", "details", "cards", "lookups", "daily", "losses", "evaluations"),
    "scope": ("record", "field"),
    "verb": ("crawl", "cards", "parents", "import", "build"),
    "status": ("full", "partial", "failed"),
    "severity": ("fail", "warn"),
    "protocol": ("hubtree", "paper"),
    "drift_step": (
        "as_published",
        "parents_repaired",
        "cycles_cut",
        "values_read",
        "list_events_left_out",
        "merges_one_pair",
        "defaults_left_out",
    ),
    "trait": ("license", "language", "task", "library", "dataset", "architecture", "parameter_count"),
    "section": (
        "model_details",
        "intended_use",
        "factors",
        "metrics",
        "evaluation_data",
        "training_data",
        "quantitative_analyses",
        "ethical_considerations",
        "caveats",
    ),
    "relation_scope": ("finetune", "adapter", "quantized", "merge", "no_merges", "all"),
    "weighting": ("edges", "traffic"),
    "ordering_size": ("paper", "wide"),
    "trend_group": ("all", "task", "library"),
    "trend_measure": (
        "n_models",
        "card_share",
        "median_card_chars",
        "median_own_chars",
        "auto_generated_share",
        "generated_share",
        "template_card_share",
        "license_share",
        "language_share",
        "task_share",
        "library_share",
        "parent_share",
        "english_only_share",
        "other_license_share",
        "other_license_fixed_list_share",
    ),
    "trend": ("rising", "falling", "none"),
    "trend_reason": ("too_few_months",),
    "change_kind": ("gained", "lost", "changed", "repaired", "list_event"),
    "cohort_measure": ("license", "permissive", "language", "english_only", "dataset", "task", "library"),
    "attribute_kind": ("provenance", "reproducibility", "portability", "risk"),
    "edge_scope": ("finetune", "no_merges", "merges", "all"),
    "compared": ("metadata", "card", "traits"),
    "control": ("as_published", "parent_tags_removed"),
    "measure": (
        "levenshtein",
        "bow_cosine",
        "tfidf_cosine",
        "trait_jaccard",
        "license_jaccard",
        "language_jaccard",
        "task_jaccard",
        "library_jaccard",
    ),
    "motif": (
        "random_pair",
        "parent_child",
        "siblings",
        "grandparent_grandchild",
        "uncle_nephew",
        "cousins",
        "three_generations",
    ),
}
"""Closed vocabularies; a value outside one is a contract violation."""


def text(name: str, meaning: str) -> Column:
    """Return a text column, with its closed vocabulary if it has one."""
    return Column(name, "VARCHAR", meaning, values=VOCABULARIES.get(name, ()))


def texts(name: str, meaning: str) -> Column:
    """Return a column of lists of texts."""
    return Column(name, "VARCHAR[]", meaning)


def at(name: str, meaning: str) -> Column:
    """Return an instant in UTC."""
    return Column(name, "TIMESTAMP", meaning)


def flag(name: str, meaning: str) -> Column:
    """Return a yes or no."""
    return Column(name, "BOOLEAN", meaning)


def count(name: str, meaning: str, minimum: int = 0) -> Column:
    """Return a whole number."""
    return Column(name, "BIGINT", meaning, minimum=minimum)


def number(name: str, meaning: str, maximum: float | None = None) -> Column:
    """Return a number that is not negative."""
    return Column(name, "DOUBLE", meaning, minimum=0, maximum=maximum)


def estimate(name: str, meaning: str, minimum: float | None = None) -> tuple[Column, Column, Column]:
    """An estimate and the ends of its interval."""
    ends = (
        (f"{name}_{end}95", f"{word} end of the 95 % interval of {name}.")
        for end, word in (("low", "Lower"), ("high", "Upper"))
    )
    low, high = (Column(bound, "DOUBLE", text, minimum=minimum) for bound, text in ends)
    return Column(name, "DOUBLE", meaning, minimum=minimum), low, high

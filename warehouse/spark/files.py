"""Which files of ``sql/`` Spark runs, and why each other one is left to DuckDB; a test holds that every file is classed.

What runs on Spark grows with the hub and comes out the same to the last value. Nothing is here on trust: the same test runs
each file in both engines and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from warehouse import sqlfiles

_FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "stage": (
        "card_contents", "card_facts", "card_shas", "card_visits", "latest", "loss_rows", "observations", "record_counts",
        "removals", "renames", "tag_facts",
    ),
    "lineage": ("births", "claims", "dated_children", "merge_uses", "metadata_unread", "observation_end", "signed_cards"),
    "main": (
        "carbon_claims", "cards", "conservation", "daily_metrics", "evaluation_claims", "losses", "models", "parent_lookups",
        "runs", "trait_changes",
    ),
    "drift": ("compared_edges", "counted_values", "declared_values", "filled_sections", "linked_values", "measured_cards"),
}  # fmt: skip

LAYERS_LEFT_OUT: Final[Mapping[str, str]] = dict.fromkeys(
    ("cookbook", "dashboard", "extracts", "query", "status"),
    "asks the published file, which is one DuckDB file wherever it was built",
)

_JSON = "reads JSON text: Spark's paths return text where DuckDB's return lists, and its numbers are written otherwise"
_LISTS = "asks whether lists overlap: sqlglot writes an operator that Spark lacks"

LEFT_OUT: Final[Mapping[tuple[str, str], str]] = {
    ("stage", "evaluation_verdicts"): "asks whether a number is finite, for which Spark has no word",
    ("stage", "landing_records"): "a view; its text is part of the queries that read it, on Spark too",
    ("stage", "losses_to_judge"): "read outside a build, for one command",
    ("stage", "trait_history"): "hashes lists, which the engines hash differently",
    ("lineage", "card_metadata"): _JSON,
    ("lineage", "lookalike_facts"): _JSON,
    ("lineage", "relation_signs"): _JSON,
    ("lineage", "stated_parents"): _JSON,
    ("lineage", "succession_claims"): _JSON,
    ("main", "architectures_declared"): _JSON,
    ("main", "claimed_results"): "asks whether a number is finite, for which Spark has no word",
    ("main", "card_duplicates"): "looks up pairs in a query of pairs, which Spark reads as one value",
    ("main", "evaluations"): "asks whether a number is finite, for which Spark has no word",
    ("main", "hub_losses"): "takes logarithms, whose last digit is the machine's",
    ("main", "languages_declared"): _JSON,
    ("main", "licenses_declared"): _JSON,
    ("main", "monthly_trends"): _LISTS,
    ("main", "quarantine"): _JSON,
    ("main", "reuse_attributes"): _LISTS,
    ("main", "run_steps"): "some ten rows a run: a cluster would take longer to be asked",
    ("main", "weights_held"): _JSON,
    ("drift", "cohort_states"): _LISTS,
    ("drift", "compared_models"): _LISTS,
    ("drift", "license_records"): _JSON,
    ("drift", "written_spellings"): _JSON,
}


def run_on_spark() -> frozenset[tuple[str, str]]:
    """Return layer and name of the files that Spark runs: those above, and all of the lineage rounds."""
    named = {(layer, name) for layer, names in _FILES.items() for name in names}
    return frozenset(named | {("rounds", name) for name in sqlfiles.names("rounds")})

"""Tables of what cards say beside parents: merge recipes, disagreements between sources, successions."""

from __future__ import annotations

from warehouse.contract.table import Rule, Table, names

MERGE_RECIPES = Table(
    name="merge_recipes",
    grain="one parent in one role of the merge configurations in a model's current card",
    key=("child_id", "parent_ref", "role"),
    column_names=names("child_id parent_ref parent_id role merge_method weight density n_uses"),
    required=names("n_uses"),
    references=(("child_id", "models", "model_id"),),
    beware=(
        "weight and density are null where the configuration gives gradients, filters or different numbers for several uses.",
        "A tokenizer donor or an unused_base gave no weights.",
    ),
)


CLAIM_DISAGREEMENTS = Table(
    name="claim_disagreements",
    grain="one model whose sources name different parents, or give one parent different relations",
    key=("child_id",),
    column_names=names("child_id disagreement evidence_sources parents_agreed parents_disputed relations_disputed"),
    required=names("disagreement evidence_sources parents_agreed parents_disputed relations_disputed"),
    references=(("child_id", "models", "model_id"),),
    beware=("A source that names no parent at all does not disagree. Rejected claims and self claims are left out.",),
    rules=(
        Rule(
            "a disagreement has two sides",
            "fail",
            "Two sources at least, or two relations from one.",
            "select child_id from claim_disagreements where len(evidence_sources) < 2 and len(relations_disputed) < 2",
        ),
    ),
)


SUCCESSIONS = Table(
    name="successions",
    grain="one statement of a model's card that another model has succeeded it (model, successor as written)",
    key=("model_id", "successor_ref"),
    column_names=names("model_id successor_ref successor_id resolution repairs confidence observed_at"),
    required=names("resolution repairs confidence observed_at"),
    references=(("model_id", "models", "model_id"),),
    beware=(
        "No weights pass along a succession: it is no edge and makes no family.",
        "Many cards name a famous model of another maker as their new version; compare the owners.",
    ),
    rules=(
        Rule(
            "rejected successions have no successor, others have one",
            "fail",
            "successor_id is null exactly where resolution is rejected.",
            "select model_id, successor_ref from successions where (successor_id is null) <> (resolution = 'rejected')",
        ),
        Rule(
            "a self succession names its own model",
            "fail",
            "resolution is self exactly where successor_id is model_id.",
            "select model_id, successor_ref from successions where (successor_id = model_id) <> (resolution = 'self')",
        ),
    ),
)

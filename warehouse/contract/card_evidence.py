"""Tables of evidence beside the claims: answers of the hub, merge recipes, disagreements between sources, successions."""

from __future__ import annotations

from warehouse.contract.table import Rule, Table, names

PARENT_LOOKUPS = Table(
    name="parent_lookups",
    grain="one id that the hub was asked about because models claim it as parent and no listing held it",
    key=("asked_id",),
    column_names=names("asked_id lookup_status placeholder_kind renamed_to found_id observed_at"),
    required=names("lookup_status observed_at"),
    beware=(
        "deleted is what the hub says: to others it says the same of a private model.",
        "Answers are of observed_at and are asked again after 30 days at the earliest.",
    ),
    rules=(
        Rule(
            "an answer that is none or a model is no kind of placeholder",
            "fail",
            "placeholder_kind is null exactly where lookup_status is found or failed.",
            "select asked_id from parent_lookups where (placeholder_kind is null) <> (lookup_status in ('found', 'failed'))",
        ),
        Rule(
            "what was found has an id",
            "fail",
            "found_id is set exactly where lookup_status is found.",
            "select asked_id from parent_lookups where (found_id is null) <> (lookup_status <> 'found')",
        ),
    ),
)

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

"""The tables of drift: how traits are read, how often they change from parent to child, and which way."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

_RATES: Final = ("mutation_rate", "change_rate", "entry_rate", "loss_rate", "undefaulted_mutation_rate")


def _bounds(name: str) -> tuple[str, str, str]:
    return name, f"{name}_low95", f"{name}_high95"


def _outside(*estimates: str) -> str:
    """Return the condition that an interval lacks an end or its estimate, or does not hold it."""
    parts = [
        f"{name} < {low} - 1e-6 or {name} > {high} + 1e-6 or (({low} is null) <> ({high} is null))"
        f" or ({name} is null and {low} is not null)"
        for name, low, high in map(_bounds, estimates)
    ]
    return " or ".join(parts)


TRAIT_VALUES = Table(
    name="trait_values",
    grain="one value of one trait as declared, and one value it is read as",
    key=("trait", "raw_value", "trait_value"),
    column_names=names("trait raw_value spellings trait_value standard_id value_class value_reason n_models"),
    required=("n_models",),
    beware=(
        "A raw value that names two things (en-de) has two rows; one that is no value has a row whose trait_value is null.",
        "Language tags of two letters can mean something else (value_reason ambiguous_tag): they count, with this note.",
    ),
    rules=(
        Rule(
            "what is no value says why",
            "fail",
            "value_reason is set where trait_value is null.",
            "select trait, raw_value from trait_values where trait_value is null and value_reason is null",
        ),
    ),
)

TRAIT_MUTATIONS = Table(
    name="trait_mutations",
    grain="one trait in one relation_scope by one protocol: how often it changes from parent to child",
    key=("protocol", "trait", "relation_scope"),
    column_names=(
        "protocol", "trait", "relation_scope", "n_declared_pairs", *_bounds("mutation_rate"), "n_changed_pairs",
        *_bounds("change_rate"), "n_missing_to_present", *_bounds("entry_rate"), "n_present_to_missing", *_bounds("loss_rate"),
        "n_both_missing", "n_list_events", "n_default_pairs", *_bounds("undefaulted_mutation_rate"), "null_rate", "p_value",
        "n_clusters", "largest_cluster_share",
    ),
    required=names("n_declared_pairs n_changed_pairs n_missing_to_present n_present_to_missing n_both_missing n_clusters"),
    beware=(
        "A rate needs its protocol and relation_scope: choose one of each.",
        "p_value tells whether children take after their parents, not whether a trait drifts.",
        "A trait nobody declares has no row.",
    ),
    rules=(
        Rule(
            "mutation estimates lie in their intervals",
            "fail",
            "An interval has both ends and holds its estimate.",
            f"select protocol, trait, relation_scope from trait_mutations where {_outside(*_RATES)}",
        ),
        Rule(
            "a pair changes at most once",
            "fail",
            "n_changed_pairs and n_default_pairs are at most n_declared_pairs; a rate stands exactly where pairs do.",
            "select protocol, trait, relation_scope from trait_mutations where n_changed_pairs > n_declared_pairs"
            " or n_default_pairs > n_declared_pairs or (n_declared_pairs > 0) <> (mutation_rate is not null)",
        ),
    ),
)  # fmt: skip

TRAIT_TRANSITIONS = Table(
    name="trait_transitions",
    grain="one move of one trait between two values in one relation_scope by one protocol",
    key=("protocol", "trait", "relation_scope", "from_value", "to_value"),
    column_names=(
        "protocol", "trait", "relation_scope", "from_value", "to_value", "n_moves", "n_reverse", *_bounds("net_flow"),
        "p_adjusted", "n_single_moves", "n_added", "n_removed", "n_undefaulted_moves", "n_clusters", "largest_parent_id",
        "largest_parent_share", "largest_child_author_share", "largest_tool", "largest_tool_share",
    ),
    required=names("n_moves n_reverse net_flow n_single_moves n_added n_removed n_clusters"),
    beware=(
        "A pair of several values has several moves: n_moves adds up to more than the pairs that changed.",
        "Look at largest_parent_share before believing a flow.",
    ),
    rules=(
        Rule(
            "a net flow is what goes less what comes back",
            "fail",
            "net_flow is n_moves - n_reverse, and n_reverse is n_moves of the opposite row.",
            "select protocol, trait, relation_scope, from_value, to_value from trait_transitions a"
            " left join (select protocol, trait, relation_scope, from_value as to_value, to_value as from_value, n_moves as n"
            " from trait_transitions) b using (protocol, trait, relation_scope, from_value, to_value)"
            " where a.net_flow <> a.n_moves - a.n_reverse or a.n_reverse <> coalesce(b.n, 0) or a.from_value = a.to_value",
        ),
        Rule(
            "a move adds or removes",
            "fail",
            "n_moves lies between the larger of n_added and n_removed and their sum.",
            "select protocol, trait, relation_scope, from_value, to_value from trait_transitions"
            " where n_moves > n_added + n_removed or n_moves < greatest(n_added, n_removed)",
        ),
    ),
)  # fmt: skip

_CHANGE_COLUMNS: Final = (
    "drift_measure", "relation_scope", "n_measured_pairs", "parent_mean", "child_mean", *_bounds("mean_change"),
)  # fmt: skip
_CHANGE_REQUIRED: Final = names("n_measured_pairs parent_mean child_mean mean_change n_clusters")


def _change_rule(table: str) -> Rule:
    return Rule(
        f"{table} intervals hold their change",
        "fail",
        "An interval has both ends and holds mean_change.",
        f"select drift_measure, relation_scope from {table} where {_outside('mean_change')}",
    )


LICENSE_DRIFT = Table(
    name="license_drift",
    grain="one group of licence classes in one relation_scope: its share among parents and among children",
    key=("drift_measure", "relation_scope"),
    column_names=(*_CHANGE_COLUMNS, *_bounds("undefaulted_mean_change"), "n_clusters"),
    required=_CHANGE_REQUIRED,
    beware=("Of pairs whose two licences have a class; other and families without version have none.",),
    rules=(_change_rule("license_drift"),),
)

LANGUAGE_DRIFT = Table(
    name="language_drift",
    grain="one measure of declared languages in one relation_scope: its mean among parents and among children",
    key=("drift_measure", "relation_scope"),
    column_names=(*_CHANGE_COLUMNS, "n_clusters"),
    required=_CHANGE_REQUIRED,
    beware=("A child that declares no language is in no pair: see loss_rate in trait_mutations.",),
    rules=(_change_rule("language_drift"),),
)

LANGUAGE_TURNOVER = Table(
    name="language_turnover",
    grain="one language in one relation_scope: how often it is lost and how often it comes in",
    key=("relation_scope", "trait_value"),
    column_names=names("""
        relation_scope trait_value n_parents_with n_lost lost_share n_parents_without n_gained gained_share
    """),
    required=names("n_parents_with n_lost n_parents_without n_gained"),
    beware=("Parents of a hundred languages lose most of them in every child: compare languages, not with other traits.",),
    rules=(
        Rule(
            "no more is lost or gained than could be",
            "fail",
            "n_lost is at most n_parents_with, n_gained at most n_parents_without.",
            "select relation_scope, trait_value from language_turnover where n_lost > n_parents_with"
            " or n_gained > n_parents_without",
        ),
    ),
)

DRIFT_STEPS = Table(
    name="drift_steps",
    grain="one trait after one more rule on the way from the paper's protocol to the repaired one, relation_scope all",
    key=("trait", "step_number"),
    column_names=names("trait step_number drift_step n_declared_pairs n_changed_pairs mutation_rate"),
    required=names("drift_step n_declared_pairs n_changed_pairs"),
    rules=(
        Rule(
            "the first step is the paper's protocol",
            "fail",
            "Step 0 has the pairs of protocol paper, scope all, in trait_mutations.",
            "select s.trait from drift_steps s join trait_mutations m on m.trait = s.trait and m.protocol = 'paper'"
            " and m.relation_scope = 'all' where s.step_number = 0 and s.n_declared_pairs <> m.n_declared_pairs",
        ),
    ),
)

DRIFT_TABLES: Final = (
    TRAIT_VALUES,
    TRAIT_MUTATIONS,
    TRAIT_TRANSITIONS,
    LICENSE_DRIFT,
    LANGUAGE_DRIFT,
    LANGUAGE_TURNOVER,
    DRIFT_STEPS,
)

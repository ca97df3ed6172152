"""Tables about the families as a whole, and hints that stand beside the edges."""

from __future__ import annotations

from warehouse.contract.table import Rule, Table, names

TREE_CONCENTRATION = Table(
    name="tree_concentration",
    grain="one family_scope with one denominator: how few families hold how many models",
    key=("family_scope", "denominator"),
    column_names=names("""
        family_scope denominator n_families n_models top_1_share top_5_share top_10_share top_50_share gini hhi
    """),
    required=names("n_families n_models"),
    beware=("The denominator changes the answer: quote it, and the scope, with every number.",),
    rules=(
        Rule(
            "shares of larger heads are larger",
            "fail",
            "The five largest families hold at least what the largest holds, and so on.",
            "select * from tree_concentration where not (top_1_share <= top_5_share and top_5_share <= top_10_share"
            " and top_10_share <= top_50_share)",
        ),
        Rule(
            "linked models are the members of families",
            "fail",
            "n_families and n_models of linked_models are those of families in the same scope.",
            "select t.family_scope, t.n_families, t.n_models from tree_concentration t"
            " left join (select family_scope, count(*) as n, sum(n_models) as m from families group by all) f"
            " using (family_scope)"
            " where t.denominator = 'linked_models' and (t.n_families <> coalesce(f.n, 0) or t.n_models <> coalesce(f.m, 0))",
        ),
    ),
)

LOOKALIKES = Table(
    name="lookalikes",
    grain="one model that looks like a copy of an older one, by one rule",
    key=("model_id", "likeness_rule"),
    column_names=names("model_id other_id likeness_rule confidence n_alike is_linked"),
    required=names("other_id confidence n_alike is_linked"),
    references=(("model_id", "models", "model_id"), ("other_id", "models", "model_id")),
    beware=(
        "A hint, not an edge: nothing else is computed from it. Absence proves nothing, as few listings carry file hashes.",
        "The older one by created_at is not always the original.",
    ),
    rules=(
        Rule(
            "no model looks like itself",
            "fail",
            "The two models of a pair differ.",
            "select model_id from lookalikes where model_id = other_id",
        ),
    ),
)

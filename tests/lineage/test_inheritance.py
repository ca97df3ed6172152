"""Which edges pass weights on, rule by rule."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.cards import RULES
from pipelines.cards.parent_claim import CARD_CLAIMS
from pipelines.lineage.inheritance import GAVE_NO_WEIGHTS, TEACHING_RULES, mark_inheritance
from warehouse.contract import COLUMNS


def marked(
    relation_rule: str | None = None, words: tuple[str, ...] = (), roles: tuple[str, ...] = ()
) -> tuple[bool | None, str]:
    edges = pl.DataFrame(
        {"parent_id": ["o/a", "o/x"], "child_id": ["o/b", "o/b"], "relation_rule": [relation_rule, None]},
        schema={"parent_id": pl.String, "child_id": pl.String, "relation_rule": pl.String},
    )
    claims = [("o/a", "o/b", "tag", None), (None, "o/b", "card_text", "distilled_from")]
    claims += [("o/a", "o/b", "card_text", rule) for rule in words]
    parent_claims = pl.DataFrame(
        claims, schema=dict.fromkeys(("parent_id", "child_id", "evidence", "rule"), pl.String), orient="row"
    )
    recipes = pl.DataFrame(
        [("o/a", "o/b", role) for role in roles],
        schema=dict.fromkeys(("parent_id", "child_id", "role"), pl.String),
        orient="row",
    )
    found = mark_inheritance(edges, parent_claims, recipes)
    assert found["parent_id"].to_list() == ["o/a", "o/x"]
    assert found.row(1, named=True)["is_weight_inheriting"] is True, "the other edge is not touched"
    row = found.row(0, named=True)
    return row["is_weight_inheriting"], row["inheritance_rule"]


def test_a_relation_passes_weights_unless_something_speaks_against_it() -> None:
    assert marked() == (True, "relation")
    assert marked("quantized_name") == (True, "relation")
    assert marked(words=("tuned_version_of",)) == (True, "relation")


@pytest.mark.parametrize("rule", TEACHING_RULES)
def test_a_teacher_passes_none(rule: str) -> None:
    assert marked(words=(rule,)) == (False, "taught")
    assert marked(words=(rule, "tuned_version_of")) == (True, "relation")


def test_several_parents_without_a_sign_are_unknown() -> None:
    assert marked("several_parents") == (None, "several_parents")
    assert marked("several_parents", words=("student_of",)) == (False, "taught")


@pytest.mark.parametrize("role", ["tokenizer", "unused_base"])
def test_a_recipe_counts_before_words(role: str) -> None:
    assert marked(roles=(role,)) == (False, "recipe_gave_none")
    assert marked(roles=(role, "model")) == (True, "recipe_gave_weights")
    assert marked("several_parents", words=("student_of",), roles=("base",)) == (True, "recipe_gave_weights")


def test_the_words_named_here_are_those_of_the_card_rules_and_of_the_contract() -> None:
    assert set(TEACHING_RULES) <= {rule.name for rule in RULES}
    assert set(GAVE_NO_WEIGHTS) < set(COLUMNS["role"].values)
    assert "role" in CARD_CLAIMS

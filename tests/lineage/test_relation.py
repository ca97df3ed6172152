"""Relations: declared wins, the rules infer the rest in their order, contradictions are kept, kinds follow from edges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.lineage.families import describe_lineage
from pipelines.lineage.relation import NODE_KINDS, RELATIONS, RULES, relate
from pipelines.lineage.resolving import accept_edges, resolve_claims
from tests.lineage.frames import claims, models, moves

FLAGS = (
    "is_adapter_library", "is_quantized_library", "is_library_unknown", "has_lora_tag", "has_gguf_sign",
    "has_safetensors_sign", "has_bits_tag", "has_quantization_config", "has_quantized_by", "has_merge_tag",
    "has_trainer_tag", "has_quantized_name", "has_adapter_name", "is_bare", "has_merge_name",
)  # fmt: skip
FILES = ("has_adapter_file", "has_gguf_file", "has_full_file")
HUB = models("o/a", "o/b", "o/c", "o/kid")


def related(*pairs: tuple[str, ...], **signs: bool) -> pl.DataFrame:
    """Relate the edges of these claims; every child has the signs named, and files where any of them is."""
    resolved = resolve_claims(claims(*pairs), HUB, moves(), moves())  # type: ignore[arg-type]  # short pairs
    accepted = accept_edges(resolved, HUB)
    knows_files = any(name in FILES for name in signs)
    values: dict[str, Any] = dict.fromkeys(FLAGS, False) | dict.fromkeys(FILES, False if knows_files else None) | signs
    rows = [{"child_id": child, **values} for child in accepted["child_id"].unique().sort()]
    schema = {"child_id": pl.String, **dict.fromkeys((*FLAGS, *FILES), pl.Boolean)}
    return relate(accepted, pl.DataFrame(rows, schema=schema))


def kid(*parents: str, **signs: bool) -> dict[str, Any]:
    """The first edge of an undeclared child of these parents."""
    return related(*(("o/kid", parent) for parent in parents), **signs).row(0, named=True)


@pytest.mark.parametrize(
    ("signs", "relation", "rule"),
    [
        ({}, "finetune", "nothing_else_said"),
        ({"has_trainer_tag": True}, "finetune", "trainer_tag"),
        ({"is_adapter_library": True, "has_trainer_tag": True}, "adapter", "adapter_library"),
        ({"is_adapter_library": True, "has_bits_tag": True}, "adapter", "adapter_library"),
        ({"has_lora_tag": True}, "adapter", "lora_tag"),
        ({"has_gguf_sign": True}, "quantized", "gguf_without_full_weights"),
        ({"has_gguf_sign": True, "has_safetensors_sign": True}, "finetune", "nothing_else_said"),
        (
            {"has_gguf_sign": True, "has_safetensors_sign": True, "has_quantized_name": True},
            "quantized",
            "gguf_without_full_weights",
        ),
        ({"has_gguf_file": True}, "quantized", "gguf_without_full_weights"),
        ({"has_gguf_file": True, "has_full_file": True}, "finetune", "nothing_else_said"),
        ({"has_bits_tag": True, "has_trainer_tag": True}, "quantized", "quantization_config"),
        ({"has_quantization_config": True}, "quantized", "quantization_config"),
        ({"has_quantized_name": True}, "quantized", "quantized_name"),
        ({"has_quantized_by": True}, "quantized", "quantized_by"),
        ({"has_adapter_file": True, "is_library_unknown": True}, "adapter", "adapter_files_alone"),
        ({"has_adapter_file": True, "is_library_unknown": True, "has_trainer_tag": True}, "finetune", "trainer_tag"),
        ({"has_adapter_file": True, "has_full_file": True, "is_library_unknown": True}, "finetune", "nothing_else_said"),
        ({"has_adapter_name": True}, "finetune", "nothing_else_said"),
        ({"has_adapter_name": True, "is_bare": True}, "adapter", "adapter_name"),
        ({"has_merge_tag": True}, "finetune", "merge_tag_and_one_parent"),
        ({"has_merge_name": True}, "finetune", "nothing_else_said"),
    ],
)
def test_signs_decide_in_the_order_of_the_rules(signs: dict[str, bool], relation: str, rule: str) -> None:
    edge = kid("o/a", **signs)
    assert (edge["relation"], edge["relation_rule"], edge["relation_source"]) == (relation, rule, "inferred")
    assert edge["relation_confidence"] == {each.name: each.confidence for each in RULES}[rule]


@pytest.mark.parametrize(
    ("signs", "relation", "rule"),
    [
        ({"has_merge_tag": True}, "merge", "merge_tag_and_several_parents"),
        ({"has_merge_tag": True, "has_gguf_sign": True}, "merge", "merge_tag_and_several_parents"),
        ({"has_merge_name": True}, "merge", "merge_name_and_several_parents"),
        ({"has_gguf_sign": True}, "quantized", "gguf_without_full_weights"),
        ({}, "finetune", "several_parents"),
    ],
)
def test_several_parents_make_a_merge_only_with_a_sign_of_one(signs: dict[str, bool], relation: str, rule: str) -> None:
    edge = kid("o/a", "o/b", **signs)
    assert (edge["relation"], edge["relation_rule"]) == (relation, rule)


def test_the_same_parent_twice_is_one_parent() -> None:
    assert kid("o/a", "O/A", has_merge_tag=True)["relation"] == "finetune"


def test_what_is_declared_for_a_pair_wins_and_the_other_pair_is_inferred() -> None:
    edges = related(("o/kid", "o/a", "adapter"), ("o/kid", "o/b"), has_bits_tag=True)
    rows = edges.select("parent_id", "relation", "relation_source", "relation_rule", "relation_inferred").rows()
    assert rows == [
        ("o/a", "adapter", "declared", None, "quantized"),
        ("o/b", "quantized", "inferred", "quantization_config", "quantized"),
    ]


@pytest.mark.parametrize(
    ("declared", "signs", "is_disputed"),
    [
        (("finetune",), {"has_gguf_file": True}, True),
        (("finetune",), {"has_adapter_file": True, "has_trainer_tag": True}, True),
        (("finetune",), {"has_adapter_file": True, "has_full_file": True}, False),
        (("adapter",), {"has_trainer_tag": True}, False),
        (("adapter", "finetune"), {}, True),
        ((None,), {"has_adapter_file": True, "has_trainer_tag": True}, True),
        ((None,), {}, False),
    ],
)
def test_a_contradiction_is_kept_and_overwrites_nothing(
    declared: tuple[str | None, ...], signs: dict[str, bool], is_disputed: bool
) -> None:
    sources = ("card_data", "tag")
    pairs = [("o/kid", "o/a", relation, source) for relation, source in zip(declared, sources, strict=False)]
    edge = related(*pairs, **signs).row(0, named=True)  # type: ignore[arg-type]  # None is an undeclared relation
    assert edge["is_relation_disputed"] is is_disputed
    assert edge["relation"] == (declared[0] or "finetune")
    if declared[0]:
        assert edge["relation_confidence"] == (0.8 if is_disputed else 1.0)


def test_every_rule_is_named_once_sure_to_some_degree_and_says_why() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.relation in RELATIONS and 0 < rule.confidence < 1 and rule.reason.endswith(".") for rule in RULES)


def test_the_documentation_lists_the_rules_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "relations.md").read_text(encoding="utf-8")
    listed = [line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert listed == [f"| `{rule.name}` | {rule.relation} | {rule.confidence} | {rule.reason} |" for rule in RULES]


def kinds_of(edges: pl.DataFrame) -> list[tuple[str, str]]:
    names = pl.concat([edges["child_id"], edges.filter("is_parent_listed")["parent_id"]]).unique().alias("model_id")
    born = names.to_frame().with_columns(created_at=pl.lit(None, pl.Datetime("us")))
    return describe_lineage(edges, born).nodes.sort("model_id").select("model_id", "node_kind").rows()


def test_kinds_follow_from_edges_and_a_placeholder_has_none() -> None:
    edges = related(("o/b", "o/a", "adapter"), ("o/kid", "o/b", "merge"), ("o/kid", "o/c", "finetune"), ("o/c", "gone/x", None))
    assert kinds_of(edges) == [("o/a", "base"), ("o/b", "adapter"), ("o/c", "finetuned"), ("o/kid", "merge")]
    assert set(NODE_KINDS) == set(RELATIONS)


def test_a_model_named_by_itself_alone_is_a_base_if_others_descend_from_it() -> None:
    edges = related(("o/a", "o/a"), ("o/b", "o/a"))
    assert kinds_of(edges) == [("o/a", "base"), ("o/b", "finetuned")]

"""How a child was made from its parent: declared where a source says so, else inferred by the rules below, in order.

The vocabulary is the Hub's, and so is the meaning: where the recorded data show what the Hub calls a model with a sign, the
rule follows the Hub (docs/relations.md has the counts). The first rule that holds decides; each says how sure it is and why.
What the files alone say is kept beside, because it contradicts the Hub's word more often than any other sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

RELATIONS: Final = ("finetune", "adapter", "quantized", "merge")
NODE_KINDS: Final = {"finetune": "finetuned", "adapter": "adapter", "quantized": "quantized", "merge": "merge"}
"""Relation to its parents -> kind of node; ``base`` is a model that others descend from and that names no parent."""

DECLARED_CONFIDENCE: Final = 1.0
DISPUTED_CONFIDENCE: Final = 0.8
"""A declaration that another source, or what the model holds, contradicts."""


@dataclass(frozen=True)
class Rule:
    """One rule: the relation it gives, its confidence (0 to 1), the condition, and why it holds."""

    name: str
    relation: str
    confidence: float
    condition: pl.Expr
    reason: str


_HAS_SEVERAL = pl.col("n_distinct_parents") > 1
_HAS_GGUF = pl.col("has_gguf_sign") | pl.col("is_quantized_library") | pl.col("has_gguf_file").fill_null(False)
_HAS_FULL_WEIGHTS = pl.coalesce("has_full_file", "has_safetensors_sign")
_HAS_ADAPTER_FILES_ALONE = (pl.col("has_adapter_file") & ~pl.col("has_full_file")).fill_null(False)
_HAS_GGUF_FILES_ALONE = (pl.col("has_gguf_file") & ~pl.col("has_full_file") & ~pl.col("has_adapter_file")).fill_null(False)

RULES: Final = (
    Rule(
        "merge_tag_and_several_parents", "merge", 0.97, _HAS_SEVERAL & pl.col("has_merge_tag"),
        "Several different parents and a tag of the merging tools: weights of all of them went in, also where the result"
        " was quantized afterwards.",
    ),
    Rule(
        "merge_name_and_several_parents", "merge", 0.8, _HAS_SEVERAL & pl.col("has_merge_name"),
        "Several different parents, and the name speaks of a merge or a mixture (slerp, ties, merge, 4x7b).",
    ),
    Rule(
        "adapter_library", "adapter", 0.98, pl.col("is_adapter_library"),
        "The library is one for adapters (peft, adapter-transformers): the Hub's own sign.",
    ),
    Rule(
        "gguf_without_full_weights", "quantized", 0.95,
        _HAS_GGUF & (~_HAS_FULL_WEIGHTS | pl.col("has_quantized_name") | pl.col("is_quantized_library")),
        "GGUF or a like container, and no full weights beside it, or a name that says it is a conversion.",
    ),
    Rule(
        "lora_tag", "adapter", 0.95, pl.col("has_lora_tag"),
        "The tag lora, or a card template for LoRA weights.",
    ),
    Rule(
        "quantization_config", "quantized", 0.93, pl.col("has_bits_tag") | pl.col("has_quantization_config"),
        "A quantization method or bit width in the configuration, or in the tags that the Hub makes of it.",
    ),
    Rule(
        "quantized_name", "quantized", 0.7, pl.col("has_quantized_name"),
        "The name has a format or bit width (GGUF, AWQ, GPTQ, exl2, MLC, ONNX, 4bit). The Hub itself goes by files and tags.",
    ),
    Rule(
        "quantized_by", "quantized", 0.7, pl.col("has_quantized_by"),
        "The card metadata name who quantized it.",
    ),
    Rule(
        "adapter_files_alone", "adapter", 0.6,
        _HAS_ADAPTER_FILES_ALONE & pl.col("is_library_unknown") & ~pl.col("has_trainer_tag"),
        "Adapter weights without full ones, no library, and no trainer's tag that would make the Hub say finetune.",
    ),
    Rule(
        "adapter_name", "adapter", 0.6, pl.col("has_adapter_name") & pl.col("is_bare"),
        "The name says LoRA or adapter, and nothing but the name is known; where more is, the Hub does not go by it.",
    ),
    Rule(
        "merge_tag_and_one_parent", "finetune", 0.85, pl.col("has_merge_tag"),
        "A merge tag with one parent: merged with itself, or trained on after its parent was merged; the Hub says finetune.",
    ),
    Rule(
        "several_parents", "finetune", 0.5, _HAS_SEVERAL,
        "Several different parents and no sign of a merge: cards also name teachers, data makers and earlier versions.",
    ),
    Rule(
        "trainer_tag", "finetune", 0.95, pl.col("has_trainer_tag"),
        "The tag of a training library; the Hub says finetune even where only adapter weights lie there.",
    ),
    Rule(
        "nothing_else_said", "finetune", 0.85, pl.lit(True),
        "No sign of anything else: what the Hub assumes too.",
    ),
)  # fmt: skip
"""The rules in their order; the last always holds."""


def relate(accepted: pl.DataFrame, signs: pl.DataFrame) -> pl.DataFrame:
    """Give every accepted edge its relation, declared or inferred.

    Args:
        accepted: as `resolving.accept_edges` returns them; ``relation`` is what is declared for the pair, or null.
        signs: as ``sql/lineage/relation_signs.sql`` makes them, one row a child.

    Returns:
        The edges in their order, with ``relation`` never null and relation_source, relation_confidence, relation_rule (null
        where declared), relation_inferred (what the signs say, whatever is declared), files_relation and
        is_relation_disputed.
    """
    inferred = infer(accepted, signs)
    joined = accepted.join(inferred, on="child_id", how="left", maintain_order="left")
    is_declared = pl.col("relation").is_not_null()
    is_disputed = _is_disputed()
    confidence = pl.when(is_disputed).then(pl.lit(DISPUTED_CONFIDENCE)).otherwise(pl.lit(DECLARED_CONFIDENCE))
    return joined.with_columns(
        relation=pl.coalesce("relation", "relation_inferred"),
        relation_source=pl.when(is_declared).then(pl.lit("declared")).otherwise(pl.lit("inferred")),
        relation_confidence=pl.when(is_declared).then(confidence).otherwise("rule_confidence"),
        relation_rule=pl.when(~is_declared).then("rule_name"),
        is_relation_disputed=is_disputed,
    ).drop("rule_name", "rule_confidence")


def _is_disputed() -> pl.Expr:
    """Sources disagree, or signs speak against the declaration, or the files contradict what is settled on.

    A finetune is inferred from what is not there, so it contradicts nothing; and a merge may lie there in any form.
    """
    settled = pl.coalesce("relation", "relation_inferred")
    has_signs = pl.col("relation_inferred") != "finetune"
    against_signs = (has_signs & (pl.col("relation") != pl.col("relation_inferred"))).fill_null(False)
    against_files = (settled != pl.col("files_relation")).fill_null(False) & (settled != "merge")
    return (pl.col("relations").list.len() > 1) | against_signs | against_files


def infer(accepted: pl.DataFrame, signs: pl.DataFrame) -> pl.DataFrame:
    """Infer the relation of each child to all its parents from the signs alone, whatever is declared.

    Returns:
        One row a child: child_id, relation_inferred, rule_name, rule_confidence, files_relation.
    """
    parents = accepted.group_by("child_id").agg(n_distinct_parents=pl.col("parent_id").n_unique())
    outcome = pl.coalesce(
        pl.when(rule.condition).then(
            pl.struct(relation=pl.lit(rule.relation), name=pl.lit(rule.name), confidence=pl.lit(rule.confidence))
        )
        for rule in RULES
    )
    files = (
        pl.when(_HAS_ADAPTER_FILES_ALONE)
        .then(pl.lit("adapter"))
        .when(_HAS_GGUF_FILES_ALONE)
        .then(pl.lit("quantized"))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
    return signs.join(parents, on="child_id").select(
        "child_id",
        outcome.struct.field("relation").alias("relation_inferred"),
        outcome.struct.field("name").alias("rule_name"),
        outcome.struct.field("confidence").alias("rule_confidence"),
        files.alias("files_relation"),
    )


def node_kinds(edges: pl.DataFrame) -> pl.DataFrame:
    """Return the kind of every listed model that an edge touches: model_id, node_kind; sorted by model_id.

    A child is what its edges say: merge before quantized, adapter and finetuned, where they differ. A model is ``base`` if
    others descend from it and it names no parent itself. Models without edges are not returned: nothing is known of them.
    """
    order = ["merge", "quantized", "adapter", "finetune"]
    rank = pl.col("relation").replace_strict(order, range(len(order)), return_dtype=pl.Int8)
    children = edges.group_by(model_id="child_id").agg(node_kind=pl.col("relation").sort_by(rank).first().replace(NODE_KINDS))
    bases = (
        edges.filter("is_parent_listed")
        .select(model_id="parent_id", node_kind=pl.lit("base"))
        .unique("model_id")
        .join(children, on="model_id", how="anti")
    )
    return pl.concat([children, bases]).sort("model_id")

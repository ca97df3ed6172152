"""How a child was made from its parent: declared where a source says so, else inferred by the rules below, in order.

The vocabulary is the Hub's, and so is the meaning: where the recorded data show what the Hub calls a model with a sign, the
rule follows the Hub (docs/relations.md has the counts). The first rule that holds decides; each says how sure it is and why.
What the files alone say is kept beside, because it contradicts the Hub's word more often than any other sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.lineage.forest import Ints

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

_TEXT_ORDER: Final = ("merge", "quantized", "adapter", "finetune")
"""Which relation counts where a card's words imply several, or a child's edges differ."""

RULES: Final = (
    Rule(
        "merge_tag_and_several_parents", "merge", 0.97, _HAS_SEVERAL & pl.col("has_merge_tag"),
        "Several different parents and a tag of the merging tools: weights of all of them went in, also where the result"
        " was quantized afterwards.",
    ),
    Rule(
        "merge_text_and_several_parents", "merge", 0.95, _HAS_SEVERAL & pl.col("text_relation").eq_missing("merge"),
        "Several different parents, and the card shows the configuration of their merge or lists them as merged.",
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
        "quantized_text", "quantized", 0.93, pl.col("text_relation").eq_missing("quantized"),
        "The card says that it holds quants or a conversion of its parent.",
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
        "adapter_text", "adapter", 0.8, pl.col("text_relation").eq_missing("adapter"),
        "The card says that it holds an adapter of its parent.",
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
    """Infer the relation of each child to all its parents from signs and the card's words, whatever is declared.

    Returns:
        One row a child: child_id, relation_inferred, rule_name, rule_confidence, files_relation.
    """
    implied = pl.col("text_relation").replace_strict(_TEXT_ORDER, range(len(_TEXT_ORDER)), return_dtype=pl.Int8)
    written = accepted.drop_nulls("text_relation").group_by("child_id").agg(pl.col("text_relation").sort_by(implied).first())
    parents = accepted.group_by("child_id").agg(n_distinct_parents=pl.len()).join(written, on="child_id", how="left")
    # The rule's number first: a chain of conditions over numbers is many times cheaper than one over structures.
    rule = pl.coalesce(pl.when(rule.condition).then(pl.lit(number, pl.UInt8)) for number, rule in enumerate(RULES))
    files = (
        pl.when(_HAS_ADAPTER_FILES_ALONE)
        .then(pl.lit("adapter"))
        .when(_HAS_GGUF_FILES_ALONE)
        .then(pl.lit("quantized"))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
    ruled = signs.join(parents, on="child_id").select("child_id", rule.alias("rule"), files.alias("files_relation"))
    told: dict[str, list[Any]] = {
        "relation_inferred": [rule.relation for rule in RULES],
        "rule_name": [rule.name for rule in RULES],
        "rule_confidence": [rule.confidence for rule in RULES],
    }
    return ruled.select("child_id", *(pl.Series(name, of).gather(ruled["rule"]) for name, of in told.items()), "files_relation")


def node_kinds(n_nodes: int, parents: Ints, children: Ints, relations: pl.Series) -> pl.Series:
    """Return the kind of every node that an edge touches, null for the others; shape (n_nodes,).

    A child is what its edges say: merge before quantized, adapter and finetuned, where they differ. A node is ``base`` if
    others descend from it and it names no parent itself.
    """
    kinds = [NODE_KINDS[relation] for relation in _TEXT_ORDER] + ["base", None]
    is_base, is_unknown = len(kinds) - 2, len(kinds) - 1
    place = pl.coalesce(pl.when(relations == word).then(pl.lit(place, pl.Int64)) for place, word in enumerate(_TEXT_ORDER))
    kind = np.full(n_nodes, is_unknown, dtype=np.int64)
    np.minimum.at(kind, children, pl.select(place.fill_null(is_unknown)).to_series().to_numpy())
    is_child, is_parent = np.zeros((2, n_nodes), dtype=np.bool_)
    is_child[children], is_parent[parents] = True, True
    kind[is_parent & ~is_child] = is_base
    return pl.Series("node_kind", kinds, dtype=pl.String).gather(kind)

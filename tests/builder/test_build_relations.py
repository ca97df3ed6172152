"""Relations and successions from landed records: what library, tags, names, files and configuration amount to."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipelines.local_hub.planted import plant
from tests.builder.landed import NIGHT, described, land_records, record, row
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import RECORDS
from warehouse.paths import Layout


def files(*names: str) -> list[dict[str, str]]:
    return [{"rfilename": name} for name in names]


SHARDS = files("README.md", "config.json", "model-00001-of-00002.safetensors")
ADAPTER = files(
    "README.md", "adapter_config.json", "adapter_model.safetensors", "training_args.bin", "checkpoint-5/optimizer.pt"
)


@pytest.mark.parametrize(
    ("name", "fields", "relation", "rule"),
    [
        ("kid", {}, "finetune", "nothing_else_said"),
        ("kid", {"tags": ["generated_from_trainer"], "siblings": ADAPTER}, "finetune", "trainer_tag"),
        ("kid", {"library_name": "peft", "siblings": ADAPTER}, "adapter", "adapter_library"),
        ("kid", {"siblings": ADAPTER}, "adapter", "adapter_files_alone"),
        ("kid", {"siblings": [*ADAPTER, *SHARDS]}, "finetune", "nothing_else_said"),
        ("kid", {"library_name": "diffusers", "tags": ["lora"]}, "adapter", "lora_tag"),
        ("kid", {"siblings": files("kid.Q4_K_M.gguf")}, "quantized", "gguf_without_full_weights"),
        ("kid", {"gguf": {"total": 7}}, "quantized", "gguf_without_full_weights"),
        ("kid", {"tags": ["gguf"], "siblings": [*SHARDS, *files("kid.gguf")]}, "finetune", "nothing_else_said"),
        ("kid", {"config": {"quantization_config": {"bits": 4}}}, "quantized", "quantization_config"),
        ("kid", {"config": {"quantization_config": None}}, "finetune", "nothing_else_said"),
        ("kid", {"tags": ["awq", "4-bit"]}, "quantized", "quantization_config"),
        ("kid", {"cardData": {"quantized_by": "somebody"}}, "quantized", "quantized_by"),
        ("kid-7B-AWQ", {}, "quantized", "quantized_name"),
        ("kid-bnb-4bit", {}, "quantized", "quantized_name"),
        ("kid.Q5_K_M", {}, "quantized", "quantized_name"),
        ("kid-4bpw-exl2", {}, "quantized", "quantized_name"),
        ("kid-int4-fc-sft", {}, "finetune", "nothing_else_said"),
        ("awquard-chat", {}, "finetune", "nothing_else_said"),
        ("kid-qlora", {}, "adapter", "adapter_name"),
        ("kid-qlora", {"tags": ["safetensors"]}, "finetune", "nothing_else_said"),
        ("kid-slerp", {}, "finetune", "nothing_else_said"),
    ],
)
def test_the_landed_record_says_how_a_model_was_made(
    home: Layout, name: str, fields: dict[str, Any], relation: str, rule: str
) -> None:
    tags = ["base_model:o/base", *fields.get("tags", [])]
    land_records(home, record("o/base"), record(f"o/{name}", **{**fields, "tags": tags}))
    edge = row(described(home)["edges"], child_id=f"o/{name}")
    assert (edge["relation"], edge["relation_rule"]) == (relation, rule)


def test_files_that_a_client_printed_are_read_as_well(home: Layout) -> None:
    printed = ["RepoSibling(rfilename='a.gguf', size=5, blob_id='b', lfs=BlobLfsInfo(size=5, sha256='s'))"]
    land_records(home, record("o/base"), record("o/kid", tags=["base_model:o/base"], siblings=printed), kind="details")
    assert row(described(home)["edges"], child_id="o/kid")["files_relation"] == "quantized"


def test_a_merge_has_several_parents_and_a_sign_of_it(home: Layout) -> None:
    parents = ["base_model:o/a", "base_model:o/b"]
    merged, taught = record("o/kid", tags=["mergekit", *parents]), record("o/taught", tags=parents)
    land_records(home, record("o/a"), record("o/b"), merged, taught, record("o/my-slerp", tags=parents))
    tables = described(home)
    assert set(tables["edges"].filter(child_id="o/kid")["relation"]) == {"merge"}
    assert set(tables["edges"].filter(child_id="o/my-slerp")["relation"]) == {"merge"}
    assert set(tables["edges"].filter(child_id="o/taught")["relation_rule"]) == {"several_parents"}
    kinds = dict(tables["models"].select("model_id", "node_kind").rows())
    assert kinds == {"o/a": "base", "o/b": "base", "o/kid": "merge", "o/my-slerp": "merge", "o/taught": "finetuned"}
    scopes = dict(tables["families"].select("family_scope", "n_models").rows())
    assert (scopes["no_merges"], scopes["all"]) == (3, 5)


def test_a_declaration_against_the_files_stands_and_is_disputed(home: Layout) -> None:
    tags = ["base_model:o/base", "base_model:finetune:o/base"]
    land_records(home, record("o/base"), record("o/kid", tags=tags, siblings=files("kid-Q4_0.gguf")))
    edge = row(described(home)["edges"], child_id="o/kid")
    assert (edge["relation"], edge["relation_inferred"], edge["files_relation"]) == ("finetune", "quantized", "quantized")
    assert (edge["relation_source"], edge["is_relation_disputed"], edge["relation_rule"]) == ("declared", True, None)


def test_successors_are_looked_up_like_parents_and_make_no_edges(home: Layout) -> None:
    land_records(
        home,
        record("o/v1", cardData={"new_version": "O/V2"}),
        record("o/v2", cardData={"new_version": "https://huggingface.co/o/v3"}),
        record("o/v3", cardData={"new_version": None}),
        record("o/lost", cardData={"new_version": "gone/next"}),
        record("o/own", cardData={"new_version": "o/own"}),
        record("o/list", cardData={"new_version": ["o/v3", "not an id"]}),
    )
    tables = described(home)
    rows = tables["successions"].select("model_id", "successor_ref", "successor_id", "resolution").rows()
    assert rows == [
        ("o/list", "not an id", None, "rejected"),
        ("o/list", "o/v3", "o/v3", "exact"),
        ("o/lost", "gone/next", "gone/next", "placeholder"),
        ("o/own", "o/own", "o/own", "self"),
        ("o/v1", "O/V2", "o/v2", "case"),
        ("o/v2", "https://huggingface.co/o/v3", "o/v3", "url"),
    ]
    assert (tables["edges"].height, tables["families"].height) == (0, 0)
    assert tables["models"]["node_kind"].null_count() == 6


def test_a_planted_hub_is_inferred_as_it_was_planted_where_its_files_and_tags_tell(home: Layout) -> None:
    """What is left are adapters without a library whose trainer's tag makes the Hub say finetune: their files betray them."""
    hub = plant(1500, 11)
    provenance = Provenance(run_id="planted", sequence=0, observed_at=NIGHT)
    land(home.landing, "listing", hub.records.with_columns(observed_at=pl.lit(NIGHT)).select(list(RECORDS)), provenance)
    truth = hub.truth["edges"].filter(pl.col("origin") == "grown").select("parent_id", "child_id", planted="relation")
    edges = truth.join(described(home)["edges"], on=["parent_id", "child_id"])
    assert edges.height == truth.height > 800
    assert edges["planted"].equals(edges["relation"])
    missed = edges.filter(pl.col("planted") != pl.col("relation_inferred"))
    assert missed.height < 0.03 * edges.height
    assert set(missed.select("planted", "relation_inferred", "files_relation").rows()) <= {("adapter", "finetune", "adapter")}

"""Weights in a build: who holds some, and which edges pass them on."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipelines.local_hub.planted import plant
from tests.builder.landed import NIGHT, described, land_cards, land_records, record, row
from warehouse.landing.blobs import git_blob_id
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import RECORDS
from warehouse.paths import Layout


def files(*names: str) -> list[dict[str, str]]:
    return [{"rfilename": name} for name in names]


SHELL = files(".gitattributes", "README.md")


@pytest.mark.parametrize(
    ("fields", "has_weights", "reason"),
    [
        ({}, None, "files_unknown"),
        ({"tags": ["safetensors"]}, None, "files_unknown"),
        ({"safetensors": {"total": 7}}, True, None),
        ({"gguf": {"total": 7}}, True, None),
        ({"siblings": [*SHELL, *files("config.json", "model-00001-of-00002.safetensors")]}, True, None),
        ({"siblings": [*SHELL, *files("unet/diffusion_pytorch_model.BIN")]}, True, None),
        ({"siblings": [*SHELL, *files("adapter_config.json", "adapter_model.bin")]}, True, None),
        ({"siblings": SHELL}, False, None),
        ({"siblings": []}, False, None),
        ({"siblings": [*SHELL, *files("LICENSE", "images/a.png", "config.json", "tokenizer.json", "run.py")]}, False, None),
        ({"siblings": [*SHELL, *files("training_args.bin", "checkpoint-5/optimizer.pt")]}, False, None),
        ({"siblings": [*SHELL, *files("ppo-Crawler.zip")]}, None, "file_types_unknown"),
        ({"siblings": [*SHELL, *files("lin1_size")]}, None, "file_types_unknown"),
        ({"siblings": ["RepoSibling(rfilename='a.gguf', size=5, blob_id='b', lfs=None)"]}, True, None),
        ({"siblings": ["not a list of files"]}, None, "file_types_unknown"),
        ({"siblings": {"error": "too many"}}, None, "file_types_unknown"),
    ],
)
def test_a_repository_holds_weights_or_none_or_nobody_knows(
    home: Layout, fields: dict[str, Any], has_weights: bool | None, reason: str | None
) -> None:
    land_records(home, record("o/a", **fields), kind="details")
    model = row(described(home)["models"], model_id="o/a")
    assert (model["has_weights"], model["weights_reason"]) == (has_weights, reason)


def test_the_newest_observation_says_what_is_held(home: Layout) -> None:
    land_records(home, record("o/a", siblings=SHELL))
    land_records(home, record("o/a", siblings=[*SHELL, *files("model.safetensors")]), at=NIGHT.replace(day=2))
    assert row(described(home)["models"], model_id="o/a")["has_weights"] is True


def test_a_distilled_model_has_a_parent_that_gave_no_weights(home: Layout) -> None:
    land_records(home, record("o/teacher"), record("o/student", tags=["base_model:finetune:o/teacher"]), record("o/alone"))
    for model_id in ("o/student", "o/alone"):
        text = b"---\nlicense: mit\n---\nDistilled from [the teacher](https://huggingface.co/o/teacher).\n"
        if model_id == "o/alone":
            text = text.replace(b"mit", b"apache-2.0")
        land_cards(home, {"model_id": model_id, "content": text, "card_sha": git_blob_id(text), "n_bytes": len(text)})
    edges = described(home)["edges"]
    for model_id in ("o/student", "o/alone"):
        edge = row(edges, child_id=model_id)
        assert (edge["is_weight_inheriting"], edge["inheritance_rule"]) == (False, "taught")


def test_a_planted_hubs_edges_pass_weights_as_its_truth_says(home: Layout) -> None:
    hub = plant(400, seed=11)
    records = hub.records.with_columns(observed_at=pl.lit(NIGHT)).select(list(RECORDS))
    land(home.landing, "listing", records, Provenance("planted", 0, NIGHT))
    cards = hub.cards.select("hub_object_id", "model_id", "content", "card_sha").with_columns(
        n_bytes=pl.col("content").bin.size()
    )
    land_cards(home, *cards.to_dicts())
    truth = hub.truth["edges"].select("parent_id", "child_id", truth="is_weight_inheriting")
    both = described(home)["edges"].join(truth, on=["parent_id", "child_id"])
    assert both.height > 200
    told = both.drop_nulls("is_weight_inheriting")
    assert told.filter(pl.col("is_weight_inheriting") != pl.col("truth")).is_empty()
    assert told.filter(~pl.col("truth")).height > 0
    assert told.height > 0.9 * both.height

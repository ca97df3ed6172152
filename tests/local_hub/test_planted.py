"""The planted hub: sizes, identities, wire form, cards, losses; its laws have tests of their own."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.local_hub.planted import DriftRates, HubShape, PlantedHub, plant, write_truth
from pipelines.local_hub.planted.front_matter import front_matter
from warehouse.errors import UsageError
from warehouse.landing.blobs import git_blob_id
from warehouse.landing.records import landing_row, wire_record
from warehouse.landing.schema import RECORDS
from warehouse.paths import Layout

RELATIONS = ("finetune", "adapter", "quantized", "merge")


@cache
def hub_of(n_models: int, seed: int = 0) -> PlantedHub:
    return plant(n_models, seed)


def digest(hub: PlantedHub) -> str:
    total = hashlib.sha256()
    for name, table in [("records", hub.records), ("cards", hub.cards), ("renames", hub.renames), *sorted(hub.truth.items())]:
        buffer = io.BytesIO()
        table.write_parquet(buffer)
        total.update(name.encode() + buffer.getvalue())
    return total.hexdigest()


@pytest.fixture(scope="module")
def small() -> PlantedHub:
    return hub_of(200)


@pytest.fixture(scope="module")
def hub() -> PlantedHub:
    return hub_of(5_000)


def tagged(records: pl.DataFrame, prefix: str) -> pl.Series:
    chosen = pl.col("tags").list.eval(pl.element().filter(pl.element().str.starts_with(prefix)).str.strip_prefix(prefix))
    return records.select(chosen.alias("values")).to_series()


def grown(hub: PlantedHub) -> pl.DataFrame:
    """Records of grown models beside their truth."""
    return hub.truth["models"].join(hub.records, on="model_id", how="left", maintain_order="left")


def test_the_same_seed_gives_the_same_bytes_in_another_process_with_other_hashes_and_threads() -> None:
    code = "from tests.local_hub.test_planted import digest, plant; print(digest(plant(300, 7)))"
    outside = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": hashes, "POLARS_MAX_THREADS": threads, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout.strip()
        for hashes, threads in (("1", "1"), ("2", "3"))
    ]
    assert outside == [digest(plant(300, 7))] * 2


def test_another_seed_gives_another_hub() -> None:
    assert digest(plant(200, 1)) != digest(plant(200, 2))


@pytest.mark.parametrize("n_models", [200, 201, 5_000])
def test_a_hub_has_the_models_asked_for_and_the_dirty_ones(n_models: int) -> None:
    hub = hub_of(n_models)
    assert hub.truth["models"].height == n_models
    assert hub.records.height == n_models + hub.truth["dirty"].height


def test_fewer_than_200_models_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 200"):
        plant(199)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(UsageError, match="seed"):
        plant(200, -1)


def test_records_have_the_landing_columns_but_for_the_instant_of_observation(hub: PlantedHub) -> None:
    assert list(hub.records.schema.items()) == [(k, v) for k, v in RECORDS.items() if k != "observed_at"]


def test_ids_are_unique_without_regard_to_case_and_so_are_object_ids(hub: PlantedHub) -> None:
    ids, keys = hub.records["model_id"].drop_nulls(), hub.records["hub_object_id"].drop_nulls()
    assert ids.str.to_lowercase().is_unique().all()
    assert keys.is_unique().all()
    assert ids.str.len_chars().max() <= 122
    assert ids.str.contains(r"^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$").all()


def test_object_ids_begin_with_the_second_of_creation(hub: PlantedHub) -> None:
    rows = hub.records.filter(pl.col("created_at").is_not_null())
    seconds = rows["created_at"].str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ").dt.epoch("s")
    assert rows["hub_object_id"].str.contains("^[0-9a-f]{24}$").all()
    assert (rows["hub_object_id"].str.head(8).str.to_integer(base=16) == seconds).all()


def test_records_stand_in_the_order_of_creation_and_are_not_modified_before_it(hub: PlantedHub) -> None:
    keys = hub.records.select("created_at", "hub_object_id")
    assert keys.equals(keys.sort("created_at", "hub_object_id", nulls_last=True))
    odd = hub.truth["dirty"].filter(pl.col("category").is_in([75, 76]))["model_id"]
    rows = hub.records.filter(pl.col("created_at").is_not_null() & ~pl.col("model_id").is_in(odd.implode()))
    assert (rows["last_modified"] >= rows["created_at"]).all()


def test_every_record_survives_the_way_over_the_wire_and_back(small: PlantedHub) -> None:
    for row in small.records.iter_rows(named=True):
        back = landing_row(wire_record(row))
        assert {column: back.get(column) for column in row} == row


def test_tags_and_card_data_agree_with_the_truth(hub: PlantedHub) -> None:
    models = grown(hub)
    licenses = pl.when(pl.col("is_license_declared")).then("license")
    assert tagged(models, "license:").list.first().equals(models.select(licenses).to_series())
    tasks = models.select(pl.when(pl.col("is_task_declared")).then("task")).to_series()
    assert models["pipeline_tag"].equals(tasks)
    declared = models.filter("is_languages_declared")
    inside = declared.select(pl.col("languages").str.split(",").list.set_difference("tags").list.len()).to_series()
    assert (inside == 0).all()
    data = models.filter(pl.col("card_data").is_not_null())["card_data"].map_elements(
        lambda text: json.loads(text).get("license"), return_dtype=pl.String
    )
    assert data.equals(tagged(models.filter(pl.col("card_data").is_not_null()), "license:").list.first())


def test_parents_in_tags_card_data_and_base_models_are_the_edges_planted(hub: PlantedHub) -> None:
    edges = hub.truth["edges"].filter(pl.col("origin") == "grown")
    expected = set(edges.select("child_id", "parent_id", "relation").rows())
    by_tag, by_data, by_answer = set(), set(), set()
    for row in grown(hub).iter_rows(named=True):
        record = wire_record(row)
        assert isinstance(record, dict)
        data = record.get("cardData", {}).get("base_model", [])
        by_data |= {(row["model_id"], ref) for ref in ([data] if isinstance(data, str) else data)}
        for tag in record["tags"]:
            if tag.startswith("base_model:") and tag.split(":")[1] in RELATIONS:
                by_tag.add((row["model_id"], tag.split(":", 2)[2], tag.split(":")[1]))
        answer = record.get("baseModels", {"models": []})
        by_answer |= {(row["model_id"], model["id"], answer["relation"]) for model in answer["models"]}
    assert by_tag == expected
    assert by_data == {(child, parent) for child, parent, _ in expected}
    assert by_answer <= expected
    assert len(by_answer) > 0.9 * len(expected)


def test_relations_sizes_and_depths_are_those_of_a_real_hub(hub: PlantedHub) -> None:
    edges = hub.truth["edges"].filter(pl.col("origin") == "grown")
    per_child = edges.group_by("child_id", "relation").len()
    assert set(edges["relation"]) == set(RELATIONS)
    assert per_child.filter(pl.col("relation") != "merge")["len"].max() == 1
    assert set(per_child.filter(pl.col("relation") == "merge")["len"]) == {2, 3, 4, 5}
    assert per_child["child_id"].is_unique().all()
    assert hub.truth["models"]["depth"].max() >= 3


def test_children_come_after_their_parents_but_for_the_planted_inversions(hub: PlantedHub) -> None:
    created = hub.records.select("model_id", "created_at")
    edges = hub.truth["edges"].filter(pl.col("origin") == "grown")
    both = edges.join(created, left_on="child_id", right_on="model_id").join(
        created, left_on="parent_id", right_on="model_id", suffix="_of_parent"
    )
    n_inverted = both.filter(pl.col("created_at") < pl.col("created_at_of_parent")).height
    assert n_inverted == round(HubShape().inversion_share * round(0.65 * 5_000))


def test_the_licence_rate_is_found_in_what_the_wire_shows() -> None:
    hub = plant(20_000, 12, card_share=0.0)
    wire = hub.records.select("model_id", license=tagged(hub.records, "license:").list.first())
    edges = hub.truth["edges"].filter((pl.col("relation") == "finetune") & (pl.col("origin") == "grown"))
    pairs = edges.join(wire, left_on="child_id", right_on="model_id").join(
        wire, left_on="parent_id", right_on="model_id", suffix="_of_parent"
    )
    both = pairs.drop_nulls(["license", "license_of_parent"])
    rate, n_pairs = DriftRates().license.finetune, both.height
    n_mutated = both.filter(pl.col("license") != pl.col("license_of_parent")).height
    assert n_pairs > 1_000
    assert abs(n_mutated - rate * n_pairs) <= 4.5 * np.sqrt(n_pairs * rate * (1 - rate))


def test_hand_written_cards_shrink_by_the_planted_ratio(hub: PlantedHub) -> None:
    cards = hub.truth["cards"].filter(pl.col("generator") == "hand").select("model_id", "n_chars")
    edges = hub.truth["edges"].filter("is_primary")
    pairs = edges.join(cards, left_on="child_id", right_on="model_id").join(
        cards, left_on="parent_id", right_on="model_id", suffix="_of_parent"
    )
    ratio = float(pairs.select((pl.col("n_chars") / pl.col("n_chars_of_parent")).median()).item())
    assert DriftRates().card_shrinkage - 0.1 < ratio < DriftRates().card_shrinkage + 0.2


def test_template_shares_are_those_planted(hub: PlantedHub) -> None:
    cards = hub.truth["cards"].join(hub.truth["models"], on="model_id").filter(pl.col("depth") > 0)
    share = DriftRates().template_share_of_children
    assert cards["is_template"].mean() == pytest.approx(share, abs=4.5 * np.sqrt(share * (1 - share) / cards.height))


def test_cards_open_with_the_card_data_of_the_record(hub: PlantedHub) -> None:
    rows = hub.cards.join(grown(hub).select("model_id", "card_data"), on="model_id")
    assert rows.height == hub.truth["cards"].height
    for content, card_data in rows.select("content", "card_data").iter_rows():
        assert content.startswith(front_matter(card_data).encode())


def test_card_shas_are_git_blob_ids(small: PlantedHub) -> None:
    assert git_blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert [git_blob_id(content) for content in small.cards["content"]] == small.cards["card_sha"].to_list()


def test_a_card_is_there_exactly_where_the_files_name_a_readme(hub: PlantedHub) -> None:
    models = grown(hub).with_columns(listed=pl.col("siblings").str.contains("README.md", literal=True))
    assert models["listed"].equals(models["has_card"].alias("listed"))
    assert models["card_data"].is_not_null().equals(models["has_card"].alias("card_data"))
    assert set(models.filter("has_card")["model_id"]) == set(hub.truth["cards"]["model_id"])


def test_only_a_share_of_the_cards_is_written_when_asked() -> None:
    few = plant(2_000, card_share=0.1)
    assert few.records.equals(plant(2_000).records)
    written = few.truth["cards"].height / few.truth["models"]["has_card"].sum()
    assert 0.05 < written < 0.15
    assert plant(2_000, card_share=0.0).truth["cards"].height == 0


def test_losses_follow_their_law_and_stand_in_model_index_and_card(hub: PlantedHub) -> None:
    losses = hub.truth["losses"]
    law = (
        pl.col("E")
        + pl.col("A") / pl.col("parameter_count") ** pl.col("alpha")
        + pl.col("B") / pl.col("token_count") ** pl.col("beta")
    )
    residual = losses.select((pl.col("loss") / law).log() / pl.col("noise_sigma")).to_series()
    assert residual.abs().max() < 5
    assert 0.7 < residual.std() < 1.3
    final = losses.filter("is_final").join(hub.records, on="model_id").join(hub.cards, on="model_id")
    assert final.height == losses["run_id"].n_unique() == 15
    for loss, index, content in final.select("loss", "model_index", "content").iter_rows():
        assert json.loads(index)[0]["results"][0]["metrics"] == [{"type": "loss", "value": loss}]
        assert f"{loss:.6f}" in content.decode()


def test_popularity_has_a_heavy_tail_and_fields_have_their_three_states(hub: PlantedHub) -> None:
    models = grown(hub)
    assert models["downloads_30d"].max() > 50 * max(1.0, float(models["downloads_30d"].median() or 0))
    assert (models["downloads_all_time"] >= models["downloads_30d"]).all()
    states = models.select(
        pl.col("null_fields").list.contains("pipeline_tag").fill_null(False), pl.col("pipeline_tag").is_null()
    )
    assert set(states.rows()) == {(True, True), (False, True), (False, False)}
    assert {"false", "auto", "manual"} <= set(models["gated"])


def test_children_are_counted_by_relation(hub: PlantedHub) -> None:
    edges = hub.truth["edges"].filter(pl.col("origin") == "grown")
    counts = dict(edges.group_by("parent_id").len().rows())
    for row in grown(hub).iter_rows(named=True):
        total = sum(json.loads(row["children_model_count"]).values()) if row["children_model_count"] else 0
        assert total == counts.get(row["model_id"], 0)


def test_the_truth_is_written_as_one_file_a_table(small: PlantedHub, home: Layout) -> None:
    folder = home.home / "truth"
    write_truth(small, folder)
    assert sorted(path.stem for path in folder.iterdir()) == sorted(small.truth)
    for name, table in small.truth.items():
        assert pl.read_parquet(folder / f"{name}.parquet").equals(table)


@settings(max_examples=12, deadline=None)
@given(
    n_models=st.integers(200, 600),
    seed=st.integers(0, 2**32),
    shape=st.builds(
        HubShape,
        linked_share=st.floats(0.3, 0.7),
        direct_share=st.floats(0, 1),
        copying_share=st.floats(0, 1),
        foreign_share=st.floats(0, 1),
    ),
)
def test_any_size_seed_and_shape_gives_a_sound_hub(n_models: int, seed: int, shape: HubShape) -> None:
    hub = plant(n_models, seed, shape=shape, card_share=0.2)
    ids = hub.records["model_id"].drop_nulls()
    assert ids.str.to_lowercase().is_unique().all()
    assert hub.records["hub_object_id"].drop_nulls().is_unique().all()
    edges = hub.truth["edges"]
    assert edges.select("parent_id", "child_id").is_unique().all()
    assert set(edges.filter("is_parent_listed")["parent_id"]) | set(edges["child_id"]) <= set(ids)
    assert (edges["parent_id"] != edges["child_id"]).all()

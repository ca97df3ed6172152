"""The planted hub a day later: each change is there, and nothing else changed."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.local_hub.planted import PlantedHub, next_day, plant
from pipelines.local_hub.planted.tomorrow import SHARES

QUIET = ("children_model_count",)
"""Columns that a model's children move."""


@pytest.fixture(scope="module")
def today() -> PlantedHub:
    return plant(2_000, 5)


@pytest.fixture(scope="module")
def tomorrow(today: PlantedHub) -> PlantedHub:
    return next_day(today, 6)


def changed(hub: PlantedHub, change: str) -> pl.DataFrame:
    return hub.truth["changes"].filter(pl.col("change") == change)


def pairs(today: PlantedHub, tomorrow: PlantedHub, change: str) -> pl.DataFrame:
    """Records before and after, joined by the object id, of the models that changed so."""
    keys = changed(tomorrow, change).select("hub_object_id", "before", "after")
    return keys.join(today.records, on="hub_object_id").join(tomorrow.records, on="hub_object_id", suffix="_after")


def test_the_same_seed_gives_the_same_tomorrow(today: PlantedHub, tomorrow: PlantedHub) -> None:
    again = next_day(today, 6)
    assert again.records.equals(tomorrow.records)
    assert again.cards.equals(tomorrow.cards)
    assert all(again.truth[name].equals(table) for name, table in tomorrow.truth.items())


def test_every_kind_of_change_happens_to_another_model(tomorrow: PlantedHub) -> None:
    changes = tomorrow.truth["changes"]
    assert set(changes["change"]) == set(SHARES)
    assert changes["hub_object_id"].is_unique().all()


def test_small_hubs_change_in_every_way_too() -> None:
    assert set(next_day(plant(200), 1, changed_share=0.0).truth["changes"]["change"]) == set(SHARES)


def test_models_that_are_not_in_the_changes_stay_as_they_were(today: PlantedHub, tomorrow: PlantedHub) -> None:
    touched = tomorrow.truth["changes"]["hub_object_id"].implode()
    before, after = (
        hub.records.filter(~pl.col("hub_object_id").is_in(touched).fill_null(False)).drop(QUIET) for hub in (today, tomorrow)
    )
    assert before.equals(after)


def test_popularity_moves_both_ways_without_a_commit(today: PlantedHub, tomorrow: PlantedHub) -> None:
    rows = pairs(today, tomorrow, "popularity")
    assert (rows["downloads_30d_after"] > rows["downloads_30d"]).any()
    assert (rows["downloads_30d_after"] < rows["downloads_30d"]).any()
    assert rows["last_modified"].equals(rows["last_modified_after"].alias("last_modified"))
    assert rows["sha"].equals(rows["sha_after"].alias("sha"))


@pytest.mark.parametrize("change", ["sha", "card", "license", "task"])
def test_commits_move_sha_and_last_modified(today: PlantedHub, tomorrow: PlantedHub, change: str) -> None:
    rows = pairs(today, tomorrow, change)
    assert (rows["sha_after"] != rows["sha"]).all()
    assert rows["last_modified_after"].min() > today.records["last_modified"].max()


def test_cards_change_where_the_readme_was_rewritten_and_nowhere_else(today: PlantedHub, tomorrow: PlantedHub) -> None:
    both = today.cards.join(tomorrow.cards, on="hub_object_id", suffix="_after")
    rewritten = set(both.filter(pl.col("card_sha") != pl.col("card_sha_after"))["hub_object_id"])
    whole, front = changed(tomorrow, "card"), pl.concat([changed(tomorrow, kind) for kind in ("license", "task")])
    assert set(whole["hub_object_id"]) <= rewritten <= set(whole["hub_object_id"]) | set(front["hub_object_id"])
    assert set(changed(tomorrow, "license")["hub_object_id"]) <= rewritten


def test_a_new_licence_stands_in_tags_card_data_and_card(today: PlantedHub, tomorrow: PlantedHub) -> None:
    rows = pairs(today, tomorrow, "license").join(tomorrow.cards, on="hub_object_id")
    for before, after, tags, data, content in rows.select("before", "after", "tags_after", "card_data_after", "content").rows():
        assert before != after
        assert f"license:{after}" in tags
        assert f"license:{before}" not in tags
        assert f'"license":"{after}"' in data
        assert f"license: {after}\n" in content.decode()
    values = tomorrow.truth["models"].join(rows.select("hub_object_id", "after"), on="hub_object_id")
    assert values["license"].equals(values["after"].alias("license"))


def test_deleted_models_are_gone_and_their_children_point_nowhere(today: PlantedHub, tomorrow: PlantedHub) -> None:
    gone = changed(tomorrow, "deleted")["model_id"]
    for table in (tomorrow.records, tomorrow.cards, tomorrow.truth["models"], tomorrow.truth["cards"]):
        assert not set(gone) & set(table["model_id"])
    orphans = today.truth["claims_expected"].filter(pl.col("parent_id").is_in(gone.implode()))
    now = tomorrow.truth["claims_expected"].join(orphans.select("child_id", "parent_ref"), on=["child_id", "parent_ref"])
    assert now.height > 0
    assert set(now["resolution"]) == {"placeholder"}


def test_renamed_models_keep_their_object_id_and_answer_under_the_old_one(today: PlantedHub, tomorrow: PlantedHub) -> None:
    rows = pairs(today, tomorrow, "renamed")
    assert rows["before"].equals(rows["model_id"].alias("before"))
    assert rows["after"].equals(rows["model_id_after"].alias("after"))
    assert set(rows.select("before", "after").rows()) <= set(tomorrow.renames.select("old_id", "model_id").rows())
    claims = tomorrow.truth["claims_expected"].filter(pl.col("parent_ref").is_in(rows["before"].implode()))
    assert claims.height > 0
    assert set(claims["resolution"]) == {"renamed"}
    assert set(claims["parent_id"]) <= set(rows["after"])


def test_new_models_are_children_born_tomorrow(today: PlantedHub, tomorrow: PlantedHub) -> None:
    new = tomorrow.records.join(changed(tomorrow, "new"), on="hub_object_id", how="semi")
    assert new["created_at"].min() > today.records["created_at"].max()
    assert set(new["model_id"]) <= set(tomorrow.truth["edges"]["child_id"])
    assert not set(new["model_id"]) & set(today.records["model_id"])


def test_a_week_of_days_keeps_the_hub_sound() -> None:
    hub = plant(400, 8)
    for day in range(7):
        hub = next_day(hub, day, changed_share=0.2)
        ids = hub.records["model_id"].drop_nulls()
        assert ids.str.to_lowercase().is_unique().all()
        assert hub.records["hub_object_id"].drop_nulls().is_unique().all()
        assert set(hub.truth["models"]["model_id"]) | set(hub.cards["model_id"]) <= set(ids)
        assert set(hub.renames["model_id"]) <= set(ids)
        edges, claims = hub.truth["edges"], hub.truth["claims_expected"]
        accepted = claims.filter(~pl.col("resolution").is_in(["self", "rejected"]))
        assert set(edges.select("child_id", "parent_id").rows()) == set(accepted.select("child_id", "parent_id").rows())
        keys = hub.records.select("created_at", "hub_object_id")
        assert keys.equals(keys.sort("created_at", "hub_object_id", nulls_last=True))

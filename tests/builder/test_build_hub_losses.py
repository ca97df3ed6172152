"""What cards say of losses reaches the table, once, with the planted laws behind it."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from landed import NIGHT, built, land_cards, land_records, record, row, settings_of
from small_hub import publish, small_hub

from pipelines.builder.losses import OBSERVATION_COLUMNS, read_observations
from pipelines.local_hub.planted import plant
from warehouse.landing.blobs import git_blob_id
from warehouse.paths import Layout

INDEX = [
    {
        "name": "x",
        "results": [
            {
                "task": {"type": "text-generation"},
                "dataset": {"name": "held", "type": "held"},
                "metrics": [
                    {"type": "loss", "value": 2.5},
                    {"type": "accuracy", "value": 0.9},
                    {"type": "perplexity", "value": 1},
                ],
            }
        ],
    }
]


def card(home: Layout, model_id: str, text: str, at: datetime = NIGHT) -> None:
    content = text.encode()
    land_cards(home, {"model_id": model_id, "card_sha": git_blob_id(content), "content": content}, at=at)


def test_model_index_gives_losses_and_impossible_ones_stay_out(home: Layout) -> None:
    land_records(home, record("ann/Pebble-1.5B", cardData={"model-index": INDEX}, safetensors={"total": 15}))
    found = row(built(home)["losses"], source_name="hub")
    assert (found["loss"], found["eval_set"], found["loss_source"]) == (2.5, "held", "model_index")
    assert (found["series"], found["model_id"], found["parameter_count"]) == ("ann/Pebble", "ann/Pebble-1.5B", 15.0)
    assert found["is_final"] is True


def test_a_log_in_the_text_is_read_and_a_loss_told_twice_counts_once(home: Layout) -> None:
    land_records(home, record("ann/Pebble-70M", cardData={"model-index": INDEX[:1]}))
    card(home, "ann/Pebble-70M", "# P\n\n| step | validation loss |\n|---|---|\n| 10 | 3.0 |\n| 20 | 2.5 |\n")
    losses = built(home)["losses"].sort("step")
    assert losses.select("loss", "step", "is_final").rows() == [(3.0, 10, False), (2.5, 20, True)]


@pytest.mark.slow
def test_the_planted_losses_arrive_whole(home: Layout) -> None:
    hub = plant(300, 3)
    land_records(home, *[record(m, safetensors={"total": n}) for m, n in _planted_sizes(hub.truth["losses"]).iter_rows()])
    for content, model_id in (
        hub.cards.filter(pl.col("model_id").str.starts_with("scalinglab/")).select("content", "model_id").iter_rows()
    ):
        land_cards(
            home,
            {"model_id": model_id, "card_sha": git_blob_id(content), "content": content},
            at=NIGHT.replace(minute=hash_minute(model_id)),
        )
    losses = built(home)["losses"].filter(pl.col("loss_source") == "card_table")
    truth = hub.truth["losses"].select("model_id", "token_count", "loss", "parameter_count", "is_final")
    joined = losses.join(truth.with_columns(pl.col("token_count").cast(pl.Float64)), on=["model_id", "token_count"])
    assert joined.height == losses.height == truth.height
    assert joined.filter(pl.col("loss") != pl.col("loss_right")).is_empty()
    assert joined.filter(pl.col("is_final") != pl.col("is_final_right")).is_empty()
    assert set(losses["series"]) == {f"scalinglab/{name}" for name in ("Aster", "Bolide", "Corona")}
    assert losses["eval_set"].str.ends_with("-held-out").all()


def hash_minute(model_id: str) -> int:
    return sum(model_id.encode()) % 60


def _planted_sizes(losses: pl.DataFrame) -> pl.DataFrame:
    return losses.select("model_id", "parameter_count").unique().sort("model_id")


def test_a_fit_sees_published_losses_of_cards_beside_imported_ones(home: Layout) -> None:
    publish(home.published, small_hub())
    shown = read_observations(settings_of(home))
    assert set(shown["source_name"]) == {"hub"}
    assert shown.columns == list(OBSERVATION_COLUMNS)

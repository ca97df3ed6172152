"""Growth in a build: a planted hub's laws are found within their intervals, and the tables are those of the contract."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from pipelines.local_hub.planted.hub import PlantedHub, plant
from pipelines.local_hub.planted.parameters import HubShape
from tests.builder.landed import NIGHT, built
from tests.builder.test_build_is_a_function import land_hub
from warehouse.contract import TABLES
from warehouse.paths import Layout


@pytest.fixture(scope="module")
def hub() -> PlantedHub:
    """All members hang on their root, so the children's dates follow the root's law exactly."""
    shape = HubShape(
        direct_share=1.0,
        relation_mix=(0.5, 0.3, 0.2, 0.0),
        linked_share=0.95,
        root_share=0.003,
        floor_share=0.0,
        inversion_share=0.0,
    )
    return plant(6000, seed=4, shape=shape, card_share=0.0)


def test_planted_laws_lie_in_their_intervals_and_bursts_are_not_invented(home: Layout, hub: PlantedHub) -> None:
    land_hub(home, hub)
    tables = built(home)
    fits = tables["growth_fits"]
    assert fits.columns == list(TABLES["growth_fits"].column_names)
    found = hub.truth["growth"].join(fits, left_on="root_id", right_on="model_id", suffix="_found")
    assert found.height == 18
    for name in ("immediacy", "longevity", "fitness"):
        told = found.filter(pl.col(f"{name}_found").is_not_null())
        inside = told.filter(pl.col(name).is_between(f"{name}_low95", f"{name}_high95"))
        assert told.height > 5, name
        assert inside.height >= told.height - 2, name
    assert found["has_jump"].sum() <= 1


def test_children_that_no_observation_can_have_seen_are_left_out(home: Layout, hub: PlantedHub) -> None:
    """The planted hub runs on for weeks after the night it is said to be observed."""
    land_hub(home, hub)
    tables = built(home)
    newest = tables["growth_fits"]["last_child_at"].max()
    assert NIGHT < newest <= NIGHT + timedelta(days=1, minutes=1)
    assert tables["models"]["created_at"].max() > newest
    methods = tables["attachment_fits"]["attachment_method"].to_list()
    assert methods == ["cumulative_hub", "likelihood_families", "likelihood_hub"]

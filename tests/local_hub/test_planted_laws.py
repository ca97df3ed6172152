"""The planted hub follows the laws it was told: growth, attachment, drift, and the null hubs without them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr
from scipy.stats import kstest

from pipelines.local_hub.planted import DriftRates, HubShape, TraitRates, plant
from pipelines.local_hub.planted.parameters import DAY, END_AT
from pipelines.local_hub.planted.vocabulary import TRAIT


def test_ages_of_direct_children_follow_the_growth_law_of_their_root() -> None:
    """The law's distribution function at the ages is uniform; checked by its Kolmogorov-Smirnov distance."""
    hub = plant(20_000, 21, shape=HubShape(direct_share=1.0, inversion_share=0.0), card_share=0.0)
    second = pl.col("hub_object_id").str.head(8).str.to_integer(base=16)
    seconds = hub.records.drop_nulls("created_at").select("model_id", second=second)
    edges = hub.truth["edges"].filter((pl.col("origin") == "grown") & pl.col("is_primary"))
    born = edges.join(seconds, left_on="child_id", right_on="model_id").join(
        seconds, left_on="parent_id", right_on="model_id", suffix="_of_root"
    )
    laws = born.join(hub.truth["growth"], left_on="parent_id", right_on="root_id")
    fitness, immediacy, longevity = (laws[name].to_numpy() for name in ("fitness", "immediacy", "longevity"))

    def grown_by(days: np.ndarray) -> np.ndarray:
        return np.expm1(fitness * ndtr((np.log(days) - immediacy) / longevity))

    age = (laws["second"] - laws["second_of_root"]).to_numpy() / DAY
    horizon = (END_AT - laws["second_of_root"]).to_numpy() / DAY
    assert len(age) > 10_000
    assert kstest(grown_by(age) / grown_by(horizon), "uniform").statistic < 1.95 / np.sqrt(len(age))


def test_preferential_attachment_makes_larger_hubs_than_uniform_attachment() -> None:
    def most_children(share: float) -> int:
        shape = HubShape(direct_share=0.0, copying_share=share)
        edges = plant(20_000, 3, shape=shape, card_share=0.0).truth["edges"]
        counts = edges.filter(pl.col("origin") == "grown")["parent_id"].value_counts()["count"]
        return int(counts.max())

    assert most_children(0.8) > 2 * most_children(0.0)


@pytest.mark.parametrize("trait", ["license", "languages", "task", "library"])
def test_planted_mutation_rates_are_recovered(trait: str) -> None:
    drift = plant(20_000, 11, card_share=0.0).truth["drift"].filter(pl.col("trait") == trait)
    for rate, n_pairs, n_mutated in drift.select("rate", "n_pairs", "n_mutated").iter_rows():
        assert abs(n_mutated - rate * n_pairs) <= 4.5 * np.sqrt(n_pairs * rate * (1 - rate)) + 1e-9


@pytest.mark.parametrize("trait", ["license", "languages", "task", "library"])
def test_directed_drift_goes_downstream(trait: str) -> None:
    truth = plant(20_000, 13, card_share=0.0).truth
    order = truth["drift"].filter(pl.col("trait") == trait)["upstream_to_downstream"][0].to_list()
    rank = dict(zip(TRAIT[trait].values, TRAIT[trait].rank.tolist(), strict=True))
    values = truth["models"].select("model_id", rank=pl.col(trait).replace_strict(rank))
    moved = (
        truth["edges"]
        .filter(pl.col(f"mutated_{trait}"))
        .join(values, left_on="child_id", right_on="model_id")
        .join(values, left_on="parent_id", right_on="model_id", suffix="_of_parent")
    )
    n_down = moved.filter(pl.col("rank") > pl.col("rank_of_parent")).height
    n_up = moved.filter(pl.col("rank") < pl.col("rank_of_parent")).height
    assert [rank[value] for value in order] == sorted(rank.values())
    assert n_down > 1.5 * n_up


def test_a_hub_without_drift_has_no_mutation_and_no_change_of_cards() -> None:
    hub = plant(5_000, 14, drift=DriftRates.none())
    for trait in ("license", "languages", "task", "library"):
        assert hub.truth["edges"][f"mutated_{trait}"].sum() == 0
    cards = hub.truth["cards"].join(hub.truth["models"], on="model_id")
    by_role = cards.group_by(pl.col("depth") > 0).agg(pl.col("is_template").mean())["is_template"]
    assert abs(by_role[0] - by_role[1]) < 0.08


def test_shuffled_labels_mutate_as_often_as_two_independent_draws_differ() -> None:
    hub = plant(20_000, 15, drift=DriftRates.shuffled(), card_share=0.0)
    shares = hub.truth["models"]["license"].value_counts(normalize=True)["proportion"]
    expected = 1 - float((shares**2).sum())
    edges = hub.truth["edges"].filter(pl.col("mutated_license").is_not_null())
    assert edges["mutated_license"].mean() == pytest.approx(expected, abs=0.02)
    assert hub.truth["drift"]["rate"].null_count() == 16


def test_neutral_mutation_has_no_direction() -> None:
    drift = DriftRates(languages=TraitRates(0.5, 0.5, 0.5, 0.5, directed_share=0.0))
    hub = plant(20_000, 16, drift=drift, card_share=0.0)
    mutated = hub.truth["edges"].filter(pl.col("mutated_languages"))
    values = hub.truth["models"].select("model_id", "languages")
    targets = mutated.join(values, left_on="child_id", right_on="model_id")["languages"]
    expected = targets.len() / len(TRAIT["languages"].values)
    assert (targets == "en").sum() < 1.6 * expected

"""Siblings are more alike than parent and child exactly where mutation is fast and directed: both sides of the threshold.

One trait, parent's value v, mutation rate μ. If every mutation goes to one target, parent and child agree with 1 - μ and
siblings with μ² + (1 - μ)²: siblings win if and only if μ > 1/2. If it goes to any of the K - 1 other values alike, siblings
win if and only if μ > (K - 1)/K. Where targets differ, siblings that both mutate agree with s, the chance that two mutations
agree, and the threshold is 1/(1 + s).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.lineage.similarity.draws import Design, draw_pairs
from pipelines.lineage.similarity.measures import trait_similarity
from pipelines.lineage.similarity.summary import What, summarise
from pipelines.local_hub.planted.families import Structure, grow
from pipelines.local_hub.planted.parameters import DriftRates, HubShape, TraitRates
from pipelines.local_hub.planted.traits import inherit
from pipelines.local_hub.planted.vocabulary import LICENSE

MANY_FAMILIES = HubShape(root_share=0.05)
DESIGN = Design(n_pairs=2_000, n_bootstraps=1_000)


def siblings_against_parents(structure: Structure, value: np.ndarray, design: Design = DESIGN) -> dict[str, Any]:
    """The row of siblings in scope no_merges, of one trait that every model declares."""
    is_primary = structure.position_of_edge == 0
    ids = np.array([f"o/m{i:06}" for i in range(len(value))])
    edges = pl.DataFrame(
        {"parent_id": ids[structure.parent_of_edge[is_primary]], "child_id": ids[structure.child_of_edge[is_primary]]}
    ).with_columns(relation=pl.lit("finetune"), is_parent_listed=pl.lit(value=True), is_cut=pl.lit(value=False))
    draws = draw_pairs(edges, design).filter(edge_scope="no_merges")
    licences = [[f"licence-{code}"] for code in value]
    nothing = pl.lit(None, dtype=pl.String)
    models = pl.DataFrame({"license_ids": licences}).with_columns(
        languages=pl.lit([], dtype=pl.List(pl.String)), pipeline_tag=nothing, library_name=nothing
    )
    known = pl.Series(ids)
    first, second = (known.search_sorted(draws[end]).cast(pl.Int64).to_numpy() for end in ("first_id", "second_id"))
    measured = trait_similarity(models, first, second)["license_jaccard"]
    table = summarise(draws, {What("traits", "parent_tags_removed", "license_jaccard"): measured}, design)
    return table.filter(motif="siblings").row(0, named=True)


def towards_one_target(structure: Structure, mutation_rate: float, seed: int) -> np.ndarray:
    """Values of which every mutation goes to value 0; roots have one of 7 others."""
    rng = np.random.default_rng(seed)
    value = rng.integers(1, 8, len(structure.depth))
    mutates = rng.random(len(value)) < mutation_rate
    for depth in range(1, structure.depth.max() + 1):
        members = structure.depth == depth
        value[members] = np.where(mutates[members], 0, value[structure.parent[members]])
    return value


def planted(structure: Structure, mutation_rate: float, directed_share: float, seed: int) -> np.ndarray:
    rates = TraitRates(mutation_rate, mutation_rate, mutation_rate, mutation_rate, directed_share=directed_share)
    return inherit(structure, seed, DriftRates(license=rates), HubShape()).value["license"]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("mutation_rate", "sign"), [(0.2, -1), (0.35, -1), (0.65, 1), (0.8, 1)])
def test_with_one_target_the_order_flips_at_one_half(mutation_rate: float, sign: int, seed: int) -> None:
    structure = grow(4_000, seed, MANY_FAMILIES)
    row = siblings_against_parents(structure, towards_one_target(structure, mutation_rate, seed))
    assert row["difference"] * sign > 0
    assert min(row["difference_low95"] * sign, row["difference_high95"] * sign) > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("mutation_rate", "sign"), [(0.5, -1), (0.8, -1), (1.0, 1)])
def test_neutral_mutation_flips_the_order_only_above_14_of_15(mutation_rate: float, sign: int, seed: int) -> None:
    assert len(LICENSE.values) == 15
    structure = grow(4_000, seed, MANY_FAMILIES)
    row = siblings_against_parents(structure, planted(structure, mutation_rate, 0.0, seed))
    assert min(row["difference_low95"] * sign, row["difference_high95"] * sign) > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("mutation_rate", "sign"), [(0.4, -1), (1.0, 1)])
def test_with_several_targets_downstream_the_order_flips_as_often_as_mutations_agree(
    mutation_rate: float, sign: int, seed: int
) -> None:
    agreement = np.square(LICENSE.transitions(1.0)).sum(axis=1)
    threshold = 1 / (1 + agreement)
    assert 0.4 < threshold.min() <= threshold.max() < 1.0
    structure = grow(4_000, seed, MANY_FAMILIES)
    row = siblings_against_parents(structure, planted(structure, mutation_rate, 1.0, seed))
    assert min(row["difference_low95"] * sign, row["difference_high95"] * sign) > 0


def is_false_alarm(seed: int) -> bool:
    """Whether a difference is reported on a hub whose labels were all drawn independently of the parents'."""
    structure = grow(3_000, seed, MANY_FAMILIES)
    value = inherit(structure, seed, DriftRates.shuffled(), HubShape()).value["license"]
    row = siblings_against_parents(structure, value, Design(n_pairs=1_000, n_bootstraps=500, seed=seed))
    return bool(row["difference_low95"] > 0 or row["difference_high95"] < 0)


def test_without_inheritance_a_difference_is_seldom_reported() -> None:
    # Of 300 such hubs 24 gave an alarm (0.08): families of very unequal size are few units for an interval of 95 %.
    n_alarms = sum(is_false_alarm(seed) for seed in range(40))
    assert n_alarms <= 8  # at a rate of 0.08, 9 or more of 40 come once in 300


def test_where_children_copy_everything_nothing_is_reported() -> None:
    structure = grow(2_000, 4, MANY_FAMILIES)
    row = siblings_against_parents(structure, inherit(structure, 4, DriftRates.none(), HubShape()).value["license"])
    assert (row["mean"], row["difference"], row["difference_low95"], row["difference_high95"]) == (1.0, 0.0, 0.0, 0.0)

"""Means, intervals and differences of drawn pairs; which pairs a scope may draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.lineage.similarity.bootstrap import bootstrap_means, interval95
from pipelines.lineage.similarity.draws import DRAWS, Design, draw_pairs
from pipelines.lineage.similarity.summary import MIN_FAMILIES, SIMILARITY, What, summarise

TRAIT = What("traits", "parent_tags_removed", "trait_jaccard")


def test_the_interval_of_a_mean_is_that_of_the_normal_law_for_many_values() -> None:
    rng = np.random.default_rng(3)
    values = rng.random((2_000, 1))
    means = bootstrap_means(values, np.ones_like(values), 10_000, rng)
    low, high = interval95(means)
    error = values.std() / np.sqrt(len(values))
    assert means.shape == (10_000, 1)
    assert low[0] == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error)
    assert high[0] == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error)


def test_each_bootstrap_draws_as_many_units_as_there_are_and_all_columns_share_the_draw() -> None:
    sums = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    means = bootstrap_means(sums, np.ones_like(sums), 5_000, np.random.default_rng(1))
    possible = {(a + b + c) / 3 for a in (1, 2, 4) for b in (1, 2, 4) for c in (1, 2, 4)}
    assert {round(mean, 9) for mean in means[:, 0]} == {round(mean, 9) for mean in possible}
    assert means[:, 1] == pytest.approx(10 * means[:, 0])


def test_a_unit_with_several_values_weighs_so_many_and_one_without_weighs_nothing() -> None:
    means = bootstrap_means(np.array([[6.0], [0.0]]), np.array([[3.0], [0.0]]), 400, np.random.default_rng(1))
    is_known = ~np.isnan(means[:, 0])
    assert set(means[is_known, 0]) == {2.0}
    assert 60 < (~is_known).sum() < 140  # both draws miss the unit with values: one time in four
    assert [end.tolist() for end in interval95(means)] == [[2.0], [2.0]]


def drawn(*blocks: tuple[str, list[int]]) -> pl.DataFrame:
    rows = [
        {"edge_scope": "all", "motif": motif, "family": family, "first_id": "o/a", "second_id": "o/b"}
        for motif, families in blocks
        for family in families
    ]
    return pl.DataFrame(rows, schema=DRAWS)


def row(table: pl.DataFrame, motif: str) -> dict[str, Any]:
    return table.filter(motif=motif).row(0, named=True)


def test_a_motif_is_compared_with_parent_and_child() -> None:
    families = list(range(MIN_FAMILIES))
    draws = drawn(("parent_child", families), ("siblings", families))
    values = np.concatenate([np.full(MIN_FAMILIES, 0.25), np.full(MIN_FAMILIES, 0.75)])
    table = summarise(draws, {TRAIT: values}, Design(n_bootstraps=100))
    assert table.schema == pl.Schema(SIMILARITY)
    siblings, parents = row(table, "siblings"), row(table, "parent_child")
    assert (siblings["mean"], siblings["low95"], siblings["family_high95"]) == (0.75, 0.75, 0.75)
    assert (siblings["difference"], siblings["difference_low95"], siblings["difference_high95"]) == (0.5, 0.5, 0.5)
    assert (parents["difference"], parents["difference_low95"]) == (None, None)
    assert (parents["n_pairs"], parents["n_families"]) == (MIN_FAMILIES, MIN_FAMILIES)


def test_few_families_have_no_interval_over_families() -> None:
    draws = drawn(("parent_child", [1] * 50 + [2] * 50), ("siblings", [1] * 50 + [2] * 50))
    table = summarise(draws, {TRAIT: np.linspace(0, 1, 200)}, Design(n_bootstraps=100))
    siblings = row(table, "siblings")
    assert siblings["low95"] < siblings["mean"] < siblings["high95"]
    assert siblings["family_low95"] is None
    assert siblings["difference"] == pytest.approx(0.502513)
    assert siblings["difference_low95"] is None


def test_pairs_of_one_family_make_no_certainty() -> None:
    rng = np.random.default_rng(8)
    of_family = rng.random(20)
    families = np.repeat(np.arange(20), 100)
    draws = drawn(("parent_child", families.tolist()))
    found = row(summarise(draws, {TRAIT: of_family[families]}, Design(n_bootstraps=1_000)), "parent_child")
    assert found["family_high95"] - found["family_low95"] > 5 * (found["high95"] - found["low95"])


def test_pairs_without_a_value_do_not_count_and_a_motif_of_none_has_no_row() -> None:
    draws = drawn(("parent_child", [1, 2, 3]), ("siblings", [1, 2]))
    table = summarise(draws, {TRAIT: np.array([0.5, np.nan, 1.0, np.nan, np.nan])}, Design(n_bootstraps=50))
    assert table["motif"].to_list() == ["parent_child"]
    assert (table["n_pairs"].item(), table["mean"].item(), table["n_families"].item()) == (2, 0.75, 2)


def edges(*rows: tuple[str, str, str | None], **flags: bool) -> pl.DataFrame:
    names = {"parent_id": pl.String, "child_id": pl.String, "relation": pl.String}
    defaults = {"is_parent_listed": True, "is_cut": False} | flags
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(**{k: pl.lit(v) for k, v in defaults.items()})


def pairs(table: pl.DataFrame, scope: str, motif: str = "parent_child") -> set[tuple[str, str]]:
    return set(draw_pairs(table, Design()).filter(edge_scope=scope, motif=motif).select("first_id", "second_id").rows())


def test_scopes_hold_their_relations_and_merges_stand_apart() -> None:
    table = edges(("o/a", "o/b", "finetune"), ("o/a", "o/c", "quantized"), ("o/b", "o/m", "merge"), ("o/c", "o/m", "merge"))
    merges = {("o/b", "o/m"), ("o/c", "o/m")}
    assert pairs(table, "finetune") == {("o/a", "o/b")}
    assert pairs(table, "no_merges") == {("o/a", "o/b"), ("o/a", "o/c")}
    assert pairs(table, "merges") == merges
    assert pairs(table, "all") == merges | {("o/a", "o/b"), ("o/a", "o/c")}
    assert pairs(table, "no_merges", "siblings") == {("o/b", "o/c")}


@pytest.mark.parametrize("flags", [{"is_parent_listed": False}, {"is_cut": True}])
def test_placeholders_and_cut_edges_join_nobody(flags: dict[str, bool]) -> None:
    assert draw_pairs(edges(("o/a", "o/b", "finetune"), **flags), Design()).is_empty()


def test_models_that_may_not_take_part_are_not_drawn() -> None:
    table = edges(("o/a", "o/b", "finetune"), ("o/b", "o/c", "finetune"), ("o/b", "o/d", "finetune"))
    draws = draw_pairs(table, Design(), among=pl.Series(["o/b", "o/c", "o/d"]))
    assert set(draws["first_id"]) | set(draws["second_id"]) == {"o/b", "o/c", "o/d"}


def test_the_same_seed_draws_the_same_pairs_whatever_the_order_of_edges() -> None:
    table = edges(*[(f"o/{i // 7}", f"o/x{i}", "finetune") for i in range(70)])
    design = Design(n_pairs=20)
    assert draw_pairs(table, design).equals(draw_pairs(table.reverse(), design))
    assert not draw_pairs(table, design).equals(draw_pairs(table, Design(n_pairs=20, seed=1)))

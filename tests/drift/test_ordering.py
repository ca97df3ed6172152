"""Orders of a trait's values: proven best, firm where families agree, and no news where there is no direction."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.drift.ordering.climbing import climb, worths
from pipelines.drift.ordering.flows import WEIGHTINGS, Counts, Flows, Weighting, flows_of, gains_of, most_frequent_values, worth
from pipelines.drift.ordering.optimum import best_order
from pipelines.drift.ordering.stability import by_family, resample
from pipelines.drift.ordering.tables import PAPER_SIZES, order_traits

weightings = pytest.mark.parametrize("weighting", WEIGHTINGS)


def flows(count: Counts) -> Flows:
    return Flows(tuple(f"v{i:02d}" for i in range(len(count))), count)


def best_by_trying_all(gain: Counts) -> int:
    orders = np.array(list(permutations(range(len(gain)))))
    return int(worths(np.broadcast_to(gain, (len(orders), *gain.shape)), orders).max())


def best_by_subsets(gain: Counts) -> int:
    """Dynamic programme over sets of values: the best order of a set ends in one of its members."""
    n = len(gain)
    best = np.zeros(1 << n, dtype=np.int64)
    for chosen in range(1, 1 << n):
        members = [v for v in range(n) if chosen >> v & 1]
        best[chosen] = max(best[chosen ^ 1 << v] + gain[members, v].sum() for v in members)
    return int(best[-1])


@st.composite
def counts(draw: st.DrawFn, most: int) -> Counts:
    n = draw(st.integers(2, most))
    cells = draw(st.lists(st.integers(0, 6), min_size=n * n, max_size=n * n))
    count = np.array(cells, dtype=np.int64).reshape(n, n)
    np.fill_diagonal(count, 0)
    return count


@weightings
@settings(max_examples=40, deadline=None)
@given(count=counts(6))
def test_trying_all_orders_finds_none_better(weighting: Weighting, count: Counts) -> None:
    gains = gains_of(flows(count), weighting)
    best = best_order(gains)
    assert best.is_proven
    assert best.value == worth(gains.first, best.order) == best_by_trying_all(gains.first)
    first_two = gains.first * (1 + gains.second.sum()) + gains.second
    assert worth(first_two, best.order) == best_by_trying_all(first_two)


@weightings
@pytest.mark.parametrize("n", [7, 8])
def test_seven_and_eight_values_too(weighting: Weighting, n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(3):
        gains = gains_of(flows(rng.integers(0, 9, (n, n)) * (1 - np.eye(n, dtype=np.int64))), weighting)
        best = best_order(gains)
        assert best.is_proven
        assert best.value == best_by_trying_all(gains.first)


@weightings
def test_twelve_values_without_any_direction_agree_with_a_dynamic_programme(weighting: Weighting) -> None:
    count = np.random.default_rng(5).integers(0, 50, (12, 12))
    np.fill_diagonal(count, 0)
    gains = gains_of(flows(count), weighting)
    best = best_order(gains)
    assert best.is_proven
    assert best.value == best_by_subsets(gains.first)


def test_twenty_values_with_contradictions_are_proven() -> None:
    rng = np.random.default_rng(3)
    count = rng.poisson(np.triu(np.full((20, 20), 4.0), 1) + 2 * (1 - np.eye(20)))
    for weighting in WEIGHTINGS:
        best = best_order(gains_of(flows(count), weighting))
        assert best.is_proven
        assert best.value < gains_of(flows(count), weighting).first.sum(), "the case should hold contradictions"


def test_without_search_the_gap_is_told_and_holds_the_best() -> None:
    count = np.random.default_rng(0).integers(0, 100, (12, 12))
    np.fill_diagonal(count, 0)
    found = [best_order(gains_of(flows(count), "traffic"), is_searched=is_searched) for is_searched in (False, True)]
    assert found[0].value <= found[1].value == found[1].bound <= found[0].bound
    unproven = np.random.default_rng(0).integers(0, 100, (25, 25))
    np.fill_diagonal(unproven, 0)
    best = best_order(gains_of(flows(unproven), "edges"), is_searched=False)
    assert not best.is_proven
    assert best.value < best.bound


def test_equal_orders_are_decided_by_traffic_and_then_by_the_alphabet() -> None:
    count = np.zeros((4, 4), dtype=np.int64)
    count[3, 2] = 5
    assert best_order(gains_of(flows(count), "edges")).order.tolist() == [0, 1, 3, 2]
    circle = np.zeros((3, 3), dtype=np.int64)
    circle[0, 1], circle[1, 2], circle[2, 0] = 3, 9, 9
    assert best_order(gains_of(flows(circle), "edges")).order.tolist() == [1, 2, 0]


def test_local_search_nearly_always_finds_the_proven_order() -> None:
    rng = np.random.default_rng(8)
    count = rng.poisson(np.triu(np.full((60, 12, 12), 2.0), 1) + 1.5 * (1 - np.eye(12)))
    gain = np.stack([gains_of(flows(each), "edges").ranked for each in count])
    found = worths(gain, climb(gain, None, rng))
    proven = [worth(each, best_order(gains_of(flows(of), "edges")).order) for each, of in zip(gain, count, strict=True)]
    assert (found <= proven).all()
    assert (found == proven).mean() >= 0.95


def moves(family: np.ndarray, origin: np.ndarray, target: np.ndarray) -> pl.DataFrame:
    """One move a row between values a, b, c, ... of licences."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    return pl.DataFrame(
        {
            "trait": "license",
            "relation": "finetune",
            "family_id": family.astype(str),
            "from_value": letters[origin],
            "to_value": letters[target],
            "n_moves": 1,
        }
    ).filter(pl.col("from_value") != pl.col("to_value"))


def test_words_for_no_value_are_left_out_and_the_rest_go_by_their_transitions() -> None:
    table = pl.DataFrame({"from_value": ["a", "other", "b", "c"], "to_value": ["b", "a", "c", "d"], "n_moves": [5, 90, 4, 1]})
    assert most_frequent_values(table, 3) == ("a", "b", "c")
    assert flows_of(table, ("a", "b", "c")).count.tolist() == [[0, 5, 0], [0, 0, 4], [0, 0, 0]]


def test_a_planted_direction_is_found_and_firm() -> None:
    rng = np.random.default_rng(1)
    pairs = np.sort(rng.integers(0, 8, (3000, 2)), axis=1)
    is_wrong = rng.random(3000) < 0.1
    pairs[is_wrong] = pairs[is_wrong][:, ::-1]
    orders = order_traits(moves(rng.integers(0, 300, 3000), pairs[:, 0], pairs[:, 1]))
    table = orders.orderings.filter(ordering_size="paper", relation_scope="all", weighting="edges")
    assert table["trait_value"].to_list() == list("abcdefgh")
    assert table["is_proven_optimal"].all()
    assert (table["position_low95"] == table["position_high95"]).all()
    assert table["direction_p_value"][0] <= 0.02
    assert table["explained_share"][0] == pytest.approx(0.9, abs=0.03)
    assert orders.pairs.filter(relation_scope="all", weighting="edges")["holds_share"].min() > 0.97


def test_hubs_without_direction_are_called_directed_at_the_stated_rate() -> None:
    alarms = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        family = rng.integers(0, 80, 600)
        # Every family has moves of its own taste, but no common direction: families are the unit that is turned round.
        step = np.where(rng.random(80) < 0.5, 1, 2)[family] * np.where(rng.random(80) < 0.5, 1, -1)[family]
        origin = rng.integers(0, 6, 600)
        table = moves(family, origin, (origin + step) % 6)
        found = flows_of(table, tuple("abcdef"))
        order = best_order(gains_of(found, "traffic")).order
        stability = resample(by_family(table, found), found, "traffic", order, seed=seed, n_resamples=100)
        observed = worth(found.count, order) / found.count.sum()
        alarms += (1 + (stability.null_explained_share >= observed - 1e-9).sum()) / 101 <= 0.05
    assert alarms <= 7  # 3 expected; 8 or more have a chance of 1 in 80


def test_one_family_alone_makes_no_firm_order() -> None:
    """One parent's children go from a to b by the thousand; all other families go every way."""
    rng = np.random.default_rng(4)
    family = np.concatenate([np.zeros(2000), 1 + rng.integers(0, 60, 300)])
    origin = np.concatenate([np.zeros(2000, dtype=np.int64), rng.integers(0, 5, 300)])
    target = np.concatenate([np.ones(2000, dtype=np.int64), rng.integers(0, 5, 300)])
    orders = order_traits(moves(family, origin, target))
    table = orders.orderings.filter(ordering_size="paper", relation_scope="all", weighting="traffic")
    assert table["explained_share"][0] > 0.9
    assert table["direction_p_value"][0] > 0.05
    assert (
        orders.pairs.filter(relation_scope="all", weighting="traffic", upstream_value="a", downstream_value="b")["holds_share"][
            0
        ]
        < 0.9
    )


def test_the_tables_are_the_same_whatever_the_order_of_rows_and_few_families_have_no_intervals() -> None:
    rng = np.random.default_rng(2)
    table = moves(rng.integers(0, 5, 200), rng.integers(0, 4, 200), rng.integers(0, 4, 200))
    one, other = order_traits(table), order_traits(table.sample(fraction=1, shuffle=True, seed=1))
    assert one.orderings.equals(other.orderings)
    assert one.orderings["position_low95"].null_count() == one.orderings.height
    assert one.pairs.is_empty()


def test_a_scope_takes_the_moves_of_its_relations() -> None:
    table = pl.concat(
        moves(np.arange(12), np.full(12, i), np.full(12, i + 1)).with_columns(relation=pl.lit(relation))
        for i, relation in enumerate(("finetune", "adapter", "merge"))
    )
    found = order_traits(table).orderings.filter(ordering_size="paper", weighting="edges")
    values = {scope: of["trait_value"].to_list() for (scope,), of in found.group_by("relation_scope")}
    assert values == {
        "finetune": ["a", "b"], "adapter": ["b", "c"], "merge": ["c", "d"], "no_merges": ["a", "b", "c"],
        "all": ["a", "b", "c", "d"],
    }  # fmt: skip


def test_the_papers_protocol_has_its_two_scopes_proven_and_without_intervals() -> None:
    rng = np.random.default_rng(2)
    table = moves(rng.integers(0, 30, 400), rng.integers(0, 6, 400), rng.integers(0, 6, 400))
    ours, papers = order_traits(table), order_traits(table, "paper")
    assert set(papers.orderings["relation_scope"]) == {"finetune", "all"}
    assert papers.orderings["is_proven_optimal"].all()
    assert papers.orderings["direction_p_value"].null_count() == papers.orderings.height
    assert papers.pairs.is_empty()
    same = ("trait", "relation_scope", "weighting", "position", "trait_value", "compatible_share")
    chosen = ours.orderings.filter(pl.col("relation_scope").is_in(["finetune", "all"]), ordering_size="paper")
    assert papers.orderings.select(same).equals(chosen.select(same))


def test_nothing_to_order_gives_empty_tables() -> None:
    nothing = order_traits(moves(np.zeros(0), np.zeros(0, dtype=int), np.zeros(0, dtype=int)))
    assert nothing.orderings.is_empty()
    assert set(PAPER_SIZES) == {"license", "language", "task", "library"}


def test_a_trait_without_transitions_has_no_flows() -> None:
    none = pl.DataFrame(schema={"from_value": pl.String, "to_value": pl.String, "n_moves": pl.Int64})
    assert flows_of(none, ()).count.shape == (0, 0)
    assert flows_of(none, ("a",)).count.tolist() == [[0]]

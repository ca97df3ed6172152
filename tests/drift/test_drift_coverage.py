"""Planted hubs: intervals hold the planted rate as often as they promise; null hubs: no direction is reported."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from planted_pairs import no_one, planted
from planted_pairs import pairs as made

from pipelines.drift.changes import Measured, mean_changes
from pipelines.drift.mutations import mutation_rates
from pipelines.drift.pairs import Pairs
from pipelines.drift.resampling import Resamples
from pipelines.drift.transitions import transitions

N_SEEDS = 200


def of_all(rows: pl.DataFrame) -> dict[str, float]:
    return rows.filter(relation_scope="all").row(0, named=True)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.1, 0.4])
def test_planted_rates_lie_in_their_intervals_in_92_to_98_percent_of_200_hubs(rate: float) -> None:
    held = {"mutation_rate": 0, "change_rate": 0}
    for seed in range(N_SEEDS):
        pairs = planted(np.random.default_rng((7, seed)), n_families=150, rate=rate, largest=25)
        row = of_all(mutation_rates({"license": pairs}, resamples=Resamples(seed=seed), n_deals=0))
        for name in held:
            held[name] += row[f"{name}_low95"] <= rate <= row[f"{name}_high95"]
    assert all(0.92 * N_SEEDS <= count <= 0.98 * N_SEEDS for count in held.values()), held


def hub_with_gaps(seed: int, *, entry: float, loss: float) -> Pairs:
    """Stars of unequal size; every third parent declares nothing, children come by a value or lose it at planted rates."""
    rng = np.random.default_rng((17, seed))
    edges, declared = [], {}
    for family, size in enumerate(np.minimum(rng.zipf(1.8, 240), 20)):
        parent = f"o/p{family:04d}"
        has_value = family % 3 > 0
        if has_value:
            declared[parent] = {"mit"}
        for child in range(size):
            edges.append((parent, f"o/c{family:04d}x{child:03d}", "finetune"))
            if rng.random() < (1 - loss if has_value else entry):
                declared[edges[-1][1]] = {"mit"}
    return made(edges, declared)


@pytest.mark.slow
def test_planted_gains_and_losses_of_a_value_lie_in_their_intervals() -> None:
    planted_rates = {"entry_rate": 0.3, "loss_rate": 0.2}
    held = dict.fromkeys(planted_rates, 0)
    for seed in range(N_SEEDS):
        pairs = hub_with_gaps(seed, entry=0.3, loss=0.2)
        row = of_all(mutation_rates({"license": pairs}, resamples=Resamples(600, seed), n_deals=0))
        for name, rate in planted_rates.items():
            held[name] += row[f"{name}_low95"] <= rate <= row[f"{name}_high95"]
    assert all(0.92 * N_SEEDS <= count <= 0.98 * N_SEEDS for count in held.values()), held


@pytest.mark.slow
def test_planted_flows_lie_in_their_intervals() -> None:
    """Sixty families over two values, 0.4 of the children move; those of the one nearly always, those of the other seldom."""
    inside = 0
    for seed in range(N_SEEDS):
        rng = np.random.default_rng((19, seed))
        edges, declared = [], {}
        for family, size in enumerate(rng.integers(1, 20, 60)):
            is_first = rng.random() < 0.5
            parent, own, other = (f"o/p{family:03d}", *(("a", "b") if is_first else ("b", "a")))
            declared[parent] = {own}
            for child in range(size):
                edges.append((parent, f"o/c{family:03d}x{child:02d}", "finetune"))
                declared[edges[-1][1]] = {other if rng.random() < (0.4 if is_first else 0.1) else own}
        pairs = made(edges, declared)
        rows, _ = transitions("license", pairs, no_one(pairs.linked.n_models), Resamples(600, seed))
        row = rows.filter(relation_scope="all", from_value="a", to_value="b").row(0, named=True)
        expected = 60 * 10 * (0.5 * 0.4 - 0.5 * 0.1)
        inside += row["net_flow_low95"] <= expected <= row["net_flow_high95"]
    assert 0.92 * N_SEEDS <= inside <= 0.98 * N_SEEDS


@pytest.mark.slow
def test_planted_changes_of_languages_and_of_a_headline_share_lie_in_their_intervals() -> None:
    """Thirty families, each with a way of its own: a mean of counts, and a share of ones, as the headlines are."""
    wanted = {"n_languages": -1.5, "english_only": 0.3}
    held = dict.fromkeys(wanted, 0)
    for seed in range(N_SEEDS):
        rng = np.random.default_rng((23, seed))
        sizes = rng.integers(3, 15, 30)
        pairs = made([(f"o/p{f:02d}", f"o/c{f:02d}x{c:02d}", "finetune") for f, n in enumerate(sizes) for c in range(n)], {})
        family = pairs.linked.family
        before = rng.integers(2, 12, 30).astype(np.float64)[family]
        after = before + rng.normal(-1.5, 1, 30)[family] + rng.normal(0, 2, len(family))
        turns = rng.random(len(family)) < rng.beta(3, 7, 30)[family]
        yes, no = np.ones(len(family), dtype=np.bool_), np.zeros(len(family), dtype=np.bool_)
        measured = [Measured("n_languages", before, after, yes, no), Measured("english_only", no, turns, yes, no)]
        rows = mean_changes(pairs.linked, measured, Resamples(600, seed)).filter(relation_scope="all")
        for name, low, high in rows.select("drift_measure", "mean_change_low95", "mean_change_high95").iter_rows():
            held[name] += low <= wanted[name] <= high
    assert all(0.92 * N_SEEDS <= count <= 0.98 * N_SEEDS for count in held.values()), held


@pytest.mark.slow
def test_hubs_without_direction_report_one_in_at_most_five_percent() -> None:
    """Benjamini-Hochberg holds the chance of any report at 5 % where nothing drifts; the test is discrete, so it is less."""
    n_reported = 0
    for seed in range(N_SEEDS):
        pairs = planted(np.random.default_rng((11, seed)), n_families=150, rate=0.4, values=5)
        rows, _ = transitions("license", pairs, no_one(pairs.linked.n_models), Resamples(2, seed))
        tested = rows.filter(relation_scope="all").drop_nulls("p_adjusted")
        assert tested.height > 0
        n_reported += tested["p_adjusted"].min() <= 0.05
    assert n_reported <= 0.05 * N_SEEDS + 2 * np.sqrt(0.05 * 0.95 * N_SEEDS)


@pytest.mark.slow
def test_the_interval_of_a_flow_without_direction_holds_nought_nearly_always() -> None:
    n_inside = n_rows = 0
    for seed in range(60):
        pairs = planted(np.random.default_rng((13, seed)), n_families=200, rate=0.5, values=4, largest=20)
        rows, _ = transitions("license", pairs, no_one(pairs.linked.n_models), Resamples(500, seed))
        known = rows.filter(relation_scope="all").filter(pl.col("from_value") < pl.col("to_value")).drop_nulls("net_flow_low95")
        n_rows += known.height
        n_inside += known.filter((pl.col("net_flow_low95") <= 0) & (pl.col("net_flow_high95") >= 0)).height
    assert n_rows > 100
    assert 0.92 <= n_inside / n_rows <= 0.98


def test_a_planted_direction_is_found_with_its_sign() -> None:
    pairs = planted(np.random.default_rng(3), n_families=300, rate=0.4, values=4, direction=0.9)
    rows, _ = transitions("license", pairs, no_one(pairs.linked.n_models))
    upward = rows.filter(relation_scope="all", from_value="v0", to_value="v1").row(0, named=True)
    assert upward["net_flow_low95"] > 0
    assert upward["p_adjusted"] < 0.01
    downward = rows.filter(relation_scope="all", from_value="v1", to_value="v0").row(0, named=True)
    assert (downward["net_flow"], downward["net_flow_high95"]) == (-upward["net_flow"], -upward["net_flow_low95"])
    assert downward["p_adjusted"] == upward["p_adjusted"]


def test_one_family_of_thousands_of_children_proves_no_direction() -> None:
    edges, declared = [], {}
    for family in range(12):
        parent, n_children = f"o/p{family}", 2000 if family == 0 else 2
        declared[parent] = {"llama2"}
        for child in range(n_children):
            name = f"o/c{family}-{child}"
            edges.append((parent, name, "finetune"))
            is_there = family == 0 or family % 2
            declared[name] = {"apache-2.0" if is_there else "llama2"}
        # As many families go back.
        back = f"o/q{family}"
        declared[back] = {"apache-2.0"}
        edges.append((back, f"o/b{family}", "finetune"))
        declared[f"o/b{family}"] = {"llama2"}
    pairs = made(edges, declared)
    rows, _ = transitions("license", pairs, no_one(pairs.linked.n_models))
    row = rows.filter(relation_scope="all", from_value="llama2", to_value="apache-2.0").row(0, named=True)
    assert row["n_moves"] > 2000
    assert row["p_adjusted"] > 0.3
    assert row["largest_parent_share"] > 0.98
    assert row["largest_parent_id"] == "o/p0"


def test_inheritance_is_told_from_none() -> None:
    rng = np.random.default_rng(5)
    inherited = planted(rng, n_families=80, rate=0.2)
    row = of_all(mutation_rates({"license": inherited}))
    assert row["null_rate"] == pytest.approx(7 / 8, abs=0.06)
    assert row["p_value"] == pytest.approx(1 / 200)


def test_the_change_of_a_mean_holds_the_planted_one() -> None:
    pairs = planted(np.random.default_rng(9), n_families=400, rate=0.3)
    n_pairs = len(pairs.before)
    rng = np.random.default_rng(10)
    before = rng.normal(10, 2, n_pairs)
    after = before - rng.normal(3, 1, n_pairs)
    everywhere, nowhere = np.ones(n_pairs, dtype=np.bool_), np.zeros(n_pairs, dtype=np.bool_)
    rows = mean_changes(pairs.linked, [Measured("length", before, after, everywhere, nowhere)])
    row = rows.filter(relation_scope="all").row(0, named=True)
    assert row["mean_change"] == pytest.approx((after - before).mean(), abs=1e-5)
    assert row["mean_change_low95"] < -3 < row["mean_change_high95"]
    assert row["undefaulted_mean_change"] == row["mean_change"]

"""Change of the same models and difference of newer ones are told apart, add up, and have honest intervals."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from pipelines.drift.cohorts import FEWEST_REPEATED, MEASURES, cohort_effects
from warehouse.contract import TABLES
from warehouse.contract.column import VOCABULARIES

FIRST, SECOND = datetime(2022, 2, 15), datetime(2024, 7, 11)


def states(before: np.ndarray, after: np.ndarray, newer: np.ndarray, authors: np.ndarray | None = None) -> pl.DataFrame:
    """Repeated models with these licences declared, and newcomers; other measures never hold."""
    n_old, n_new = len(before), len(newer)
    authors = np.arange(n_old + n_new) if authors is None else authors
    flags = {f"{name}_{when}": np.zeros(n_old + n_new, dtype=np.int64) for name in MEASURES for when in ("before", "after")}
    flags["license_before"][:n_old] = before
    flags["license_after"] = np.concatenate([after, newer]).astype(np.int64)
    is_repeated = np.arange(n_old + n_new) < n_old
    table = pl.DataFrame(
        {
            "model_id": [f"m{i}" for i in range(n_old + n_new)],
            "author": [f"a{i}" for i in authors],
            "is_repeated": is_repeated,
            **flags,
        }
    )
    old, new = pl.lit(FIRST, dtype=pl.Datetime("us")), pl.lit(SECOND, dtype=pl.Datetime("us"))
    when = pl.when("is_repeated").then(old).otherwise(new)
    unknown = [pl.when("is_repeated").then(f"{name}_before").alias(f"{name}_before") for name in MEASURES]
    return table.with_columns(born_at=when, observed_on=when).with_columns(unknown)


def licence(table: pl.DataFrame) -> dict[str, float]:
    return table.row(by_predicate=pl.col("cohort_measure") == "license", named=True)


def test_the_measures_are_those_of_the_contract() -> None:
    assert VOCABULARIES["cohort_measure"] == MEASURES
    table = cohort_effects(states(np.zeros(40), np.ones(40), np.ones(5)))
    assert table.columns == list(TABLES["cohort_effects"].column_names)


def test_models_that_gained_a_licence_are_change_and_newer_ones_without_are_cohort() -> None:
    before, after = np.repeat([0, 1], [60, 40]), np.repeat([0, 1], [40, 60])
    found = licence(cohort_effects(states(before, after, np.repeat([0, 1], [150, 50]))))
    assert (found["before_share"], found["after_share"], found["newcomer_share"]) == (0.4, 0.6, 0.25)
    assert (found["within_change"], found["cohort_difference"]) == (0.2, -0.35)
    assert found["total_difference"] == pytest.approx(-0.15)
    assert found["within_change_low95"] > 0
    assert found["cohort_difference_high95"] < 0


def test_nothing_changes_where_nothing_changed() -> None:
    same = np.repeat([0, 1], [50, 50])
    found = licence(cohort_effects(states(same, same, same)))
    assert (found["within_change"], found["within_change_low95"], found["within_change_high95"]) == (0, 0, 0)
    assert found["cohort_difference_low95"] < 0 < found["cohort_difference_high95"]


def test_intervals_of_models_that_share_authors_hold_the_truth() -> None:
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        author_of_old, author_of_new = rng.integers(0, 60, 400), rng.integers(0, 60, 400)
        # Each author declares licences or not, and one author in four changed all models at once.
        habit, changed = rng.random(60) < 0.5, rng.random(60) < 0.25
        before = habit[author_of_old]
        after = before | changed[author_of_old]
        found = licence(
            cohort_effects(states(before, after, habit[author_of_new], np.concatenate([author_of_old, author_of_new])))
        )
        held += found["within_change_low95"] <= 0.125 <= found["within_change_high95"]
    assert 180 <= held <= 200


def test_a_day_with_few_models_seen_again_is_no_baseline() -> None:
    few = np.zeros(FEWEST_REPEATED - 1)
    assert cohort_effects(states(few, few, np.ones(100))).is_empty()


def test_models_of_unknown_birth_are_no_newcomers() -> None:
    table = states(np.zeros(40), np.ones(40), np.ones(10)).with_columns(born_at=pl.lit(None, dtype=pl.Datetime("us")))
    assert licence(cohort_effects(table))["n_newcomers"] == 0


def test_without_newcomers_the_change_is_told_alone() -> None:
    found = licence(cohort_effects(states(np.zeros(40), np.ones(40), np.zeros(0))))
    assert (found["within_change"], found["newcomer_share"], found["total_difference"]) == (1.0, None, None)

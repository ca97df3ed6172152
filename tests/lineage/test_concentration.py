"""Concentration against its textbook definitions."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.lineage.concentration import tree_concentration


def measured(sizes: list[int], n_models: int, denominator: str) -> dict[str, float]:
    families = pl.DataFrame(
        {"family_scope": ["all"] * len(sizes), "n_models": sizes}, schema={"family_scope": pl.String, "n_models": pl.Int64}
    )
    rows = tree_concentration(families, n_models).filter(family_scope="all", denominator=denominator)
    return rows.row(0, named=True)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80), st.integers(0, 40))
def test_shares_gini_and_hhi_are_those_of_the_definitions(sizes: list[int], n_unlinked: int) -> None:
    for denominator, trees in (("linked_models", sizes), ("all_models", [*sizes, *[1] * n_unlinked])):
        row, total = measured(sizes, sum(sizes) + n_unlinked, denominator), sum(trees)
        ordered = sorted(trees, reverse=True)
        assert (row["n_families"], row["n_models"]) == (len(trees), total)
        assert [row[f"top_{k}_share"] for k in (1, 5, 10, 50)] == pytest.approx(
            [sum(ordered[:k]) / total for k in (1, 5, 10, 50)]
        )
        assert row["hhi"] == pytest.approx(sum((size / total) ** 2 for size in trees))
        differences = np.abs(np.subtract.outer(trees, trees)).mean()
        assert row["gini"] == pytest.approx(differences / (2 * np.mean(trees)), abs=1e-12)


def test_without_families_nothing_is_concentrated() -> None:
    row = measured([], 5, "linked_models")
    assert (row["n_families"], row["n_models"], row["top_1_share"], row["gini"], row["hhi"]) == (0, 0, None, None, None)
    assert measured([], 5, "all_models")["top_1_share"] == 0.2
    assert measured([], 0, "all_models")["gini"] is None

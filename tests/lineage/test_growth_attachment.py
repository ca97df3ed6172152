"""Preferential attachment: planted exponents are found, uniform choice gives none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.lineage.growth import describe_growth
from pipelines.lineage.growth.attachment import Choices, cumulative_exponent, likeliest_exponent
from pipelines.local_hub.planted.families import grow
from pipelines.local_hub.planted.parameters import END_AT, HubShape


def choices(alpha: float, n: int, seed: int) -> Choices:
    """Children that found a base of their own (one in ten) or choose one with probability proportional to k^α."""
    rng = np.random.default_rng(seed)
    had, chosen, n_bases = np.ones(n), [0], 1
    for _ in range(n - 1):
        if rng.random() < 0.1:
            base, n_bases = n_bases, n_bases + 1
        else:
            weight = np.cumsum(had[:n_bases] ** alpha)
            base = int(np.searchsorted(weight, rng.random() * weight[-1]))
            had[base] += 1
        chosen.append(base)
    return Choices(np.zeros(n, dtype=np.int64), np.array(chosen), np.arange(n) // 3)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_the_likeliest_exponent_is_the_planted_one(alpha: float) -> None:
    found = [likeliest_exponent(choices(alpha, 2500, seed)) for seed in range(12)]
    assert np.mean([each.value for each in found]) == pytest.approx(alpha, abs=0.02)
    assert sum(each.low <= alpha <= each.high for each in found) >= 10


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_the_cumulative_way_comes_near(alpha: float) -> None:
    assert cumulative_exponent(choices(alpha, 6000, 1)).value == pytest.approx(alpha, abs=0.25)


def test_the_running_sums_are_those_of_counting_afresh() -> None:
    some = choices(0.7, 300, 2)
    pools = Choices(np.repeat([0, 1], 150), some.base, some.day)
    found, score = likeliest_exponent(pools), 0.0
    for pool in (slice(0, 150), slice(150, 300)):
        had: dict[int, int] = {}
        for base in some.base[pool]:
            if had.get(base) and len(had) > 1:
                weight = np.array([k**found.value for k in had.values()])
                score += np.log(had[base]) - (weight * np.log(list(had.values()))).sum() / weight.sum()
            had[base] = had.get(base, 0) + 1
    assert score == pytest.approx(0, abs=1e-6)


def test_too_few_choices_give_no_exponent() -> None:
    assert likeliest_exponent(choices(1.0, 50, 1)).value is None
    assert cumulative_exponent(choices(1.0, 50, 1)).value is None
    nobody = np.zeros(0, dtype=np.int64)
    assert likeliest_exponent(Choices(nobody, nobody, nobody)).n_choices == 0


def planted_exponents(shape: HubShape) -> dict[str, tuple[float, float, float]]:
    """The exponents of a planted hub's primary edges, with their intervals, by method."""
    hub = grow(30_000, 3, shape)
    linked = np.flatnonzero(hub.parent >= 0)
    named = pl.DataFrame({"parent_id": hub.parent[linked], "child_id": linked, "family_id": hub.root[linked]}).with_columns(
        pl.all().cast(pl.String)
    )
    dated = named.with_columns(
        parent_created_at=pl.from_epoch(pl.Series(hub.created[hub.parent[linked]])).cast(pl.Datetime("us")),
        child_created_at=pl.from_epoch(pl.Series(hub.created[linked])).cast(pl.Datetime("us")),
        is_parent_birth_known=pl.lit(True),
        child_author=pl.lit(None, dtype=pl.String),
    )
    until = pl.from_epoch(pl.Series([END_AT])).item()
    rows = describe_growth(dated.sort("parent_id", "child_created_at"), until).attachment.rows()
    return {method: bounds for method, *bounds, _, _ in rows}


def test_uniform_attachment_inside_families_has_exponent_zero_and_copying_has_more() -> None:
    plain = {"direct_share": 0.0, "relation_mix": (1.0, 0.0, 0.0, 0.0), "inversion_share": 0.0}
    uniform = planted_exponents(HubShape(copying_share=0.0, **plain))["likelihood_families"]
    copying = planted_exponents(HubShape(copying_share=0.9, **plain))["likelihood_families"]
    assert abs(uniform[0]) < 0.1
    assert copying[1] > 0.6

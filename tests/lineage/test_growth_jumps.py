"""Jumps: an injected one is found with its date, size and author; smooth growth, however steep, has none."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from growing import UNTIL, ages, arrivals, children, law, laws

from pipelines.lineage.growth import describe_growth
from pipelines.lineage.growth.fitting import fit_growth
from pipelines.lineage.growth.jumps import find_jumps, window_ends

QUIET = np.array([4.0, 0.9, 2.5])


def described(frame: pl.DataFrame) -> dict[str, object]:
    return describe_growth(frame, UNTIL).fits.row(0, named=True)


def with_jump(size: int, author: str | None, at: float = 200.0) -> pl.DataFrame:
    smooth = ages(QUIET, 400, np.random.default_rng(3).random(150))
    burst = at + np.linspace(0, 1.5, size)
    named = [(day, f"author-{number}") for number, day in enumerate(smooth)]
    named += [(day, author or f"crowd-{number}") for number, day in enumerate(burst)]
    named.sort()
    return children("deep/base", np.array([day for day, _ in named]), window=400, authors=[who for _, who in named])


def test_an_injected_mass_upload_is_flagged_with_date_size_and_share() -> None:
    row = described(with_jump(40, "robot"))
    assert (row["has_jump"], row["is_mass_upload"]) == (True, True)
    assert abs(row["jump_at"] - (UNTIL - timedelta(days=200))) < timedelta(days=3)
    assert 40 <= row["n_jump_children"] <= 46
    assert row["jump_author_share"] == pytest.approx(40 / row["n_jump_children"], abs=1e-6)
    assert row["largest_author_share"] == pytest.approx(40 / 190, abs=1e-6)


def test_a_crowd_is_a_jump_but_no_mass_upload() -> None:
    row = described(with_jump(40, None))
    assert (row["has_jump"], row["is_mass_upload"]) == (True, False)
    assert row["jump_author_share"] < 0.1


def test_a_base_without_a_jump_tells_none() -> None:
    row = described(with_jump(0, None))
    assert not row["has_jump"]
    assert [row[name] for name in ("jump_at", "n_jump_children", "jump_author_share")] == [None, None, None]


def test_smooth_growth_gives_fewer_false_alarms_than_stated() -> None:
    rng = np.random.default_rng(4)
    planted, windows = laws(400, rng), rng.uniform(30, 900, 400)
    sizes = rng.integers(10, 400, 400)
    days = [ages(theta, t, rng.random(n)) for theta, t, n in zip(planted, windows, sizes, strict=True)]
    seen = arrivals(days, windows)
    fit = fit_growth(seen)
    curve = fit.children(seen, np.log(window_ends(seen)), seen.base) - fit.children(seen, np.log(seen.age), seen.base)
    assert find_jumps(seen, curve).is_jump.sum() <= 2


def test_a_steep_start_is_no_jump() -> None:
    steep = np.array([1.0, 1.2, 2.0])
    assert law(np.array(3.0), steep) > 0.25 * law(np.array(400.0), steep)
    row = described(children("deep/base", ages(steep, 400, np.random.default_rng(5).random(200)), window=400))
    assert not row["has_jump"]

"""A Sankey diagram's geometry: no band is lost, none lies on another at its ends."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dashboard.flows import flow_bands

FLOWS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), st.integers(1, 10_000), min_size=1, max_size=20
)


def frame(flows: dict[tuple[str, str], int]) -> pl.DataFrame:
    rows = [{"source": source, "target": target, "size": size} for (source, target), size in flows.items()]
    return pl.DataFrame(rows)


@given(FLOWS)
def test_widths_are_in_proportion_and_ends_do_not_overlap(flows: dict[tuple[str, str], int]) -> None:
    bands, _ = flow_bands(frame(flows))
    for x in (0.0, 1.0):
        ends = bands.filter(pl.col("x") == x).sort("low")
        widths = ends.sort("flow")["high"] - ends.sort("flow")["low"]
        sizes = pl.Series(list(flows.values()))
        assert (widths / widths.sum() - sizes / sizes.sum()).abs().max() < 1e-9
        gaps = ends["low"].to_numpy()[1:] - ends["high"].to_numpy()[:-1]
        assert (gaps > -1e-9).all()
        assert ends["low"].min() >= -1e-9
        assert ends["high"].max() <= 1 + 1e-9


@given(FLOWS)
def test_every_value_of_a_side_has_one_label_beside_its_bands(flows: dict[tuple[str, str], int]) -> None:
    bands, labels = flow_bands(frame(flows))
    for place, (side, x) in enumerate((("source", 0.0), ("target", 1.0))):
        named = labels.filter(pl.col("side") == side)
        assert set(named["label"]) == {flow[place] for flow in flows}
        assert named["label"].is_unique().all()
        ends = bands.filter(pl.col("x") == x)
        assert all(ends["low"].min() <= y <= ends["high"].max() for y in named["y"])


def test_the_largest_value_is_on_top() -> None:
    _, labels = flow_bands(frame({("small", "a"): 1, ("large", "b"): 9}))
    middles = dict(labels.filter(pl.col("side") == "source").select("label", "y").iter_rows())
    assert middles["large"] < middles["small"]
    assert middles["large"] == pytest.approx(0.9 * (1 - 2 * 0.03) / 2)

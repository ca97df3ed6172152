"""Downloads at stake: each descendant that holds the weights counts once, whatever the ways, against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest

from pipelines.lineage.at_stake import downloads_at_stake

MODELS = pl.DataFrame(
    {
        "model_id": ["a/base", "b/left", "c/right", "d/merge", "e/distilled", "f/quant"],
        "downloads_30d": [1_000, 10, 5, 3, 700, None],
        "downloads_all_time": [None, None, None, None, 9, None],
    },
    schema={"model_id": pl.String(), "downloads_30d": pl.Int64(), "downloads_all_time": pl.Int64()},
)


def edges(*pairs: tuple[str, str, bool | None, bool]) -> pl.DataFrame:
    schema = {"parent_id": pl.String(), "child_id": pl.String(), "is_weight_inheriting": pl.Boolean(), "is_cut": pl.Boolean()}
    return pl.DataFrame(pairs, schema=schema, orient="row")


def test_a_diamond_counts_its_end_once_and_what_holds_no_weights_not_at_all() -> None:
    found = downloads_at_stake(
        MODELS,
        edges(
            ("a/base", "b/left", True, False),
            ("a/base", "c/right", True, False),
            ("b/left", "d/merge", True, False),
            ("c/right", "d/merge", True, False),
            ("b/left", "e/distilled", False, False),
            ("d/merge", "f/quant", True, False),
            ("d/merge", "a/base", True, True),
            ("z/unlisted", "f/quant", None, False),
        ),
    )
    assert dict(found.select("model_id", "downloads_30d_at_stake").iter_rows()) == {
        "a/base": 1_018, "b/left": 13, "c/right": 8, "d/merge": 3, "e/distilled": 700, "f/quant": None, "z/unlisted": None,
    }  # fmt: skip
    assert found.filter(pl.col("downloads_all_time_at_stake").is_not_null()).rows() == [("e/distilled", 700, 9)]


@pytest.mark.parametrize("seed", range(20))
def test_sums_are_those_of_a_walk_over_all_descendants(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 40
    drawn = rng.integers(0, n, (60, 2))
    pairs = {(int(min(pair)), int(max(pair))) for pair in drawn if pair[0] != pair[1]}
    counts = [None if rng.random() < 0.2 else int(rng.integers(0, 1_000_000)) for _ in range(n)]
    graph = nx.DiGraph(list(pairs))
    models = pl.DataFrame(
        {"model_id": [f"m/{node}" for node in range(n)], "downloads_30d": counts, "downloads_all_time": counts},
        schema=MODELS.schema,
    )
    found = downloads_at_stake(models, edges(*((f"m/{parent}", f"m/{child}", True, False) for parent, child in pairs)))
    expected = {}
    for node in graph:
        known = [counts[each] for each in (node, *nx.descendants(graph, node)) if counts[each] is not None]
        expected[f"m/{node}"] = sum(known) if known else None
    assert dict(found.select("model_id", "downloads_30d_at_stake").iter_rows()) == expected

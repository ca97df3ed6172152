"""No question of the cookbook joins rows that have little to do with each other: at a million models it would not end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from small_hub import publish, small_hub

from pipelines.query.cookbook import recipe
from pipelines.query.own import reading
from warehouse import sqlfiles

N_MODELS = 3_000
GROWN = ("models", "edges", "evaluations")
"""The tables that get a row a model; all scores under one protocol, as a leaderboard has them."""
MOST_ROWS = 100
"""Rows an operator may pass on, for each row of the largest table."""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small hub, its tables `GROWN` many times as long: a chain of models, each scored."""
    rows = small_hub()
    model, edge, score = (rows[name][0] for name in GROWN)
    names = [f"grown/m{number}" for number in range(N_MODELS)]
    rows["models"] = [*rows["models"], *({**model, "model_id": name} for name in names)]
    pairs = pairwise(names)
    rows["edges"] = [*rows["edges"], *({**edge, "parent_id": parent, "child_id": child} for parent, child in pairs)]
    scored = ({**score, "model_id": name, "model_ref": name, "source_row": at} for at, name in enumerate(names, 1_000_000))
    rows["evaluations"] = [*rows["evaluations"], *scored]
    return publish(tmp_path_factory.mktemp("grown"), rows)


@pytest.mark.parametrize("name", sqlfiles.names("cookbook"))
def test_no_operator_passes_on_far_more_rows_than_there_are(grown: Path, name: str) -> None:
    with reading(grown) as connection:
        [(_, told)] = connection.execute(f"explain (analyze, format json) {recipe(name).sql}").fetchall()
    assert max(cardinalities(json.loads(told))) <= MOST_ROWS * N_MODELS


def cardinalities(operator: dict[str, Any]) -> Iterator[int]:
    """Yield how many rows each operator of a profile passed on."""
    yield int(operator.get("operator_cardinality", 0))
    for child in operator.get("children", ()):
        yield from cardinalities(child)

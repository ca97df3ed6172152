"""Questions after parents over three nights: the first has nothing to ask from, the second asks, the third asks nothing new."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import duckdb
import pytest

from ops.one_shot import TaskLines, run_dag
from warehouse.paths import Layout

# Three builds take more than the ten minutes of a test where many others share the processors.
pytestmark = [pytest.mark.slow, pytest.mark.whole, pytest.mark.timeout(1800)]


def test_the_second_night_asks_and_the_third_asks_nothing_new(dags: Mapping[str, Any], hub: str, hubtree_home: Layout) -> None:
    nights = [_night(dags, hub) for _ in range(3)]
    first, second, third = (night["ask_parents"] for night in nights)
    assert (first["n_claimed"], first["n_asked"]) == (0, 0)
    assert second["n_claimed"] == second["n_asked"] > 0
    assert sum(second["answers_by_status"].values()) == second["n_asked"]
    assert third["n_asked"] == 0
    with duckdb.connect(str(hubtree_home.database.resolve()), read_only=True) as connection:
        [(n_answered,)] = connection.execute("select count(*) from parent_lookups").fetchall()
    assert n_answered == second["n_asked"]


def _night(dags: Mapping[str, Any], hub: str) -> Mapping[str, Mapping[str, Any]]:
    lines = TaskLines(io.StringIO())
    assert run_dag(dags["nightly_ingest"], lines, {"hub": hub}), lines.failure
    return lines.results

"""Components and descent in rounds of SQL, on DuckDB: equal to SciPy's and to the arrays of lineage, in few rounds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipelines.lineage.descent import Descent
from tests.lineage.graphs import Case, acyclic, arrays, cases
from tests.spark.shapes import Links, frames, shapes
from warehouse.engine import Engine
from warehouse.rounds import Rounds, read

SHAPES = shapes(bits=9)


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[Rounds]:
    with Engine(tmp_path / "scratch", threads=1, memory_limit="1GB") as engine:
        yield Rounds(engine, tmp_path / "rounds")


def written(folder: Path, graph: Links, *names: str) -> tuple[Path, Path]:
    """Two files of names of their own: DuckDB keeps what it has read of a file it knows."""
    vertices, links = frames(graph, (names[0], names[1]))
    paths = tuple(Path(mkdtemp(dir=folder)) / name for name in ("vertices.parquet", "links.parquet"))
    vertices.write_parquet(paths[0])
    links.write_parquet(paths[1])
    return paths[0], paths[1]


def smallest_of_component(graph: Links) -> list[int]:
    n, tails, tips = graph
    _, labels = connected_components(coo_array((np.ones(len(tails)), (tails, tips)), shape=(n, n)), directed=False)
    return (
        pl.DataFrame({"label": labels})
        .with_row_index("vertex")
        .select(pl.col("vertex").min().over("label"))["vertex"]
        .to_list()
    )


@pytest.mark.parametrize("name", SHAPES)
def test_components_are_scipys_in_at_most_log2_rounds_and_one(name: str, rounds: Rounds, tmp_path: Path) -> None:
    graph = SHAPES[name]
    path, n_rounds = rounds.components(*written(tmp_path, graph, "tail", "tip"))
    found = read(path)
    assert found["vertex"].to_list() == list(range(graph[0]))
    assert found["component"].to_list() == smallest_of_component(graph)
    assert n_rounds <= math.log2(graph[0]) + 1
    assert (n_rounds == 0) == (name == "all isolated")


def test_bit_reversed_ids_are_the_worst_case_and_ordered_ones_take_one_round(rounds: Rounds, tmp_path: Path) -> None:
    of_order = rounds.components(*written(tmp_path, SHAPES["path in order"], "tail", "tip"))[1]
    of_reversed = rounds.components(*written(tmp_path, SHAPES["path of bit-reversed ids"], "tail", "tip"))[1]
    assert (of_order, of_reversed) == (1, 9)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases)
def test_descent_is_that_of_the_arrays(rounds: Rounds, tmp_path: Path, case: Case) -> None:
    n, edges = acyclic(case)
    parents, children = arrays(edges)
    expected = Descent.of(n, parents, children)
    found = read(rounds.descent(*written(tmp_path, (n, parents, children), "parent", "child")))
    assert found["vertex"].to_list() == list(range(n))
    assert found["depth"].to_list() == expected.depth.tolist()
    assert found["generation"].to_list() == expected.generation.tolist()


def test_a_chain_is_climbed_in_as_many_runs_as_its_length_has_digits(rounds: Rounds, tmp_path: Path) -> None:
    n = 5_000
    found = read(rounds.descent(*written(tmp_path, (n, np.arange(n - 1), np.arange(1, n)), "parent", "child")))
    assert found["depth"].to_list() == list(range(n))
    assert rounds.n_runs < 2 * math.log2(n)

"""The build's SQL must not compare every row of one table with every row of another: at a million models that never ends."""

from __future__ import annotations

import duckdb
import pytest

from tests.builder.landed import built, land_records
from warehouse import engine
from warehouse.engine import Engine
from warehouse.paths import Layout


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """DuckDB's plan of every statement that a build runs, by the file it stands in."""
    found: dict[str, str] = {}
    run = Engine._run

    def noting(self: Engine, statement: str, layer: str, name: str, parameters: dict[str, object]) -> duckdb.DuckDBPyConnection:
        bound = {key: value for key, value in parameters.items() if f"${key}" in statement}
        asked = self._connection.execute(f"explain {engine._select(layer, name)}", bound)
        found[f"{layer}/{name}"] = "".join(plan for _, plan in asked.fetchall())
        return run(self, statement, layer, name, parameters)

    monkeypatch.setattr(Engine, "_run", noting)
    return found


def test_every_join_of_a_build_goes_by_equality(home: Layout, plans: dict[str, str]) -> None:
    land_records(home, *({"_id": f"{n:024x}", "id": f"o/m{n}", "tags": ["base_model:o/m0"]} for n in range(50)))
    built(home)
    assert len(plans) > 20
    assert not [name for name, plan in plans.items() if "BLOCKWISE_NL_JOIN" in plan]

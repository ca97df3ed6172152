"""Airflow with several workers: LocalExecutor, its database on a Postgres of the test's own, and a night that ends green."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from local_airflow import LocalAirflow

from tests.lake.postgres_server import Postgres
from warehouse.paths import Layout

pytestmark = [pytest.mark.slow, pytest.mark.whole, pytest.mark.timeout(900)]


@pytest.fixture
def address() -> Iterator[str]:
    """The address of an empty Postgres, as SQLAlchemy writes it."""
    pytest.importorskip("psycopg2", reason="psycopg2 is not installed: Airflow can't use Postgres")
    pytest.importorskip("asyncpg", reason="asyncpg is not installed: Airflow can't use Postgres")
    server = Postgres()
    try:
        server.start()
        yield f"postgresql+psycopg2://hubtree@/postgres?host={server.folder}"
    finally:
        server.close()


def test_a_night_by_several_workers_ends_green(address: str, hubtree_home: Layout, hub: str) -> None:
    import sqlalchemy

    local = LocalAirflow(hubtree_home, AIRFLOW__CORE__EXECUTOR="LocalExecutor", AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=address)
    try:
        local.script("up")
        local.log_in()
        local.trigger({"hub": hub, "mode": "full"})
        assert local.finished_run("nightly_ingest") == "success"
        assert local.finished_run("dashboard_extracts") == "success"
        with sqlalchemy.create_engine(address).connect() as connection:
            ended = connection.execute(
                sqlalchemy.text("select count(*), count(distinct pid) from task_instance where state = 'success'")
            ).one()
        assert ended[0] >= 8
        assert ended[1] > 1, "every task has a process of its own among the workers"
    finally:
        local.script("down")
    assert not (hubtree_home.airflow / "airflow.db").exists()

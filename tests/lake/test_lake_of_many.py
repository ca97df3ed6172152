"""Several machines share a landing zone through DuckLake on Postgres: machines and Postgres die, nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import polars as pl
import pytest
from postgres_server import Postgres

from pipelines import sharing
from pipelines.settings import Settings
from tests.builder.landed import built, record
from warehouse.errors import LakeUnavailable, UsageError
from warehouse.lake import exchange
from warehouse.lake.connection import opened
from warehouse.landing.files import landing_files, provenance_of
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

pytest.importorskip("duckdb_extension_ducklake", reason="the extra lake is not installed")
pytest.importorskip("duckdb_extension_postgres_scanner", reason="the extra lake is not installed")

N_DUMPS, N_WORKERS, N_KILLS = 6, 3, 8
ROOT = Path(__file__).parents[2]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def shared(postgres: Postgres, tmp_path: Path) -> dict[str, str]:
    """The settings that all machines have in common."""
    return {"HUBTREE_ENGINE": "ducklake", "HUBTREE_LAKE": postgres.catalog, "HUBTREE_LAKE_DATA": f"{tmp_path}/lake/"}


def machine(home: Path, shared: dict[str, str]) -> Settings:
    return Settings.from_environment({"HUBTREE_HOME": str(home), "HUBTREE_THREADS": "1", **shared})


def write_dumps(folder: Path) -> list[Path]:
    """Dumps of eight days: half of the models change each day, some are new, one record is unreadable."""
    dumps = []
    for number in range(N_DUMPS):
        rows: list[object] = [
            record(f"org{n % 7}/model-{n}", likes=n * number, tags=[f"base_model:finetune:org{n % 7}/model-{n // 3}"])
            for n in range(number % 2, 120 + 10 * number, 2)
        ]
        dump = folder / f"dump_2026-10-{number + 1:02d}.json"
        dump.write_bytes(orjson.dumps([*rows, {"nameless": number}]))
        dumps.append(dump)
    return dumps


def started(home: Path, dumps: list[Path], shared: dict[str, str]) -> subprocess.Popen[bytes]:
    words = [sys.executable, str(Path(__file__).with_name("lake_worker.py")), *(str(dump) for dump in dumps)]
    environment = {**os.environ, **shared, "HUBTREE_HOME": str(home), "HUBTREE_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_machines_and_postgres_die_and_the_tables_are_those_of_one_machine(
    postgres: Postgres, shared: dict[str, str], tmp_path: Path
) -> None:
    dumps = write_dumps(tmp_path)
    # Every dump goes to two machines, so that the same file is put by both, often at once.
    parts = {tmp_path / f"worker-{n}": dumps[n::N_WORKERS] + dumps[(n + 1) % N_WORKERS :: N_WORKERS] for n in range(N_WORKERS)}
    running = {home: started(home, part, shared) for home, part in parts.items()}
    dice, n_postgres = random.Random(7), 0
    for kill in range(N_KILLS):
        wait_for_a_write(Path(shared["HUBTREE_LAKE_DATA"]), running)
        if kill % 3 == 1:
            postgres.stop_at_once()
            postgres.start()
            n_postgres += 1
        else:
            living = [process for process in running.values() if process.poll() is None]
            dice.choice(living or list(running.values())).send_signal(signal.SIGKILL)
        for home, process in running.items():
            if process.poll() is not None:
                running[home] = started(home, parts[home], shared)
    for home, process in running.items():
        if process.wait(300) != 0:  # it was killed, or met a Postgres that was gone
            assert started(home, parts[home], shared).wait(300) == 0
    alone, together = Layout(tmp_path / "alone"), Layout(tmp_path / "together")
    local = {**shared, "HUBTREE_ENGINE": "local"}
    assert started(alone.home, dumps, local).wait(300) == 0
    sharing.take(machine(together.home, shared))
    here, there = (landing_files(home.landing, "listing") for home in (alone, together))
    assert [file.name for file in here] == [file.name for file in there]
    assert scan_rows(here, "listing").collect().equals(scan_rows(there, "listing").collect())
    assert [provenance_of(file) for file in here] == [provenance_of(file) for file in there]
    expected, found = built(alone), built(together)
    assert expected.keys() == found.keys()
    assert [name for name in expected if name not in {"runs", "run_steps"} and not expected[name].equals(found[name])] == []
    assert expected["runs"].drop("finished_at").equals(found["runs"].drop("finished_at"))  # the instants are the machines' own
    assert expected["models"].height > 100
    assert n_postgres >= 2


def wait_for_a_write(data: Path, running: dict[Path, subprocess.Popen[bytes]]) -> None:
    """Wait until a writer has begun another file of the lake: the moment between its files and its commit."""
    n_before, deadline = sum(1 for _ in data.rglob("*.parquet")), time.monotonic() + 60
    while sum(1 for _ in data.rglob("*.parquet")) <= n_before and time.monotonic() < deadline:
        if all(process.poll() is not None for process in running.values()):
            return
        time.sleep(0.01)


def land_some(home: Path, *dumps: Path) -> None:
    assert started(home, list(dumps), {"HUBTREE_ENGINE": "local"}).wait(120) == 0


def test_what_two_machines_put_counts_once_and_is_taken_once(shared: dict[str, str], tmp_path: Path) -> None:
    dumps = write_dumps(tmp_path)
    first, second, third = (machine(tmp_path / name, shared) for name in ("first", "second", "third"))
    land_some(first.layout.home, dumps[0])
    land_some(second.layout.home, dumps[0], dumps[1])
    n_first = sharing.put(first)["n_files"]
    assert n_first == 3
    with pytest.MonkeyPatch.context() as patch:  # as if it had looked before the first one committed
        patch.setattr(exchange, "_known", lambda *_: set())
        assert sharing.put(second)["n_files"] == 6
    assert sharing.put(second) == sharing.put(first) == {"n_files": 0, "n_rows": 0}
    assert sharing.take(third)["n_files"] == 6
    assert sharing.take(third)["n_files"] == 0
    for kind in KINDS:
        here, there = (landing_files(one.layout.landing, kind) for one in (second, third))
        assert [file.run_id for file in here] == [file.run_id for file in there]
        if kind not in {"runs", "steps"}:  # of two records of one run, each machine keeps its own
            assert scan_rows(here, kind).collect().equals(scan_rows(there, kind).collect())


def put_and_die_at_commit(home: Path, shared: dict[str, str]) -> int:
    code = (
        "import os\n"
        "from pipelines import sharing\n"
        "from pipelines.settings import Settings\n"
        "from warehouse.lake import exchange\n"
        "exchange._commit = lambda _: os.kill(os.getpid(), 9)\n"
        "sharing.put(Settings.from_environment())\n"
    )
    environment = {**os.environ, **shared, "HUBTREE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False).returncode


def test_a_transaction_that_was_cut_off_is_not_there_and_care_deletes_its_files(shared: dict[str, str], tmp_path: Path) -> None:
    one = machine(tmp_path / "one", shared)
    land_some(one.layout.home, write_dumps(tmp_path)[0])
    lake = sharing.lake_of(one)
    with opened(lake) as connection:
        exchange._make_tables(connection)
    assert put_and_die_at_commit(one.layout.home, shared) == -signal.SIGKILL
    left = {path.name for path in Path(lake.data).rglob("*.parquet")}
    assert left
    with opened(lake) as connection:
        assert connection.execute("select count(*) from lake.landing_files").fetchall() == [(0,)]
    assert exchange.care(lake) >= len(left)
    assert not left & {path.name for path in Path(lake.data).rglob("*.parquet")}
    assert sharing.put(one)["n_files"] == 3


def test_a_catalogue_that_is_gone_is_told_and_may_be_tried_again(
    postgres: Postgres, shared: dict[str, str], tmp_path: Path
) -> None:
    one = machine(tmp_path / "one", shared)
    land_some(one.layout.home, write_dumps(tmp_path)[0])
    postgres.stop_at_once()
    with pytest.raises(LakeUnavailable) as caught:
        sharing.put(one)
    assert caught.value.exit_code == 3
    assert caught.value.hint
    postgres.start()
    assert sharing.put(one)["n_files"] == 3


def test_rows_that_the_lake_lost_are_noticed(shared: dict[str, str], tmp_path: Path) -> None:
    one, two = (machine(tmp_path / name, shared) for name in ("one", "two"))
    land_some(one.layout.home, write_dumps(tmp_path)[0])
    sharing.put(one)
    with opened(sharing.lake_of(one)) as connection:
        connection.execute("delete from lake.landing_listing where row_number = 3")
    with pytest.raises(Exception, match=r"holds \d+ of \d+ rows"):
        sharing.take(two)


def test_the_engine_local_shares_nothing_and_a_lake_without_address_is_refused(tmp_path: Path) -> None:
    local = machine(tmp_path, {})
    assert sharing.put(local) == sharing.take(local) == {}
    with pytest.raises(UsageError, match="HUBTREE_LAKE_DATA"):
        sharing.put(replace(local, engine="ducklake", lake="dbname=x"))


@pytest.mark.parametrize("catalog", ["dbname=lake password=SECRET", "postgresql://hubtree:SECRET@db.example/lake"])
def test_a_password_in_the_address_is_refused_and_not_repeated(catalog: str, tmp_path: Path) -> None:
    settings = replace(machine(tmp_path, {}), engine="ducklake", lake=catalog, lake_data="/shared/lake/")
    with pytest.raises(UsageError, match="password") as refused:
        sharing.put(settings)
    assert "SECRET" not in f"{refused.value} {refused.value.hint}"


def test_a_run_is_in_the_lake_after_its_files(shared: dict[str, str], tmp_path: Path) -> None:
    one = machine(tmp_path / "one", shared)
    land_some(one.layout.home, write_dumps(tmp_path)[0])
    kinds: list[str] = []
    put = exchange._put
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "_put", lambda lake, kind, batch: (kinds.append(kind), put(lake, kind, batch))[1])
        sharing.put(one)
    assert kinds[-1] == "runs"
    assert pl.Series(kinds).is_unique().all()


def test_nothing_of_the_lake_is_imported_by_default() -> None:
    code = (
        "import sys; from pipelines import steps, sharing; from pipelines.settings import Settings\n"
        "sharing.put(Settings.from_environment({}))\n"
        "words = ('warehouse.lake', 'duckdb_extension', 's3fs', 'botocore', 'warehouse.objects')\n"
        "words += ('warehouse.spark', 'pyspark', 'sqlglot')\n"
        "print([name for name in sys.modules if any(word in name for word in words)])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.strip() == "[]", told.stderr

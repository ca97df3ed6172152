"""From Parquet tables to the file that readers open: documented, read-only, swapped without disturbing anybody."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.small_hub import small_hub
from warehouse import publisher
from warehouse.contract import CONTRACT_VERSION, TABLES
from warehouse.errors import ContractViolation, NoSpace
from warehouse.paths import Layout
from warehouse.publisher import append, load, place, publish, published_file

POLARS = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean,
          "TIMESTAMP": pl.Datetime("us"), "VARCHAR[]": pl.List(pl.String)}  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The small hub as one Parquet file a table, without its check results."""
    folder, rows = tmp_path_factory.mktemp("tables"), small_hub()
    paths = {name: folder / f"{name}.parquet" for name in TABLES if name != "check_results"}
    for name, path in paths.items():
        schema = {column.name: POLARS[column.type] for column in TABLES[name].columns}
        pl.DataFrame(list(rows.get(name, ())), schema=schema).write_parquet(path)
    return paths


def made(home: Layout, tables: dict[str, Path], name: str = "new") -> Path:
    """Load the tables into a private file."""
    database = home.build_dir(name) / "hub.duckdb"
    database.parent.mkdir(parents=True)
    load(database, tables, threads=1, memory_limit="500MB")
    return database


@pytest.fixture
def opened(home: Layout, tables: dict[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file, opened as readers do."""
    file = publish(home, made(home, tables), "hub-build-1")
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def test_types_names_and_their_order_are_the_contract(opened: duckdb.DuckDBPyConnection, tables: dict[str, Path]) -> None:
    for name in tables:
        described = opened.execute(f"describe {name}").fetchall()
        assert [(row[0], row[1]) for row in described] == [(column.name, column.type) for column in TABLES[name].columns]


def test_every_table_and_column_carries_the_contracts_words(opened: duckdb.DuckDBPyConnection, tables: dict[str, Path]) -> None:
    comments = dict(opened.execute("select table_name, comment from duckdb_tables()").fetchall())
    assert set(comments) == set(tables)
    for name, comment in comments.items():
        table = TABLES[name]
        assert comment.startswith(f"One row is {table.grain}.")
        assert comment.endswith(f"[contract {CONTRACT_VERSION}]")
        assert all(f"Beware: {warning}" in comment for warning in table.beware)
    columns = opened.execute("select table_name, column_name, comment from duckdb_columns() where not internal").fetchall()
    assert {(name, column.name, column.meaning) for name in tables for column in TABLES[name].columns} == set(columns)


def test_required_columns_refuse_nulls(opened: duckdb.DuckDBPyConnection, tables: dict[str, Path]) -> None:
    for name in tables:
        nullable = dict(
            opened.execute("select column_name, is_nullable from duckdb_columns() where table_name = ?", [name]).fetchall()
        )
        assert {column for column, may in nullable.items() if not may} == set(TABLES[name].required)


def test_the_rows_are_those_of_the_parquet_files(opened: duckdb.DuckDBPyConnection, tables: dict[str, Path]) -> None:
    for name, path in tables.items():
        assert opened.sql(f"from {name}").pl().equals(pl.read_parquet(path)), name


def test_the_storage_version_is_one_that_older_and_newer_duckdb_read(opened: duckdb.DuckDBPyConnection) -> None:
    tags = opened.execute("select tags from duckdb_databases() where database_name = current_database()").fetchall()
    assert tags[0][0]["storage_version"].startswith(publisher.STORAGE_VERSION)


def test_the_published_file_is_read_only_without_a_log_beside_it(home: Layout, tables: dict[str, Path]) -> None:
    file = publish(home, made(home, tables), "hub-build-1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    assert sorted(path.name for path in home.published.iterdir()) == ["hub-build-1.duckdb", "hub.duckdb"]
    assert home.database.is_symlink()
    assert os.readlink(home.database) == "hub-build-1.duckdb"


def test_a_column_that_is_missing_is_told_by_name(home: Layout, tables: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "models.parquet"
    pl.read_parquet(tables["models"]).drop("last_seen_at").write_parquet(broken)
    with pytest.raises(ContractViolation, match="last_seen_at"):
        made(home, tables | {"models": broken})


def test_a_column_that_the_contract_lacks_is_told_by_name(home: Layout, tables: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "models.parquet"
    pl.read_parquet(tables["models"]).with_columns(surprise=1).write_parquet(broken)
    with pytest.raises(ContractViolation, match="surprise"):
        made(home, tables | {"models": broken})


def test_a_value_that_does_not_fit_its_type_is_refused(home: Layout, tables: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "models.parquet"
    pl.read_parquet(tables["models"]).with_columns(likes=pl.lit("many")).write_parquet(broken)
    with pytest.raises(ContractViolation):
        made(home, tables | {"models": broken})


def test_a_file_that_was_not_closed_cleanly_is_not_published(home: Layout, tables: dict[str, Path]) -> None:
    database = made(home, tables)
    database.with_name("hub.duckdb.wal").write_bytes(b"log")
    with pytest.raises(ContractViolation, match="not closed cleanly"):
        publish(home, database, "hub-build-1")
    assert published_file(home) is None


def test_rows_appended_twice_stand_once_and_leave_no_log(home: Layout, tables: dict[str, Path]) -> None:
    database = made(home, tables)
    result = {"run_id": "b", "table_name": "models", "check_name": "c", "severity": "warn", "expected": "x"}
    schema = {column.name: POLARS[column.type] for column in TABLES["check_results"].columns}
    rows = pl.DataFrame([result | {"checked_at": small_hub()["check_results"][0]["checked_at"]}], schema=schema)
    append(database, "check_results", rows)
    append(database, "check_results", rows)
    assert not database.with_name("hub.duckdb.wal").exists()
    with duckdb.connect(str(publish(home, database, "hub-build-1")), read_only=True) as connection:
        assert connection.execute("select count(*) from check_results").fetchall() == [(1,)]
        comment = "select comment from duckdb_tables() where table_name = 'check_results'"
        assert TABLES["check_results"].grain in connection.execute(comment).fetchall()[0][0]


READER = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    ask = lambda: connection.execute("select count(*), max(model_id) from models").fetchall()
    before = ask()
    print("open", flush=True)
    sys.stdin.readline()
    assert ask() == before, "another content"
    print("same", flush=True)
"""


def test_a_reader_keeps_the_old_file_through_two_swaps(home: Layout, tables: dict[str, Path]) -> None:
    first = publish(home, made(home, tables, "one"), "hub-build-1")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(first)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        for number in (2, 3):
            publish(home, made(home, tables, f"build{number}"), f"hub-build-{number}")
        assert not first.exists()
        assert reader.communicate("go\n", timeout=60)[0] == "same\n"
        assert reader.returncode == 0
    finally:
        reader.kill()
        reader.wait()


def test_two_files_are_kept_and_files_of_earlier_days_never_touched(home: Layout, tables: dict[str, Path]) -> None:
    kept = place(home, made(home, tables, "old"), "hub-as-of-2026-01-01")
    (home.published / "hub-mine.duckdb").write_bytes(b"somebody's own")
    for number in range(1, 5):
        file = publish(home, made(home, tables, f"b{number}"), f"hub-build-{number}")
        os.utime(file, ns=(number, number))
        assert published_file(home) == file.resolve()
        assert kept.exists()
    names = {path.name for path in home.published.iterdir()}
    assert names == {"hub-as-of-2026-01-01.duckdb", "hub-mine.duckdb", "hub-build-3.duckdb", "hub-build-4.duckdb", "hub.duckdb"}


def test_placing_a_file_does_not_make_it_the_one_that_readers_open(home: Layout, tables: dict[str, Path]) -> None:
    first = publish(home, made(home, tables, "one"), "hub-build-1")
    place(home, made(home, tables, "two"), "hub-as-of-2026-01-01")
    assert published_file(home) == first.resolve()


def test_a_refused_swap_leaves_the_old_file_published(
    home: Layout, tables: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(home, made(home, tables, "one"), "hub-build-1")
    second = made(home, tables, "two")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("replace", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, full)
            with pytest.raises(NoSpace):
                publish(home, second, "hub-build-2")
        assert published_file(home) == first.resolve()


def test_before_the_first_publishing_there_is_no_file(home: Layout) -> None:
    assert published_file(home) is None


def test_publishing_may_be_repeated_after_it_was_stopped_half_way(home: Layout, tables: dict[str, Path]) -> None:
    database = made(home, tables)
    placed = place(home, database, "hub-build-1")
    assert not database.exists()
    assert publish(home, database, "hub-build-1") == placed
    assert published_file(home) == placed.resolve()
    assert stat.S_IMODE(placed.stat().st_mode) == 0o444


def test_a_file_that_is_nowhere_is_not_published(home: Layout) -> None:
    with pytest.raises(FileNotFoundError):
        publish(home, home.build_dir("none") / "hub.duckdb", "hub-build-1")
    assert published_file(home) is None

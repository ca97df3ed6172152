"""The published file is plain: any client of DuckDB opens it, without extensions and without hubtree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
from small_hub import publish, small_hub

from warehouse.contract import TABLES


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("published"), small_hub())


PLAIN = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True, config={
    "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "enable_external_access": "false",
    "allow_unsigned_extensions": "false",
})
tables = [name for (name,) in connection.execute("show tables").fetchall()]
print(len(tables), sum(connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables))
for name in tables:
    connection.execute(f'select * from "{name}"').fetchall()
"""


def test_a_process_without_hubtree_and_extensions_reads_every_row(published: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN, published], capture_output=True, text=True, cwd=tmp_path, check=True, timeout=120,
        env={"HOME": str(tmp_path), "PATH": os.defpath},
    )  # fmt: skip
    n_tables, n_rows = map(int, ended.stdout.split())
    assert n_tables == len(TABLES)
    assert n_rows >= sum(len(rows) for rows in small_hub().values())
    assert list(tmp_path.iterdir()) == []


def test_it_holds_tables_alone_of_plain_types(published: Path) -> None:
    with duckdb.connect(str(published.resolve()), read_only=True) as connection:
        for what in ("duckdb_views()", "duckdb_functions()", "duckdb_types()"):
            assert connection.execute(f"select count(*) from {what} where not internal").fetchall() == [(0,)], what
        kinds = {
            kind
            for (kind,) in connection.execute("select distinct data_type from duckdb_columns() where not internal").fetchall()
        }
    assert kinds <= {"VARCHAR", "VARCHAR[]", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP"}


def test_polars_pandas_and_arrow_read_the_same_rows(published: Path) -> None:
    with duckdb.connect(str(published.resolve()), read_only=True) as connection:
        polars = pl.read_database("select * from models order by model_id", connection)
        pandas = connection.execute("select * from models order by model_id").df()
        arrow = connection.table("models").order("model_id").to_arrow_table()
    assert polars["model_id"].to_list() == pandas["model_id"].tolist() == arrow["model_id"].to_pylist()
    assert polars["downloads_30d"].sum() == pandas["downloads_30d"].sum() == 2160
    assert pd.api.types.is_datetime64_any_dtype(pandas["created_at"])
    assert polars.equals(pl.from_arrow(arrow))


def test_schema_browsers_find_tables_columns_and_their_meaning(published: Path) -> None:
    """What JDBC clients ask: the information schema, and DuckDB's comments."""
    with duckdb.connect(str(published.resolve()), read_only=True) as connection:
        told = connection.execute("select table_name, count(*) from information_schema.columns group by all").fetchall()
        silent = connection.execute(
            "select table_name, column_name from duckdb_columns() where comment is null and not internal"
        ).fetchall()
    assert dict(told) == {name: len(table.column_names) for name, table in TABLES.items()}
    assert silent == []


def test_r_reads_it(published: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("there is no Rscript here")
    script = (
        'if (!requireNamespace("duckdb", quietly = TRUE)) quit(status = 77);'
        f'hub <- DBI::dbConnect(duckdb::duckdb("{published.resolve()}", read_only = TRUE));'
        'cat(DBI::dbGetQuery(hub, "select count(*) as n from models")$n)'
    )
    ended = subprocess.run([program, "-e", script], capture_output=True, text=True, timeout=120, check=False)
    if ended.returncode == 77:
        pytest.skip("R has no package duckdb here")
    assert ended.stdout.strip().endswith("10"), ended.stderr

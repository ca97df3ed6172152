"""The statement gate lets reading pass and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.query.connection import connect_readonly
from pipelines.query.gate import check_statement
from pipelines.query.limits import Limits
from warehouse.errors import UsageError


@pytest.fixture(scope="module")
def connection(published: Path) -> duckdb.DuckDBPyConnection:
    return connect_readonly(published, limits=Limits())


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "SELECT count(*) FROM models -- ; drop table models",
        "with m as (select * from models) select count(*) from m;",
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select n from t",
        "from models",
        "table models",
        "values (1), (2)",
        "describe models",
        "show tables",
        "summarize models",
        "select 1 union select 2 except select 3",
        "pivot models on gated in ('auto', 'manual') using count(*)",
        "select * from range(3) r, unnest([1, 2]) u",
        "select 'read_csv(''x'')' as text, 'insert into models' as other",
        "select column_name from duckdb_columns()",
    ],
)
def test_a_reading_statement_passes(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    check_statement(connection, sql)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", "no SQL statement"),
        ("-- nothing", "no SQL statement"),
        ("select 1; select 2", "2 statements"),
        ("select 1; drop table models", "2 statements"),
        ("pivot models on gated using count(*)", "2 statements"),
        ("insert into models (model_id) values ('x')", "INSERT is refused"),
        ("update models set likes = 1", "UPDATE is refused"),
        ("delete from models", "DELETE is refused"),
        ("create temp table t as select 1", "CREATE is refused"),
        ("drop table models", "DROP is refused"),
        ("copy models to 'x.csv'", "COPY is refused"),
        ("copy (select 1) to 'hub.duckdb' (use_tmp_file false)", "COPY is refused"),
        ("export database 'x'", "EXPORT is refused"),
        ("attach 'x.duckdb'", "ATTACH is refused"),
        ("install httpfs", "refused"),
        ("load json", "LOAD is refused"),
        ("set memory_limit = '99GB'", "SET is refused"),
        ("reset memory_limit", "refused"),
        ("pragma database_list", "refused"),
        ("call duckdb_settings()", "CALL is refused"),
        ("create secret (type s3)", "CREATE is refused"),
        ("explain select 1", "EXPLAIN is refused"),
        ("begin", "TRANSACTION is refused"),
        ("use memory", "refused"),
        ("prepare p as select 1", "PREPARE is refused"),
        ("checkpoint", "refused"),
        ("selct 1", "syntax error"),
        ("select '\ud800'", "half a character"),
        ("select 1 +", "syntax error"),
        ("with x as (insert into models (model_id) values ('a') returning *) select * from x", "SELECT"),
    ],
)
def test_anything_else_is_refused_in_one_line(connection: duckdb.DuckDBPyConnection, sql: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        check_statement(connection, sql)
    assert "\n" not in str(raised.value) + raised.value.hint
    assert raised.value.hint
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    "source",
    [
        "read_text('/etc/hostname')",
        "read_blob('x')",
        "read_csv('x.csv')",
        "\"READ_PARQUET\"('x.parquet')",
        "sniff_csv('x')",
        "glob('*')",
        "parquet_schema('x')",
        "duckdb_settings()",
        "duckdb_secrets()",
        "duckdb_databases()",
        "duckdb_databases",
        "pragma_database_list",
        "pg_catalog.pg_settings",
        "query('select 1')",
        "query_table('models')",
        "json_execute_serialized_sql('{}')",
        "checkpoint()",
    ],
)
@pytest.mark.parametrize(
    "query",
    [
        "select * from {}",
        "select (select count(*) from {})",
        "with x as (select * from {}) select * from x",
        "select 1 union all select count(*) from {}",
        "select 1 where exists (from {})",
        "describe select * from {}",
        "select * from models m, lateral (select * from {}) t",
    ],
)
def test_files_settings_and_paths_are_refused_wherever_they_hide(
    connection: duckdb.DuckDBPyConnection, source: str, query: str
) -> None:
    with pytest.raises(UsageError, match="refused"):
        check_statement(connection, query.format(source))


def test_a_function_that_shows_settings_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match="current_setting is refused"):
        check_statement(connection, "select upper(Current_Setting('temp_directory'))")


def refusal(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What the gate says against a statement; empty if it passes."""
    try:
        check_statement(connection, sql)
    except UsageError as error:
        return str(error)
    return ""


def test_deep_nesting_ends_in_an_answer_or_an_error_of_one_line(connection: duckdb.DuckDBPyConnection) -> None:
    for sql in ("select " + "(" * 3000 + "1" + ")" * 3000, "select " + "(select " * 900 + "1" + ")" * 900):
        assert "\n" not in refusal(connection, sql)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_any_text_passes_or_is_a_usage_error(text: str) -> None:
    with duckdb.connect() as connection:
        assert "\n" not in refusal(connection, text)

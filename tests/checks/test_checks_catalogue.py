"""The checks as plain data: their SQL stands for itself, and a null in a key counts as a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest
from checked_file import build
from corruptions import CHECKS
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.checks.catalogue import NULLABLE_KEY_PARTS
from pipelines.checks.check import Check
from warehouse.contract import TABLES

_KEY = next(check for check in CHECKS if (check.table, check.name) == ("parent_claims", "key is unique"))


def test_parts_of_a_key_that_may_be_null_are_parts_of_a_key_and_not_required() -> None:
    for table, column in NULLABLE_KEY_PARTS:
        assert column in TABLES[table].key
        assert column not in TABLES[table].required


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from(["tag"]), st.sampled_from([None, "merge", "adapter"])
        ),
        max_size=12,
    )
)
@settings(max_examples=50, deadline=None)
def test_a_key_is_unique_exactly_when_no_combination_comes_twice(rows: list[tuple[str | None, ...]]) -> None:
    with duckdb.connect() as connection:
        columns = ", ".join(f"{name} varchar" for name in TABLES["parent_claims"].key)
        connection.execute(f"create table parent_claims ({columns})")
        for row in rows:
            connection.execute("insert into parent_claims values (?, ?, ?, ?)", row)
        found = connection.execute(_KEY.offenders).fetchall()
    assert Counter({row[:-1]: row[-1] for row in found}) == Counter({row: n for row, n in Counter(rows).items() if n > 1})


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(build(tmp_path_factory.mktemp("good"))), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("entry", CHECKS, ids=lambda check: f"{check.table}: {check.name}")
def test_the_sql_a_person_is_shown_runs_as_it_stands(entry: Check, file: duckdb.DuckDBPyConnection) -> None:
    assert file.execute(entry.offenders).description


def test_the_sql_of_a_broken_column_shows_its_key_and_its_value() -> None:
    shown = next(check.offenders for check in CHECKS if check.name == "card_status is in its vocabulary")
    assert shown.startswith("select model_id, card_status from models where card_status not in (")

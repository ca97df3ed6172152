"""The contract is closed: every column has one entry, every entry is used, and closed vocabularies are the ones in use."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import duckdb
import pytest

from pipelines.bulk.sources import Kind
from pipelines.lineage.families import SCOPES
from pipelines.lineage.lookalikes import CONFIDENCE as LIKENESS
from pipelines.lineage.resolving import CONFIDENCE
from pipelines.lineage.shape import TOO_LARGE, WIENER_LIMIT
from warehouse import codes
from warehouse.contract import COLUMNS, TABLES, Column, Rule, Table, columns
from warehouse.contract.column import VOCABULARIES
from warehouse.landing.schema import CARDS, DAILY, LOOKUP_STATUSES, RECORDS, RUNS, VISIT_STATUSES

RULES = [pytest.param(table, rule, id=f"{table.name}: {rule.name}") for table in TABLES.values() for rule in table.rules]
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    """The contract's tables without rows."""
    connection = duckdb.connect()
    for table in TABLES.values():
        columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
        connection.execute(f"create table {table.name} ({columns})")
    return connection


def test_every_entry_is_used_and_every_column_has_one() -> None:
    used = {name for table in TABLES.values() for name in table.column_names}
    assert used == set(COLUMNS)


def test_no_column_has_two_entries() -> None:
    """The later one would win in silence: a home without families was refused for the minimum of another table's count."""
    assert [name for name, n in Counter(column.name for column in columns._ALL).items() if n > 1] == []


def test_every_vocabulary_belongs_to_a_column() -> None:
    assert set(VOCABULARIES) <= set(COLUMNS)
    for name, words in VOCABULARIES.items():
        assert COLUMNS[name].values == words
        assert len(set(words)) == len(words) > 0


@every_table
def test_a_table_lists_each_column_once_and_knows_those_it_speaks_of(table: Table) -> None:
    columns = Counter(table.column_names)
    assert max(columns.values()) == 1
    assert table.key
    assert set(table.key) | set(table.required) <= columns.keys()
    assert len(set(table.required)) == len(table.required)


@every_table
def test_references_lead_to_a_column_of_the_same_type(table: Table) -> None:
    for column, other, target in table.references:
        assert column in table.column_names
        assert target in TABLES[other].column_names
        assert COLUMNS[column].type == COLUMNS[target].type


@every_table
def test_words_end_like_sentences_and_grains_read_after_one_row_is(table: Table) -> None:
    assert table.grain.startswith(("one ", "a ", "an "))
    assert not table.grain.endswith(".")
    for text in (*table.beware, *(rule.meaning for rule in table.rules), *(column.meaning for column in table.columns)):
        assert text.endswith((".", "…")), text


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_names_tell_the_type(column: Column) -> None:
    name, kind = column.name, column.type
    assert (kind == "TIMESTAMP") == name.endswith("_at")
    assert (kind == "BOOLEAN") == name.startswith(("is_", "has_"))
    if name.startswith("n_") or name.endswith("_count"):
        assert kind == "BIGINT"
    if name.endswith(("_share", "_rate", "_ratio")):
        assert (kind, column.minimum, column.maximum) == ("DOUBLE", 0, 1)


@pytest.mark.parametrize(("table", "rule"), RULES)
def test_a_rule_is_one_query_over_published_tables_and_holds_for_no_rows(
    empty: duckdb.DuckDBPyConnection, table: Table, rule: Rule
) -> None:
    assert len(duckdb.extract_statements(rule.breaking_rows)) == 1
    assert empty.execute(rule.breaking_rows).fetchall() == []


def test_rule_names_are_unique_within_their_table() -> None:
    for table in TABLES.values():
        names = [rule.name for rule in table.rules]
        assert len(set(names)) == len(names)


def test_the_words_of_the_contract_are_those_of_the_code() -> None:
    assert set(VOCABULARIES["resolution"]) == set(CONFIDENCE)
    assert set(VOCABULARIES["family_scope"]) == set(SCOPES)
    assert VOCABULARIES["wiener_reason"] == (TOO_LARGE,)
    assert str(WIENER_LIMIT) in TOO_LARGE
    assert set(VOCABULARIES["likeness_rule"]) == set(LIKENESS)
    assert set(VOCABULARIES["card_status"]) == set(VISIT_STATUSES)
    assert set(VOCABULARIES["landing_kind"]) == {*get_args(Kind), "lookups"}
    assert set(VOCABULARIES["lookup_status"]) == set(LOOKUP_STATUSES)
    assert set(VOCABULARIES["relation"]) == set(codes.frame("relations")["relation"])


def test_a_landed_column_that_is_published_keeps_its_type() -> None:
    types = {"String": "VARCHAR", "Int64": "BIGINT", "Float64": "DOUBLE", "Boolean": "BOOLEAN", "List(String)": "VARCHAR[]"}
    landed = {**RECORDS, **CARDS, **DAILY, **RUNS}
    differing = {
        name: (str(kind), COLUMNS[name].type)
        for name, kind in landed.items()
        if name in COLUMNS and types.get(str(kind), "TIMESTAMP") != COLUMNS[name].type
    }
    assert differing == {"created_at": ("String", "TIMESTAMP")}  # landed as the text on the wire

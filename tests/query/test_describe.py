"""What the published file says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_hub import publish, small_hub

from pipelines.query.describe import describe_table, describe_tables
from warehouse.contract import TABLES
from warehouse.errors import NotFound


def test_tables_come_in_the_contracts_order_with_grain_and_rows(published: Path) -> None:
    tables = describe_tables(published)
    assert [table.name for table in tables] == list(TABLES)
    models = tables[0]
    assert (models.n_rows, models.grain) == (len(small_hub()["models"]), TABLES["models"].grain)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_column_of_every_table_has_type_and_meaning(published: Path, name: str) -> None:
    table = describe_table(published, name)
    assert [column.name for column in table.columns] == list(TABLES[name].column_names)
    for column, entry in zip(table.columns, TABLES[name].columns, strict=True):
        assert (column.type, column.meaning) == (entry.type, entry.meaning)
    assert {column.name for column in table.columns if column.is_key} == set(TABLES[name].key)
    assert table.beware == TABLES[name].beware


def test_null_shares_are_counted_over_all_rows(published: Path) -> None:
    shares = {column.name: column.null_share for column in describe_table(published, "models").columns}
    assert shares["model_id"] == 0
    assert shares["downloads_30d"] == 1 / 10
    assert shares["sha"] == 1


def test_a_table_without_rows_has_no_null_shares(published: Path) -> None:
    table = describe_table(published, "daily_metrics")
    assert (table.n_rows, {column.null_share for column in table.columns}) == (0, {None})


def test_the_frame_names_keys_and_closed_vocabularies(published: Path) -> None:
    meanings = dict(describe_table(published, "edges").frame.select("column", "meaning").rows())
    assert meanings["parent_id"].startswith("Key. ")
    assert "quantized" in meanings["relation"]
    severity = dict(describe_table(published, "check_results").frame.select("column", "meaning").rows())["severity"]
    assert "fail" in severity


def test_names_are_found_without_regard_to_case(published: Path) -> None:
    assert describe_table(published, " Models ").name == "models"


@pytest.mark.parametrize(("name", "hint"), [("modls", "did you mean models?"), ("zzz", "there are: attachment_fits")])
def test_an_unknown_table_is_not_found_with_a_hint(published: Path, name: str, hint: str) -> None:
    with pytest.raises(NotFound, match=f"no such table: {name}") as raised:
        describe_table(published, name)
    assert hint in raised.value.hint


def test_a_name_is_never_read_as_sql(published: Path) -> None:
    with pytest.raises(NotFound):
        describe_table(published, 'models"; drop table models; --')


def test_a_table_that_the_contract_does_not_know_is_described_from_its_comments(tmp_path: Path) -> None:
    import duckdb

    link = publish(tmp_path, {})
    with duckdb.connect(str(link.resolve())) as connection:
        connection.execute("create table notes (text varchar)")
        connection.execute("comment on table notes is 'One row is a note.'")
    table = describe_table(link, "notes")
    assert (table.grain, table.columns[0].name, table.columns[0].meaning) == ("One row is a note.", "text", "")
    assert describe_tables(link)[-1].name == "notes"

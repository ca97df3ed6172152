"""The house's own questions keep the form of the SQL files."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from warehouse import sqlfiles


@pytest.mark.parametrize("name", sqlfiles.names("query"))
def test_a_file_has_its_header_and_one_ordered_select_that_names_its_columns(name: str) -> None:
    file = sqlfiles.load("query", name)
    assert {"grain", "key", "description", "inputs"} <= set(file.header)
    (tree,) = sqlglot.parse(file.text, dialect="duckdb")
    assert isinstance(tree, exp.Select)
    assert tree.args.get("order")
    assert not tree.find(exp.Star)
    columns = {column.alias_or_name for column in tree.expressions}
    assert {key.strip() for key in file.header["key"].split(",")} <= columns

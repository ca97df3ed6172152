"""The pages made from the code say what the code says, and name everything there is."""

from __future__ import annotations

import pytest

from ops.reference import FOLDER, PAGES
from warehouse import sqlfiles
from warehouse.contract import TABLES


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_what_make_docs_writes(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run make docs"


def test_every_table_column_and_recipe_is_named() -> None:
    words = (FOLDER / "dictionary.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        assert f"## {table.name}\n" in words
        assert all(f"| `{column}` |" in words for column in table.column_names)
    recipes = (FOLDER / "cookbook.md").read_text(encoding="utf-8")
    assert all(f"## {name}\n" in recipes for name in sqlfiles.names("cookbook"))

"""The loader of SQL, and what every file of ``sql/`` promises in its header."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from warehouse import sqlfiles
from warehouse.contract import TABLES
from warehouse.errors import NotFound
from warehouse.sqlfiles import SqlFile, load, names, root

FILES = sorted((path.parent.name, path.stem) for path in root().glob("*/*.sql"))
QUESTIONS = {"cookbook", "dashboard", "status"}
"""Layers for people: they ask the published file a question. All others make tables or serve a command."""

NEVER_WRITTEN = {
    ("stage", "landing_records"),
    ("stage", "landing_records"),
    ("stage", "observations"),
    ("main", "licenses_declared"),
    ("main", "languages_declared"),
    ("main", "architectures_declared"),
    ("lineage", "stated_parents"),
    ("drift", "declared_values"),
    *(("rounds", name) for name in names("rounds") if name not in ("components", "descended")),
}
"""Results that another query or a join takes up in memory, so that their order reaches no file."""

SAME_ORDER = {"file_rank": "landing_file", "model_number": "model_id", "child": "child_id"}
"""Numbers that stand for a name one to one."""

NOT_A_FUNCTION_OF_THE_INPUT = {
    "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "NOW", "TODAY", "GET_CURRENT_TIMESTAMP",
    "RANDOM", "RAND", "UUID", "GEN_RANDOM_UUID", "SETSEED", "ANY_VALUE", "FIRST", "LAST", "ARBITRARY", "APPROX_DISTINCT",
    "APPROX_COUNT_DISTINCT", "APPROX_QUANTILE", "RESERVOIR_QUANTILE",
}  # fmt: skip
"""The time, chance, and aggregates whose answer depends on the order of rows or threads (fault list, case 74)."""

every_file = pytest.mark.parametrize(("layer", "name"), FILES)


def parsed(layer: str, name: str) -> exp.Expression:
    """The one statement of a file."""
    (tree,) = sqlglot.parse(load(layer, name).text, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    return tree


def tables_read(tree: exp.Expression) -> set[str]:
    """Names of the tables and table functions a statement reads, its own named parts left out."""
    own = {part.alias for part in tree.find_all(exp.CTE)}
    return {_name(table) for table in tree.find_all(exp.Table)} - own


def _name(table: exp.Table) -> str:
    return table.name or f"{table.this.sql('duckdb').split('(')[0].lower()}()"


def ordered_by(tree: exp.Expression) -> list[str]:
    """Plain columns of the last ORDER BY."""
    order = tree.args.get("order")
    found = [key.this for key in order.expressions] if order else []
    return [SAME_ORDER.get(column.name, column.name) for column in found if isinstance(column, exp.Column)]


def listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def test_there_are_files_in_every_layer_that_the_code_names() -> None:
    layers = {"stage", "lineage", "main", "drift", "query", "rounds", "extracts", "status", "cookbook", "dashboard"}
    assert {layer for layer, _ in FILES} == layers


@every_file
def test_a_header_tells_grain_and_what_it_is_for(layer: str, name: str) -> None:
    wanted = {"grain", "question"} if layer in QUESTIONS else {"grain", "key", "description", "inputs"}
    header = load(layer, name).header
    assert wanted <= header.keys()
    assert all(header.values())
    if layer in QUESTIONS:
        assert header["question"].endswith("?")


@every_file
def test_a_file_is_one_query_that_sqlglot_reads(layer: str, name: str) -> None:
    assert isinstance(parsed(layer, name), exp.Query)


@every_file
def test_the_result_depends_on_the_inputs_alone(layer: str, name: str) -> None:
    tree = parsed(layer, name)
    functions = {found.sql_name() for found in tree.find_all(exp.Func)}
    anonymous = {found.name.upper() for found in tree.find_all(exp.Anonymous)}
    columns = {column.name.upper() for column in tree.find_all(exp.Column)} & {"CURRENT_DATE", "CURRENT_TIMESTAMP"}
    assert not (functions | anonymous | columns) & NOT_A_FUNCTION_OF_THE_INPUT
    assert not list(tree.find_all(exp.TableSample))


@every_file
def test_picking_one_of_many_is_always_by_an_order(layer: str, name: str) -> None:
    tree = parsed(layer, name)
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.RowNumber):
            assert window.args.get("order"), window.sql("duckdb")
    for query in tree.find_all(exp.Query):
        if query.args.get("limit"):
            assert query.args.get("order"), query.sql("duckdb")
    for collected in tree.find_all(exp.ArrayAgg, exp.GroupConcat):
        assert isinstance(collected.this, exp.Order) or collected.find_ancestor(exp.ArraySort), collected.sql("duckdb")


@pytest.mark.parametrize(("layer", "name"), [file for file in FILES if file[0] not in QUESTIONS])
def test_inputs_name_exactly_the_tables_that_are_read(layer: str, name: str) -> None:
    assert set(listed(load(layer, name).header["inputs"])) == tables_read(parsed(layer, name))


@pytest.mark.parametrize(("layer", "name"), [file for file in FILES if file[0] in QUESTIONS])
def test_a_question_reads_published_tables_alone(layer: str, name: str) -> None:
    assert tables_read(parsed(layer, name)) <= TABLES.keys()


@pytest.mark.parametrize(("layer", "name"), [file for file in FILES if file[0] not in QUESTIONS])
def test_a_result_that_is_written_is_ordered_by_its_whole_key(layer: str, name: str) -> None:
    found, key = ordered_by(parsed(layer, name)), listed(load(layer, name).header["key"])
    if (layer, name) in NEVER_WRITTEN:
        assert not found, "it is ordered: take it off the list of those that need not be"
    else:
        assert {SAME_ORDER.get(column, column) for column in key} <= set(found)


@pytest.mark.parametrize("name", [name for layer, name in FILES if layer == "main" and name in TABLES])
def test_a_published_table_has_the_columns_and_the_key_of_the_contract(name: str) -> None:
    assert parsed("main", name).named_selects == list(TABLES[name].column_names)
    assert tuple(listed(load("main", name).header["key"])) == TABLES[name].key


@pytest.mark.parametrize(("layer", "name"), [file for file in FILES if file not in NEVER_WRITTEN])
def test_the_last_select_names_its_columns(layer: str, name: str) -> None:
    assert not any(column.endswith("*") for column in parsed(layer, name).named_selects)


@every_file
def test_values_are_bound_never_pasted(layer: str, name: str) -> None:
    text = load(layer, name).text
    assert "{" not in text
    assert "%s" not in text


def written(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> SqlFile:
    """Load a file of a made-up layer."""
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "up.sql").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sqlfiles, "root", lambda: tmp_path)
    load.cache_clear()
    found = load("made", "up")
    load.cache_clear()
    return found


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("-- grain: one row\nselect 1", {"grain": "one row"}),
        ("-- a: x\n--   more\n--   and more\n-- b: y\nselect 1", {"a": "x more and more", "b": "y"}),
        ("-- a: x: y\nselect 1", {"a": "x: y"}),
        ("-- a:\n--   later\nselect 1", {"a": "later"}),
        ("select 1 -- a: x", {}),
        ("-- words without a key\n-- a: x\nselect 1", {}),
        ("-- a: x\n\n-- b: y\nselect 1", {"a": "x"}),
        ("", {}),
    ],
)
def test_a_header_ends_with_the_first_line_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, header: dict[str, str]
) -> None:
    file = written(tmp_path, text, monkeypatch)
    assert (file.layer, file.name, file.text, file.header) == ("made", "up", text, header)


def test_a_missing_file_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="no SQL file status/nothing") as caught:
        load("status", "nothing")
    assert "overview" in caught.value.hint
    with pytest.raises(NotFound) as caught:
        load("nowhere", "nothing")
    assert "none" in caught.value.hint


def test_names_are_sorted_and_a_layer_that_is_not_there_has_none() -> None:
    assert names("status") == sorted(names("status")) != []
    assert names("nowhere") == []

"""The statement gate: exactly one statement, and nothing in it but reading the published tables.

DuckDB's own parser decides, through the tree that ``json_serialize_sql`` gives: the type of a statement is not enough, because
in newer versions a CTE may hold an INSERT or a COPY and the statement still counts as SELECT. The connection refuses files
and settings by itself; the lists of functions below are a second fence, and keep paths of the machine out of results.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import duckdb

from pipelines.query.messages import explain
from warehouse.errors import UsageError

_ALLOWED: Final = "allowed is one SELECT (also WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE)"

_QUERY_NODES: Final = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
"""Nodes that only read; whatever else ends in _NODE is refused, known to this version or not."""

_TABLE_FUNCTIONS: Final = frozenset(
    {
        *("duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_keywords", "duckdb_tables", "duckdb_types"),
        *("duckdb_views", "pragma_table_info", "pragma_version"),
        *("generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"),
    }
)
"""Table functions that read no file, no setting and no path, and run no text as SQL."""

_REFUSED_FUNCTIONS: Final = frozenset({"current_setting", "getenv"})
"""Scalar functions that show settings or the environment."""

_REFUSED_VIEWS: Final = frozenset({"duckdb_databases", "duckdb_logs", "pg_settings", "pragma_database_list"})
"""System views that show paths or settings of the machine."""


def check_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Let one reading statement pass.

    Raises:
        UsageError: no statement, several, one that does more than read, or text that is no SQL.
    """
    _require_characters(sql)
    _require_one_select(connection, sql)
    for node in _nodes(_tree(connection, sql)):
        _check_node(node)


def _require_characters(sql: str) -> None:
    if "\0" in sql:  # the parser would stop there and never see the rest
        raise UsageError("the statement holds a NUL character", hint="take it out")
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        raise UsageError("the statement holds half a character (a lone surrogate)", hint="save it as UTF-8") from error


def _require_one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        kinds = [statement.type.name for statement in connection.extract_statements(sql)]
    except duckdb.Error as error:
        raise explain(error) from error
    if not kinds:
        raise UsageError("there is no SQL statement", hint=_ALLOWED)
    if len(kinds) > 1:
        hint = "send one; a PIVOT needs its values written out: ... in ('a', 'b')"
        raise UsageError(f"these are {len(kinds)} statements, exactly one is allowed", hint=hint)
    if kinds != ["SELECT"]:
        raise UsageError(f"{kinds[0]} is refused: queries only read", hint=_ALLOWED)


def _tree(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """Return DuckDB's parse tree of a statement."""
    try:
        row = connection.execute("select json_serialize_sql($sql::varchar)", {"sql": sql}).fetchone()
        tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    except (duckdb.Error, RecursionError) as error:
        raise UsageError("the statement is nested too deeply to be checked", hint="write it with fewer levels") from error
    if tree["error"] or len(tree["statements"]) != 1:
        raise UsageError("the statement is refused: it is not a plain SELECT", hint=_ALLOWED)
    return tree["statements"][0]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a parse tree that has a type, without recursion."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if isinstance(item.get("type"), str):
                yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _check_node(node: dict[str, Any]) -> None:
    """Refuse a node that does more than read the published tables."""
    kind = node["type"]
    if kind.endswith("_NODE") and kind not in _QUERY_NODES:
        raise UsageError(f"{kind.removesuffix('_NODE')} is refused: queries only read", hint=_ALLOWED)
    if kind == "TABLE_FUNCTION" and _name(node["function"], "function_name") not in _TABLE_FUNCTIONS:
        _refuse(f"the table function {_name(node['function'], 'function_name')}")
    if kind == "FUNCTION" and _name(node, "function_name") in _REFUSED_FUNCTIONS:
        _refuse(f"the function {_name(node, 'function_name')}")
    if kind == "BASE_TABLE" and _name(node, "table_name") in _REFUSED_VIEWS:
        _refuse(f"the view {_name(node, 'table_name')}")


def _name(node: dict[str, Any], key: str) -> str:
    return str(node.get(key, "")).lower()


def _refuse(what: str) -> None:
    raise UsageError(
        f"{what} is refused: queries see the tables of the published file and nothing else",
        hint="`hubtree describe` lists the tables",
    )

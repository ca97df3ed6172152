"""The checks of every table, generated from the contract."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipelines.checks.check import SHAPE, Check, breaking_rows
from pipelines.checks.comparison import comparisons_of
from pipelines.checks.freshness import freshness_of
from pipelines.checks.previous import Previous
from warehouse.contract import TABLES, Column, Rule, Table

SELF: Final = "check_results"
"""The table the checks are written to; it does not exist while they run."""

NULLABLE_KEY_PARTS: Final = frozenset(
    {
        ("parent_claims", "relation"),
        ("quarantine", "field"),
        ("license_verdicts", "parent_id"),
        ("trait_values", "trait_value"),
    }
)
"""Parts of a key that may be null; in a key null counts as one value, so two rows with it are duplicates."""


def checked_tables() -> list[Table]:
    """Return the tables that have checks, in the contract's order."""
    return [table for table in TABLES.values() if table.name != SELF]


def checks_of(table: Table, *, checked_at: datetime, previous: Previous) -> list[Check]:
    """Return every check of one table: its shape, key, columns, references and rules, then the table as a whole."""
    return [
        _shape(table),
        _key(table),
        *(_present(table, column) for column in table.columns if _must_be_present(table, column)),
        *(_vocabulary(table, column) for column in table.columns if column.values),
        *(_range(table, column) for column in table.columns if _has_range(column)),
        *(_reference(table, *reference) for reference in table.references),
        *(_rule(table, rule) for rule in table.rules),
        *_not_empty(table),
        *freshness_of(table, checked_at),
        *comparisons_of(table, previous),
    ]


def _shape(table: Table) -> Check:
    wanted = ", ".join(f"({at}, '{column.name}', '{column.type}')" for at, column in enumerate(table.columns, 1))
    query = (
        f"with expected(position, name, type) as (values {wanted}), found as ("
        " select ordinal_position as position, column_name as name, data_type as type from information_schema.columns"
        f" where table_catalog = current_database() and table_schema = 'main' and table_name = '{table.name}')"
        " select position, e.name as expected_name, e.type as expected_type, f.name as found_name, f.type as found_type"
        " from expected e full join found f using (position)"
        " where e.name is distinct from f.name or e.type is distinct from f.type order by position"
    )
    expected = f"the {len(table.columns)} columns of the contract, in its order and with its types"
    return breaking_rows(table.name, SHAPE, "fail", meaning=_grain(table), expected=expected, query=query)


def _key(table: Table) -> Check:
    key = ", ".join(table.key)
    query = f"select {key}, count(*) as n from {table.name} group by all having count(*) > 1"
    expected = f"no two rows share {key}; null counts as a value"
    return breaking_rows(table.name, "key is unique", "fail", meaning=_grain(table), expected=expected, query=query)


def _grain(table: Table) -> str:
    return f"One row is {table.grain}."


def _must_be_present(table: Table, column: Column) -> bool:
    part_of_key = column.name in table.key and (table.name, column.name) not in NULLABLE_KEY_PARTS
    return part_of_key or column.name in table.required


def _present(table: Table, column: Column) -> Check:
    name = f"{column.name} is present"
    offenders = _rows(table, column, f"{column.name} is null")
    arguments = {"column": column.name}
    return Check(table.name, name, "fail", column.meaning, "never null", "ExpectColumnValuesToNotBeNull", arguments, offenders)


def _vocabulary(table: Table, column: Column) -> Check:
    name = f"{column.name} is in its vocabulary"
    words = ", ".join(f"'{value}'" for value in column.values)
    arguments = {"column": column.name, "value_set": list(column.values)}
    offenders = _rows(table, column, f"{column.name} not in ({words})")
    expected = f"one of {', '.join(column.values)}"
    return Check(table.name, name, "fail", column.meaning, expected, "ExpectColumnValuesToBeInSet", arguments, offenders)


def _has_range(column: Column) -> bool:
    return column.minimum is not None or column.maximum is not None


def _range(table: Table, column: Column) -> Check:
    low, high = column.minimum, column.maximum
    bounds = [f"{column.name} < {low:g}" if low is not None else "", f"{column.name} > {high:g}" if high is not None else ""]
    offenders = _rows(table, column, " or ".join(filter(None, bounds)))
    limits = [f"at least {low:g}" if low is not None else "", f"at most {high:g}" if high is not None else ""]
    expected = " and ".join(filter(None, limits))
    arguments = {"column": column.name, "min_value": low, "max_value": high}
    name = f"{column.name} is in its range"
    return Check(table.name, name, "fail", column.meaning, expected, "ExpectColumnValuesToBeBetween", arguments, offenders)


def _rows(table: Table, column: Column, where: str) -> str:
    shown = dict.fromkeys((*table.key, column.name))
    return f"select {', '.join(shown)} from {table.name} where {where}"


def _reference(table: Table, column: str, other: str, other_column: str) -> Check:
    key = ", ".join(f"t.{part}" for part in dict.fromkeys((*table.key, column)))
    query = (
        f"select {key} from {table.name} t left join {other} o on o.{other_column} = t.{column}"
        f" where t.{column} is not null and o.{other_column} is null"
    )
    name = f"{column} refers to {other}"
    expected = f"every value that is not null is a {other}.{other_column}"
    meaning = next(entry.meaning for entry in table.columns if entry.name == column)
    return breaking_rows(table.name, name, "fail", meaning=meaning, expected=expected, query=query)


def _rule(table: Table, rule: Rule) -> Check:
    expected = "no row breaks the rule"
    query = rule.breaking_rows
    return breaking_rows(table.name, rule.name, rule.severity, meaning=rule.meaning, expected=expected, query=query)


def _not_empty(table: Table) -> list[Check]:
    if table.may_be_empty:
        return []
    count = f"select count(*) as n from {table.name}"
    expectation, arguments = "ExpectTableRowCountToBeBetween", {"min_value": 1}
    return [Check(table.name, "table has rows", "fail", _grain(table), "at least one row", expectation, arguments, count)]

"""For every check a way to break the good file that the check must flag, derived from what the check is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from card_corruptions import CARD_RULES
from checked_file import CHECKED_AT
from drift_corruptions import DRIFT_RULES
from license_corruptions import LICENSE_RULES
from observation_corruptions import OBSERVATION_RULES
from scaling_corruptions import SCALING_RULES
from trend_corruptions import TREND_RULES

from pipelines.checks.catalogue import NULLABLE_KEY_PARTS, checked_tables, checks_of
from pipelines.checks.check import SHAPE, Check
from pipelines.checks.previous import Previous
from warehouse.contract import COLUMNS, TABLES, Column, Table

CHECKS = [check for table in checked_tables() for check in checks_of(table, checked_at=CHECKED_AT, previous=Previous())]


@dataclass(frozen=True)
class Bad:
    """Statements over the good file; and over its copy that stands for the published file, where the check compares."""

    statements: tuple[str, ...]
    previous: tuple[str, ...] | None = None


LOOSEN = tuple(
    f"alter table {table.name} alter column {column} drop not null" for table in checked_tables() for column in table.required
)
"""The publisher's own constraints refuse nulls; a file made by a broken publisher would not."""

RULES = {
    "model_id differs by more than case": "insert into models select * replace (upper(model_id) as model_id) from models",
    "model_id has the form of a hub id": "update models set model_id = 'a b/c' where model_id = 'mix/twins'",
    "seen after it was first seen": "update models set last_seen_at = '2020-01-01' where model_id = 'mix/twins'",
    "not modified before it was created": "update models set last_modified_at = '2020-01-01' where model_id = 'mix/twins'",
    "a base has children and names no parent": "update models set node_kind = 'base' where model_id = 'mix/twins'",
    "rejected claims have no parent, others have one": "update parent_claims set parent_id = null where resolution = 'case'",
    "placeholders alone have a kind": "update parent_claims set placeholder_kind = 'deleted' where resolution = 'case'",
    "an answer that is none or a model is no kind of placeholder": "update parent_lookups set placeholder_kind = null",
    "what was found has an id": "update parent_lookups set found_id = null",
    "a self claim names its own model": "update parent_claims set parent_id = child_id where resolution = 'case'",
    "an exact claim was not changed": "update parent_claims set repairs = ['trimmed'] where resolution = 'exact'",
    "declared claims of other models are accepted": "update parent_claims set is_accepted = not is_accepted",
    "what a card says is quoted": "update parent_claims set rule = null where evidence = 'merge_config'",
    "a disagreement has two sides": "update claim_disagreements set evidence_sources = ['tag']",
    "whether weights pass follows its rule": "update edges set is_weight_inheriting = null where inheritance_rule = 'relation'",
    "unknown weights have their reason": "update models set weights_reason = null",
    "no edge from a model to itself": "update edges set parent_id = child_id where is_cut",
    "every edge has its claims": "update edges set n_claims = n_claims + 1 where is_cut",
    "listed parents are models": "update edges set is_parent_listed = not is_parent_listed where is_cut",
    "a declared relation stands among the declared ones": "update edges set relations = ['quantized'] where is_time_inverted",
    "an inferred relation names its rule": "update edges set relation_rule = null where relation_source = 'inferred'",
    "rejected successions have no successor, others have one": "update successions set resolution = 'rejected'",
    "a self succession names its own model": "update successions set successor_id = model_id where resolution = 'url'",
    "families cover the linked models once": "update families set n_models = n_models + 1 where root_id = 'ring/a'",
    "growth estimates lie in their intervals": "update growth_fits set fitness = fitness_high95 + 1",
    "a missing growth estimate has its reason": "update growth_fits set growth_reason = null",
    "a jump is told whole or not at all": "update growth_fits set has_jump = true",
    "dated children are children": "update growth_fits set n_dated_children = 999",
    "attachment exponents lie in their intervals": "update attachment_fits set attachment_exponent_low95 = null",
    "a tree has one root and no merges": "update families set n_roots = 2 where root_id = 'ring/a'",
    "an index that is missing says why": "update families set wiener_index = null where root_id = 'ring/a'",
    "shares of larger heads are larger": "update tree_concentration set top_1_share = 0.9, top_5_share = 0.8",
    "linked models are the members of families": "update tree_concentration set n_models = n_models + 1",
    "no model looks like itself": "update lookalikes set other_id = model_id",
    **LICENSE_RULES,
    **CARD_RULES,
    "the interval holds the mean": "update similarity set low95 = 1, mean = 0 where motif = 'siblings'",
    "a difference is one to parent and child": "update similarity set difference = 0.1 where motif = 'parent_child'",
    "nothing is lost": "update conservation set n_landed = n_landed + 1",
    "models are the rows kept of listing and details": "delete from models where model_id = 'mix/twins'",
    "few records are quarantined": "update conservation set n_quarantined = 21 where landing_kind = 'listing'",
    "few cards belong to unknown models": "update conservation set n_quarantined = 21 where landing_kind = 'cards'",
    **DRIFT_RULES,
    **OBSERVATION_RULES,
    **SCALING_RULES,
    **TREND_RULES,
}
"""One statement for each rule of the contract, by the rule's name."""

_SET_ASIDE = (
    "insert into quarantine by name select 'listing' as landing_kind, 'new.parquet' as landing_file, i as row_number,"
    " '{scope}' as scope, 'a new: :reason' as reason, timestamp '2024-07-11' as observed_at from range(101) r(i)"
)

_WHOLE_TABLE = {
    SHAPE: lambda table: _misshapen(table) if table.name == "models" else _misshapen(table)[:1],
    "key is unique": lambda table: [_twice(table, where) for where in ("rowid = 0", *_null_parts(table))],
    "table has rows": lambda table: [Bad((f"delete from {table.name}",))],
    "last_seen_at is fresh": lambda table: [Bad(("update models set last_seen_at = '2024-07-09'",))],
    "finished_at is fresh": lambda table: [Bad(("update runs set finished_at = '2024-07-09'",)), Bad(("delete from runs",))],
    "rows against the published file": lambda table: [Bad((), (_doubled(table), _doubled(table)))],
    "listed models against the published file": lambda table: [
        Bad(("update models set removed_at = last_seen_at where rowid % 2 = 0",), ())
    ],
    "no field of the hub vanished": lambda table: [Bad(("update models set likes = null",), ())],
    "no new reason to set records aside": lambda table: [Bad((_SET_ASIDE.format(scope="record"),), ())],
    "no new field or card is set aside": lambda table: [Bad((_SET_ASIDE.format(scope="field"),), ())],
}


def _misshapen(table: Table) -> list[Bad]:
    first, last = table.column_names[0], table.column_names[-1]
    return [
        Bad((f"alter table {table.name} alter column {last} type varchar[][] using null",)),
        Bad((f"alter table {table.name} add column surplus integer",)),
        Bad((f"alter table {table.name} rename column {first} to other",)),
        Bad((f"drop table {table.name}",)),
    ]


def _twice(table: Table, where: str) -> Bad:
    return Bad((f"insert into {table.name} select * from {table.name} where {where} limit 1",))


def _doubled(table: Table) -> str:
    return f"insert into {table.name} select * from {table.name}"


def _null_parts(table: Table) -> list[str]:
    return [f"{column} is null" for name, column in NULLABLE_KEY_PARTS if name == table.name]


def _set_all(table: Table, columns: Iterable[Column], value: Callable[[Column], str]) -> list[Bad]:
    """Break all columns of a kind at once: their checks look at one column each."""
    changes = ", ".join(f"{column.name} = {value(column)}" for column in columns)
    return [Bad((f"update {table.name} set {changes}",))] if changes else []


def _absent(table: Table, column: str) -> list[Bad]:
    return _set_all(table, table.columns, lambda column: "null")


def _outside(table: Table, column: str) -> list[Bad]:
    low = [entry for entry in table.columns if entry.minimum is not None]
    high = [entry for entry in table.columns if entry.maximum is not None]
    below = _set_all(table, low, lambda column: f"{column.minimum} - 1")
    above = _set_all(table, high, lambda column: f"{column.maximum} + 1")
    return (below if column in {entry.name for entry in low} else []) + (
        above if column in {entry.name for entry in high} else []
    )


def _unknown_words(table: Table, column: str) -> list[Bad]:
    return _set_all(table, (column for column in table.columns if column.values), lambda column: "'unheard of'")


def _unknown_models(table: Table, column: str) -> list[Bad]:
    return _set_all(table, [COLUMNS[column]], lambda column: "'nobody/nothing'")


_COLUMNS = {
    " is present": _absent,
    " is in its range": _outside,
    " is in its vocabulary": _unknown_words,
    " refers to models": _unknown_models,
    " refers to scaling_fits": _unknown_models,
    " refers to runs": _unknown_models,
}
"""What breaks the checks of single columns, by the ending of their names."""


def corruptions(check: Check) -> list[Bad]:
    """Return the bad fixtures of a check; empty if nobody thought of one."""
    table = TABLES[check.table]
    if check.name in _WHOLE_TABLE:
        return _WHOLE_TABLE[check.name](table)
    if check.name in RULES:
        return [Bad((RULES[check.name],))]
    for ending, breaks in _COLUMNS.items():
        if check.name.endswith(ending):
            return breaks(table, check.name.removesuffix(ending))
    return []

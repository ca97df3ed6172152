"""Small hubs of licences in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.drift.licences import CodeTables, Rulebook, Verdicts, judge_licenses
from warehouse import codes

TABLES = CodeTables(**codes.licensing())
BOOK = Rulebook(TABLES)

_RECORD = {
    "model_id": pl.String(),
    "license_ids": pl.List(pl.String()),
    "has_license_key": pl.Boolean(),
    "license_name": pl.String(),
    "license_link": pl.String(),
    "generator_tags": pl.List(pl.String()),
    "created_at": pl.Datetime("us"),
    "last_modified_at": pl.Datetime("us"),
    "has_weights": pl.Boolean(),
    "is_removed": pl.Boolean(),
    "is_gated": pl.Boolean(),
}
_EDGE = {
    "parent_id": pl.String(),
    "child_id": pl.String(),
    "relation": pl.String(),
    "relation_source": pl.String(),
    "is_declared": pl.Boolean(),
    "is_repaired": pl.Boolean(),
    "is_relation_disputed": pl.Boolean(),
    "is_time_inverted": pl.Boolean(),
    "is_weight_inheriting": pl.Boolean(),
    "is_cut": pl.Boolean(),
}


def record(model_id: str, *license_ids: str, **values: Any) -> dict[str, Any]:
    """A model and the licences it declares."""
    usual = {
        "has_license_key": bool(license_ids),
        "generator_tags": [],
        "created_at": datetime(2025, 9, 1),
        "is_removed": False,
        "is_gated": False,
    }
    return {**usual, "model_id": model_id, "license_ids": list(license_ids), **values}


def edge(parent_id: str, child_id: str, relation: str = "finetune", **values: Any) -> dict[str, Any]:
    """A declared edge without a flaw."""
    flags = dict.fromkeys(("is_repaired", "is_relation_disputed", "is_time_inverted", "is_cut"), False)
    usual = {"relation": relation, "relation_source": "declared", "is_declared": True, "is_weight_inheriting": True, **flags}
    return {**usual, "parent_id": parent_id, "child_id": child_id, **values}


def judged(records: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> Verdicts:
    """Judge them."""
    return judge_licenses(pl.DataFrame(records, schema=_RECORD), pl.DataFrame(edges, schema=_EDGE), TABLES)


def chain(*steps: tuple[str, str | None]) -> Verdicts:
    """Judge a line of descent: (model, licence or none), root first."""
    records = [record(model, *([license_id] if license_id else [])) for model, license_id in steps]
    return judged(records, [edge(steps[i][0], steps[i + 1][0]) for i in range(len(steps) - 1)])


def verdict_of(found: Verdicts, child_id: str, parent_id: str | None = None) -> dict[str, Any]:
    """The row of an edge; without a parent, of the merge."""
    rows = found.verdicts.filter(pl.col("child_id") == child_id)
    same = pl.col("parent_id") == parent_id if parent_id is not None else pl.col("judged") == "merge"
    return rows.filter(same).row(0, named=True)

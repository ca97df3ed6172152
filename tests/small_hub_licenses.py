"""Licence verdicts of the small hub, as they would be if its base were under llama2: judged by the house's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.drift.licences import CodeTables, judge_licenses
from pipelines.lineage.at_stake import COUNTED, downloads_at_stake
from warehouse import codes

_RECORD = {
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
_FLAGS = ("is_declared", "is_repaired", "is_relation_disputed", "is_time_inverted", "is_weight_inheriting", "is_cut")
_UNDER_LLAMA2 = "deep/Base-1"


def license_rows(models: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of ``license_verdicts`` and ``license_duties``."""
    declared = [
        {"model_id": row["model_id"], "license_ids": ["llama2"] if row["model_id"] == _UNDER_LLAMA2 else row["license_ids"]}
        for row in models
    ]
    records = pl.DataFrame(declared, schema={"model_id": pl.String, "license_ids": pl.List(pl.String)}).with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in _RECORD.items()
    )
    ends = ("parent_id", "child_id", "relation", "relation_source", *_FLAGS)
    pairs = pl.DataFrame([{name: row[name] for name in ends} for row in edges])
    judged = judge_licenses(records, pairs, CodeTables(**codes.licensing()))
    stakes = pl.DataFrame(
        [{name: row.get(name) for name in ("model_id", *COUNTED)} for row in models],
        schema={"model_id": pl.String, **dict.fromkeys(COUNTED, pl.Int64)},
    )
    at_stake = downloads_at_stake(stakes, pairs).rename({"model_id": "child_id"})
    verdicts = judged.verdicts.join(at_stake, on="child_id", how="left", maintain_order="left")
    return {"license_verdicts": verdicts.to_dicts(), "license_duties": judged.duties.to_dicts()}

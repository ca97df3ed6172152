"""A small file that passes every check, and how the tests run the checks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import small_hub

from pipelines import checks

CHECKED_AT = datetime.fromisoformat("2024-07-11T12:00")


def good_rows() -> dict[str, list[Mapping[str, Any]]]:
    """The small hub without its odd name, with days and every kind of quarantined row."""
    hub = small_hub.small_hub()
    models = [{**row, "removed_at": None} for row in hub["models"] if row["model_id"] != "solo/=cmd"]
    claims = [claim for claim in hub["parent_claims"] if claim["child_id"] != "solo/=cmd"]
    own = small_hub.claim("ring/a", "ring/a", "ring/a", resolution="self")
    rejected = small_hub.claim("ring/a", "../../etc", None, resolution="rejected", confidence=None)
    twice = [small_hub.claim("lost/child", "gone/parent", "gone/parent", relation=relation) for relation in (None, "merge")]
    return {
        **hub,
        "models": models,
        "parent_claims": [*claims, own, rejected, *twice],
        "edges": [{**edge, "n_claims": 3} if edge["child_id"] == "lost/child" else edge for edge in hub["edges"]],
        "daily_metrics": [{"model_id": "deep/Base-1", "observed_at": small_hub.at(f"2024-07-{day:02d}")} for day in (9, 10)],
        "quarantine": [_set_aside(0, "record", None), _set_aside(1, "field", "likes"), _set_aside(1, "field", "downloads")],
        "conservation": [
            _went("listing", n_landed=len(models) + 3, n_kept=len(models), n_superseded=2, n_quarantined=1),
            _went("cards", n_landed=4, n_kept=4),
        ],
        "check_results": [],
    }


def _set_aside(row_number: int, scope: str, field: str | None) -> Mapping[str, Any]:
    where = {"landing_kind": "listing", "landing_file": "page.parquet", "row_number": row_number}
    return {**where, "scope": scope, "field": field, "reason": "not readable", "observed_at": small_hub.SEEN}


def _went(landing_kind: str, *, n_landed: int, n_kept: int, n_superseded: int = 0, n_quarantined: int = 0) -> Mapping[str, Any]:
    gone = {"n_superseded": n_superseded, "n_quarantined": n_quarantined}
    return {"landing_kind": landing_kind, "n_landed": n_landed, "n_kept": n_kept, **gone}


def build(folder: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None) -> Path:
    """Write a file as it stands when the checks run: without check_results."""
    database = small_hub.publish(folder, good_rows() if rows is None else rows).resolve()
    alter(database, ["drop table check_results"])
    return database


def alter(database: Path, statements: Sequence[str]) -> Path:
    """Change a file in place."""
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)
    return database


def check(database: Path, previous: Path | None = None) -> pl.DataFrame:
    """Run the checks as a build does."""
    return checks.run_checks(database, build_id="b1", checked_at=CHECKED_AT, previous=previous)


def one(results: pl.DataFrame, table: str, name: str) -> Mapping[str, Any]:
    """The one row of a check."""
    rows = results.filter((pl.col("table_name") == table) & (pl.col("check_name") == name)).rows(named=True)
    assert len(rows) == 1, f"{len(rows)} rows for {table}: {name}"
    return rows[0]


def not_passed(results: pl.DataFrame) -> list[tuple[str, str, str]]:
    """Table, check and finding of everything that did not pass."""
    rows = results.filter(~pl.col("is_passed").fill_null(False)).rows(named=True)
    return [(row["table_name"], row["check_name"], row["observed"]) for row in rows]

"""The licence verdicts of a hub in numbers: ``python -m benchmarks.license_verdicts [LISTING]``.

Imports the listing (default: the recorded one of July 2024), builds its lineage, judges every edge and every merge, and prints
as JSON: seconds, verdicts counted, conflicts by licences, sources that most conflicts hang on, doubts, and the same counts
without licences that a generator wrote and without sources whose name speaks of another licence. docs/licences.md shows it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import polars as pl

from pipelines import steps
from pipelines.builder import card_texts, folder, tables
from pipelines.builder.verdicts import write_verdicts
from pipelines.settings import Settings

_SEEN = datetime.fromisoformat("2024-07-11")
_TOP = 12
_WEAK = ("child_license_by_generator", "source_license_by_generator", "source_name_disagrees")


def judge(listing: Path) -> tuple[pl.DataFrame, float]:
    """Return ``license_verdicts`` of a listing, and the seconds that judging took."""
    with TemporaryDirectory() as home:
        settings = Settings.from_environment({"HUBTREE_HOME": home})
        steps.import_file(settings, listing, kind="listing", observed_at=_SEEN)
        begun = folder.begin(settings.layout, "license-verdicts", started_at=_SEEN, as_of=None)
        tables.stage(begun, settings)
        card_texts.parse_card_texts(begun, settings)
        tables.describe_descent(begun, settings)
        with begun.engine(settings) as engine:
            begun.see(engine, "main", "models", "edges")
            start = perf_counter()
            write_verdicts(begun, engine)
            seconds = perf_counter() - start
        return pl.read_parquet(begun.table("main", "license_verdicts")), seconds


def summary(verdicts: pl.DataFrame) -> dict[str, Any]:
    """Count verdicts; ``firm`` leaves out rows whose licence a generator wrote or whose source's name disagrees."""
    conflicts = verdicts.filter(judged="edge", verdict="conflict").with_columns(
        child=pl.col("child_license_ids").list.join(" + ")
    )
    is_weak = pl.col("doubts").list.eval(pl.element().is_in(_WEAK)).list.any()
    moves = conflicts.group_by(licence="source_license_id", child="child").agg(
        n=pl.len(), n_firm=(~is_weak).sum(), n_sources=pl.col("source_id").n_unique(), n_owners=_owner().n_unique()
    )
    sources = conflicts.group_by("source_id", "source_license_id").agg(
        n=pl.len(), confidence=pl.col("confidence").median().round(2)
    )
    counts = verdicts.group_by("judged", "verdict").agg(
        n=pl.len(), n_firm=(~is_weak).sum(), n_inherited=(pl.col("n_steps") > 1).sum()
    )
    doubts = conflicts.explode("doubts").group_by(doubt="doubts").len("n")
    return {
        "verdicts": counts.sort("judged", "verdict").to_dicts(),
        "unknown_edges": _why_unknown(verdicts),
        "conflicts_by_licence": _top(moves, "licence", "child"),
        "conflicts_by_source": _top(sources, "source_id", "source_license_id"),
        "conflicts_by_rule": _top(conflicts.group_by("rule_id").len("n"), "rule_id"),
        "doubts_of_conflicts": doubts.drop_nulls().sort("n", "doubt", descending=[True, False]).to_dicts(),
    }


def _owner() -> pl.Expr:
    return pl.col("child_id").str.split("/").list.first()


def _why_unknown(verdicts: pl.DataFrame) -> dict[str, int]:
    unknown = verdicts.filter(judged="edge", verdict="unknown")
    is_child_known, is_parent_known = (pl.col(f"{end}_license_state") == "known" for end in ("child", "parent"))
    sides = unknown.select(
        child_alone=(~is_child_known & is_parent_known).sum(),
        parent_alone=(is_child_known & ~is_parent_known).sum(),
        both=(~is_child_known & ~is_parent_known).sum(),
        neither=(is_child_known & is_parent_known).sum(),
    )
    return sides.row(0, named=True)


def _top(counted: pl.DataFrame, *names: str) -> list[dict[str, Any]]:
    return counted.sort("n", *names, descending=[True, *(False for _ in names)]).head(_TOP).to_dicts()


def main(arguments: list[str]) -> None:
    """Print the summary as JSON."""
    root = Path(__file__).parent.parent
    data = Path(os.environ.get("HUBTREE_REAL_DATA", root.parent / "shared" / "data"))
    listing = Path(arguments[0]) if arguments else data / "hub" / "listing_2024-07.parquet"
    verdicts, seconds = judge(listing)
    print(json.dumps({"seconds": round(seconds, 1), **summary(verdicts)}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])

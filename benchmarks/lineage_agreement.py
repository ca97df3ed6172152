"""Whether two ways wrote the same families and places: ``python -m benchmarks.lineage_agreement OURS THEIRS``."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.stopwatch import Stopwatch

KEYS = {"families": ["family_scope", "family_id"], "places": ["model_id"]}


def differing(ours: Path, theirs: Path) -> list[str]:
    """Return a line for each table of which some row differs, in the columns that ``theirs`` has."""
    found = []
    for name, key in KEYS.items():
        other = pl.read_parquet(theirs / f"{name}.parquet").with_columns(pl.selectors.datetime().dt.cast_time_unit("us"))
        own = pl.read_parquet(ours / f"{name}.parquet").select(other.columns).cast(dict(other.schema)).sort(key)
        if not own.equals(other.sort(key)):
            n_rows = other.join(own, on=other.columns, how="anti", nulls_equal=True).height
            found.append(f"{name}: {own.height} rows here, {other.height} there, {n_rows} of them not here")
    return found


if __name__ == "__main__":
    Stopwatch().tell(differing(Path(sys.argv[1]), Path(sys.argv[2])))

"""What every engine can do: run named SQL on named tables, and nothing else.

`warehouse.engine.Engine` does it in DuckDB on this machine, `warehouse.spark.engine.SparkSql` on a cluster. Tables travel
between runs as Parquet, so a lost worker costs no more than the run it was lost in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class NamedSql(Protocol):
    """An engine that sees tables by name and runs files of ``sql/`` by name."""

    def see_parquet(self, name: str, path: Path) -> None:
        """Make what a run wrote, or one Parquet file, known as a table; a table of that name is forgotten."""

    def write(self, layer: str, name: str, path: Path) -> Path:
        """Run ``sql/<layer>/<name>.sql`` on the tables of its inputs, and write the result, in the file's order, at a path."""

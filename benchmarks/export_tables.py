"""Tables of a published file as Parquet: ``python -m benchmarks.export_tables DATABASE FOLDER TABLE …``."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb


def main(database: Path, folder: Path, *tables: str) -> None:
    """Write the tables, each as a file of its name."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in tables:
            connection.table(table).write_parquet(str(folder / f"{table}.parquet"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])

"""A planted hub without the records that the official client fails on: ``python -m benchmarks.serve_clean MODELS READY LOG``.

A bare loop ends at the first record without an id, or with a field of the wrong type; hubtree keeps such a record and goes
on. Only without them can the two be compared.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from pipelines.local_hub import serving
from pipelines.local_hub.planted import plant
from pipelines.local_hub.store import HubStore
from warehouse.files import write_whole


def main(n_models: int, ready_file: Path, log: Path) -> int:
    """Serve until told to end."""
    hub = plant(n_models, 0)
    clean = hub.records.filter(pl.col("raw").is_null(), pl.col("misfits").is_null())

    def ready(endpoint: str) -> None:
        write_whole(ready_file, lambda path: path.write_text(endpoint, encoding="utf-8"))

    return serving.serve_forever(HubStore(clean, hub.cards, hub.renames), serving.LOOPBACK, 0, None, ready, log_path=log)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))

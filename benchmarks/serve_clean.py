"""A planted hub without the records that the official client fails on: ``python -m benchmarks.serve_clean MODELS READY LOG``.

A bare loop ends at the first record without an id, or with a field of the wrong type; hubtree keeps such a record and goes
on. Only without them can the two be compared.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polars as pl
from huggingface_hub import ModelInfo

from pipelines.crawl.fields import EXPAND
from pipelines.local_hub import serving
from pipelines.local_hub.planted import plant
from pipelines.local_hub.projection import projected
from pipelines.local_hub.store import HubStore
from warehouse.files import write_whole


def is_read(record: Any) -> bool:
    """Tell whether the official client makes a model of a record; what it reads it takes apart."""
    read: Any = ModelInfo  # the client annotates nothing here
    try:
        read(**{"siblings": None, **record})
    except Exception:  # whatever it is, a loop would end with it
        return False
    return True


def main(n_models: int, ready_file: Path, log: Path) -> int:
    """Serve until told to end."""
    hub = plant(n_models, 0)
    names = frozenset({"_id", "id", *EXPAND})
    clean = hub.records.filter(pl.Series([is_read(projected(row, names)) for row in hub.records.iter_rows(named=True)]))

    def ready(endpoint: str) -> None:
        write_whole(ready_file, lambda path: path.write_text(endpoint, encoding="utf-8"))

    return serving.serve_forever(HubStore(clean, hub.cards, hub.renames), serving.LOOPBACK, 0, None, ready, log_path=log)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))

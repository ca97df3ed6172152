"""A machine of its own: ``lake_worker.py HOME DUMP…`` imports dumps and shares what it landed, as ``hubtree import`` does."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from pipelines import sharing
from pipelines.bulk.importing import import_file
from pipelines.settings import Settings

if __name__ == "__main__":
    settings = Settings.from_environment()
    for name in sys.argv[1:]:
        dump = Path(name)
        day = datetime.fromisoformat(dump.stem.rpartition("_")[2])
        import_file(dump, "listing", settings.layout.landing, observed_at=day, started_at=day)
        sharing.put(settings)

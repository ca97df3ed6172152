"""A machine of its own: ``object_worker.py DUMP…`` imports dumps and shares what it landed, as ``hubtree import`` does."""

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
        day = datetime.fromisoformat(Path(name).stem.rpartition("_")[2])
        import_file(Path(name), "listing", settings.layout.landing, observed_at=day, started_at=day)
        sharing.put(settings)

"""The measured crawls: ``python -m benchmarks.run_crawl bare|hubtree ENDPOINT``, the second into ``HUBTREE_HOME``.

Both ask for the same pages in the same order: every field of interest, from the newest model to the oldest.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from huggingface_hub import HfApi

from benchmarks.stopwatch import Stopwatch
from pipelines import steps
from pipelines.crawl import listing
from pipelines.crawl.fields import EXPAND
from pipelines.settings import Settings

BEFORE_THE_HUB = datetime.fromisoformat("2000-01-01")


def bare(endpoint: str) -> int:
    """Loop over the models and keep nothing."""
    expand: Any = list(EXPAND)  # the client sends more names than its annotation lists
    return sum(1 for _ in HfApi(endpoint=endpoint, token=False).list_models(sort="created_at", expand=expand))


def hubtree(endpoint: str) -> int:
    """Crawl into the landing zone. With ``since``, a full crawl walks from new to old, as the client does."""
    n_rows: int = steps.crawl(Settings.from_environment(), mode="full", since=BEFORE_THE_HUB, hub=endpoint)["n_rows"]
    return n_rows


def main(way: str, endpoint: str) -> None:
    """Run one of the two, with everything imported before."""
    watch = Stopwatch()
    assert listing  # imported here, not while the stopwatch runs
    with watch.stage("listing"):
        n_rows = {"bare": bare, "hubtree": hubtree}[way](endpoint)
    watch.tell(n_rows)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

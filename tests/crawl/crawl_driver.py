"""A crawl in a process of its own, to be killed: ``crawl_driver.py ENDPOINT LANDING listing|cards|lookups``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from pipelines.crawl import cards, parents
from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import HubClient
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.parents import ask_parents
from pipelines.crawl.request import ListingRequest

if __name__ == "__main__":
    endpoint, landing, what = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    started_at = datetime.fromisoformat("2026-12-01T01:00:00")
    hub = HubClient(endpoint)
    if what == "listing":
        crawl_listing(hub, landing, ListingRequest("full", page_size=7), started_at=started_at)
    elif what == "lookups":
        parents.BATCH_LOOKUPS = 12
        claimed = [wanted.model_id for wanted in changed_cards(landing, "all")]
        ask_parents(hub, landing, [*claimed, *(f"gone/m{n}" for n in range(50))], started_at=started_at, limit=1_000)
    else:
        cards.BATCH_VISITS = 12
        fetch_cards(hub, landing, changed_cards(landing, "all"), started_at=started_at)

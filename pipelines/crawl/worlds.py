"""One home is one warehouse: models of a hub in a box and models of a real hub never share a landing zone."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from warehouse.errors import UsageError
from warehouse.landing.files import landing_files, provenance_of


def refuse_mixing(landing: Path, endpoint: str) -> None:
    """Refuse a crawl whose models would be mixed up with those of another world.

    Raises:
        UsageError: the last listing was crawled from this machine and ``endpoint`` is elsewhere, or the other way round.
    """
    pages = [file for file in landing_files(landing, "listing") if file.run_id.startswith("crawl-")]
    if not pages:
        return
    known = provenance_of(pages[-1]).hub
    if is_on_this_machine(known) != is_on_this_machine(endpoint):
        raise UsageError(
            f"this landing zone holds models of {known}; {endpoint} is another world",
            hint="give this crawl a home of its own: set HUBTREE_HOME to another folder",
        )


def is_on_this_machine(endpoint: str) -> bool:
    """Whether an address is this machine's own, as that of a hub in a box is."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

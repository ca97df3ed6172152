"""From page to page through a listing: which page comes next, what of it is wanted, and when to stop."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable
from concurrent.futures import Executor
from dataclasses import replace

from pipelines.crawl.addresses import checked_next, without_limit
from pipelines.crawl.client import HubClient
from pipelines.crawl.fields import EXPAND, accepted_fields, refuses_direction
from pipelines.crawl.pages import Page, Pager, Refusal
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.watermark import newer_than
from pipelines.logs import log
from warehouse.errors import ContractViolation

MOST_EMPTY_PAGES = 20
"""Pages without records in a row that are followed before the hub is taken to be broken."""


class Walk:
    """The pages of one listing, each cut to what was asked for; the last one has no next link.

    Args:
        hub: whom to ask.
        request: which models; already settled, so that ``since`` is known.
        ahead: runs the request of the next page while the caller is busy with this one.
        n_rows: rows that were landed before a run was resumed.
        links: next links that were followed before.
    """

    def __init__(
        self, hub: HubClient, request: ListingRequest, ahead: Executor, *, n_rows: int = 0, links: Iterable[str] = ()
    ) -> None:
        self._hub, self._request, self._ahead = hub, request, ahead
        self._pager = Pager(hub, request.page_size)
        self._links = {without_limit(link) for link in links}
        self._n_empty = 0
        self.n_rows = n_rows
        self.fields: tuple[str, ...] = EXPAND
        """What the hub is asked to send; fewer after it has refused some."""

    def pages(self, cursor: str = "") -> Generator[Page, None, None]:
        """Yield the pages from the beginning, or from the address ``cursor`` on.

        Raises:
            Refusal: the hub does not take the cursor, or refuses more than fields and direction.
            ContractViolation: the next links lead in a circle or to another host, or pages stay empty.
            HubRefused, HubUnavailable: see `Pager.fetch`.
        """
        page: Page | None = self._page_at(cursor) if cursor else self._first_page()
        while page is not None:
            page = self._accepted(page)
            coming = self._ahead.submit(self._pager.fetch, page.next_url, self._rows_wanted) if page.next_url else None
            yield page
            page = coming.result() if coming else None

    def _page_at(self, cursor: str) -> Page:
        return self._pager.fetch(checked_next(self._hub.endpoint, cursor, cursor), self._rows_wanted)

    def _first_page(self) -> Page:
        with_direction = True
        while True:
            try:
                url = self._request.first_page(self._hub.endpoint, self.fields, with_direction=with_direction)
                return self._pager.fetch(url, self._rows_wanted)
            except Refusal as refusal:
                if self._drops_fields(refusal):
                    continue
                if not (with_direction and self._request.is_ascending and refuses_direction(refusal.complaint)):
                    raise
                log("crawl.descending", level=logging.WARNING, reason="the hub refuses direction; new models come next time")
                with_direction = False

    def _drops_fields(self, refusal: Refusal) -> bool:
        """Leave out the fields that the hub refuses, and tell whether there were any."""
        left = accepted_fields(self.fields, refusal.complaint)
        dropped = [name for name in self.fields if name not in left]
        if dropped:
            log("crawl.fields_refused", level=logging.WARNING, fields=",".join(dropped))
        self.fields = left
        return bool(dropped)

    def _accepted(self, page: Page) -> Page:
        """Cut a page to what was asked for, and check that its next link leads on."""
        records, is_last = page.records, False
        if self._request.since is not None:
            records, is_last = newer_than(records, self._request.sort, self._request.since)
        if self._rows_wanted is not None and len(records) >= self._rows_wanted:
            records, is_last = records[: self._rows_wanted], True
        self.n_rows += len(records)
        next_url = "" if is_last else page.next_url
        self._follow(page, next_url)
        return replace(page, records=records, next_url=next_url)

    def _follow(self, page: Page, next_url: str) -> None:
        """Remember where the walk has been.

        Raises:
            ContractViolation: it has been there before, or gets nowhere.
        """
        self._n_empty = 0 if page.records else self._n_empty + 1
        if self._n_empty > MOST_EMPTY_PAGES:
            raise ContractViolation(
                f"{self._n_empty} pages of the listing in a row are empty and name a next one", hint=_BROKEN
            )
        self._links.add(without_limit(page.url))
        if next_url and without_limit(next_url) in self._links:
            raise ContractViolation("the next page of the listing is one that was read before", hint=_BROKEN)
        self._links.add(without_limit(next_url))

    @property
    def _rows_wanted(self) -> int | None:
        return None if self._request.limit is None else self._request.limit - self.n_rows


_BROKEN = "the hub's paging is broken; the pages landed so far stay, and the same command goes on from there"

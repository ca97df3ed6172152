"""One page of the listing: asked for, taken apart, never half."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from pipelines.crawl.addresses import checked_next, with_limit
from pipelines.crawl.client import HubClient
from pipelines.crawl.safety import EXCERPT_CHARACTERS, LISTING_MAX_BYTES, Answer, UnusableBody
from pipelines.logs import log
from warehouse.errors import ContractViolation, HubRefused
from warehouse.landing.records import lenient_json

MAX_ITEMS = 10_000
"""Records of one page; the Hub cuts pages at 1,000."""

SMALLEST_LIMIT = 50
"""Below this a page that still times out is a fault like any other."""

GOOD_PAGES_BEFORE_GROWTH = 5

_GATEWAY_TIMEOUT = 504
_OK = 200


@dataclass(frozen=True)
class Page:
    """One answer of the listing."""

    url: str
    records: list[Any]
    next_url: str
    """Empty on the last page."""
    headers: Mapping[str, str]


class Refusal(HubRefused):
    """The hub answered a listing with 400: it does not know a parameter, or the cursor is no longer good."""

    def __init__(self, complaint: str) -> None:
        hint = "the hub may be of another version than hubtree knows; see the log for its words"
        super().__init__(f"the hub refuses the listing: {complaint[:EXCERPT_CHARACTERS]}", hint=hint)
        self.complaint = complaint


class Pager:
    """Fetches pages, smaller ones for a while after the hub timed out on wide ones."""

    def __init__(self, hub: HubClient, page_size: int) -> None:
        self._hub = hub
        self._page_size = self._limit = page_size
        self._n_good = 0

    def fetch(self, url: str, most: int | None = None) -> Page:
        """Return the page at ``url``, of at most ``most`` records.

        Raises:
            Refusal: 400, or a cursor that is gone.
            HubRefused: any other final answer that is not a page.
            HubUnavailable: see `HubClient.get`.
            ContractViolation: a page or a next link that no hub would send.
        """
        while True:
            limit = self._limit if most is None else min(self._limit, most)
            is_wide = limit > SMALLEST_LIMIT
            unretried = frozenset({_GATEWAY_TIMEOUT}) if is_wide else frozenset[int]()
            page = self._hub.get(with_limit(url, limit), self._read, bucket="api", unretried=unretried)
            if page != "too wide":
                self._grow()
                return page
            self._shrink(limit)

    def _read(self, answer: Answer) -> Page | Literal["too wide"]:
        if answer.status == _GATEWAY_TIMEOUT:
            return "too wide"
        if answer.status != _OK:
            raise _refusal(answer)
        if answer.is_truncated:
            raise ContractViolation(
                f"a page of the listing is larger than {LISTING_MAX_BYTES} bytes", hint="ask for smaller pages"
            )
        records = _records(answer.content)
        link = answer.next_link
        next_url = checked_next(self._hub.endpoint, answer.url, link) if link else ""
        return Page(answer.url, records, next_url, answer.kept_headers)

    def _shrink(self, limit: int) -> None:
        self._limit, self._n_good = max(limit // 2, SMALLEST_LIMIT), 0
        log("crawl.narrow", limit=self._limit, reason="the hub timed out on a wide page")

    def _grow(self) -> None:
        self._n_good += 1
        if self._limit < self._page_size and self._n_good >= GOOD_PAGES_BEFORE_GROWTH:
            self._limit, self._n_good = min(self._limit * 2, self._page_size), 0


def _records(content: bytes) -> list[Any]:
    """Return the records of a page's body.

    orjson refuses what many writers produce all the same (NaN, lone surrogates, bytes that are not UTF-8); such a page is read
    by the standard library, so that one odd record does not cost the others. Both refuse to nest deeper than about a
    thousand levels.
    """
    try:
        records = orjson.loads(content)
    except orjson.JSONDecodeError:
        records = _leniently(content)
    if not isinstance(records, list):
        raise UnusableBody(f"not a list of records but {type(records).__name__}")
    if len(records) > MAX_ITEMS:
        raise ContractViolation(f"a page of {len(records)} records; no hub sends more than {MAX_ITEMS}")
    return records


def _leniently(content: bytes) -> object:
    try:
        return lenient_json(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        kind = "HTML" if content.lstrip()[:1] == b"<" else "broken JSON"
        raise UnusableBody(f"{kind} instead of a page") from error


def _refusal(answer: Answer) -> HubRefused:
    told = f"{answer.status}: {answer.complaint}"
    if answer.status in {400, 410, 422}:
        return Refusal(answer.whole_complaint)
    if answer.status in {401, 403}:
        return HubRefused(
            f"the hub does not let us list models ({told})", hint="check HF_TOKEN: it is wrong, expired or missing"
        )
    if answer.headers.get("location"):
        return HubRefused(f"the hub redirects the listing ({told})", hint="set HF_ENDPOINT to the address it redirects to")
    return HubRefused(f"there is no listing of models here ({told})", hint="check HF_ENDPOINT")

"""What a listing request asks for: selection, order, page and fields, read from its query string (hub-api, section 1)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

MAX_LIMIT = 1_000
"""Rows of a page when no limit is asked for, and what a larger limit is cut to."""

SORT_COLUMNS: Mapping[str, str] = {
    "createdAt": "created_at",
    "lastModified": "last_modified",
    "downloads": "downloads_30d",
    "likes": "likes",
    "trendingScore": "trending_score",
    "id": "model_id",
}
"""Sort key on the wire -> landing column."""

STILL_SORTS = frozenset({"createdAt", "id"})
"""The sort keys whose values never change, so that no row moves while it is paged."""

DEFAULT_SORT = "trendingScore"

EXPANDABLE = (
    "author",
    "baseModels",
    "cardData",
    "childrenModelCount",
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "evalResults",
    "gated",
    "gguf",
    "gitalyUid",
    "inference",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "mask_token",
    "model-index",
    "pipeline_tag",
    "private",
    "resourceGroup",
    "safetensors",
    "sha",
    "siblings",
    "spaces",
    "tags",
    "transformersInfo",
    "trendingScore",
    "usedStorage",
    "widgetData",
    "xetEnabled",
)
"""Every value ``expand`` takes (hub-api, section 1.3)."""

DETAIL_ONLY = frozenset({"baseModels", "childrenModelCount", "usedStorage"})
"""Values of ``expand`` that the list endpoint is said to refuse (huggingface_hub pull request 3182)."""

_LIMIT = re.compile(r"[1-9][0-9]{0,17}")

Parameters = Mapping[str, Sequence[str]]


class BadRequest(ValueError):
    """A parameter the hub answers with 400; the text is the message it sends."""


@dataclass(frozen=True)
class Cursor:
    """A place in an order: just after the row with this sort value, `_id` and row number."""

    sort: str
    value: str | float | None = None
    hub_object_id: str | None = None
    row: int = -1
    again: int = 0
    """How often this very place was handed out before: it keeps the link of an empty page from pointing to itself."""

    @property
    def is_start(self) -> bool:
        """Whether the place is before the first row."""
        return self.row < 0

    def encode(self) -> str:
        """Return the opaque text that travels in links."""
        return base64.urlsafe_b64encode(
            orjson.dumps([self.sort, self.value, self.hub_object_id, self.row, self.again])
        ).decode()

    @staticmethod
    def decode(text: str) -> Cursor:
        """Read what `encode` wrote.

        Raises:
            BadRequest: the text is not a cursor of this hub.
        """
        try:
            sort, value, hub_object_id, row, again = orjson.loads(base64.urlsafe_b64decode(text))
            return Cursor(str(sort), value, hub_object_id, int(row), int(again))
        except (binascii.Error, ValueError, TypeError, OverflowError) as error:
            raise BadRequest("Invalid cursor") from error


@dataclass(frozen=True)
class Selection:
    """Which models a listing holds; equal selections share one cached order."""

    tags: tuple[str, ...] = ()
    author: str | None = None
    search: str | None = None
    pipeline_tag: str | None = None
    gated: bool | None = None


@dataclass(frozen=True)
class Fields:
    """Which fields of a record come back."""

    expand: tuple[str, ...] = ()
    full: bool = False
    card_data: bool = False
    config: bool = False


@dataclass(frozen=True)
class ListingQuery:
    """One request for a page of models."""

    selection: Selection = field(default_factory=Selection)
    fields: Fields = field(default_factory=Fields)
    sort: str = DEFAULT_SORT
    ascending: bool = False
    limit: int = MAX_LIMIT
    cursor: Cursor | None = None

    @staticmethod
    def parse(parameters: Parameters, *, refused: frozenset[str] = frozenset()) -> ListingQuery:
        """Read the query string of ``GET /api/models``; unknown parameters are ignored, as the Hub does.

        Args:
            parameters: name -> values in the order given.
            refused: values of ``expand`` this hub does not take in a listing.
        Raises:
            BadRequest: an unknown expand or sort, or a limit, direction or cursor that can't be read.
        """
        sort = _one_of(_first(parameters, "sort", DEFAULT_SORT), list(SORT_COLUMNS), "sort")
        return ListingQuery(
            selection=_selection(parameters),
            fields=parse_fields(parameters, refused=refused),
            sort=sort,
            ascending=_direction(_first(parameters, "direction", "-1")),
            limit=_limit(_first(parameters, "limit", str(MAX_LIMIT))),
            cursor=_cursor(_first(parameters, "cursor", ""), sort),
        )


def parse_fields(parameters: Parameters, *, refused: frozenset[str] = frozenset()) -> Fields:
    """Read which fields are asked for, from the query of a listing or a detail request.

    Raises:
        BadRequest: an unknown or refused value of ``expand``; the message lists the valid ones.
    """
    valid = [name for name in EXPANDABLE if name not in refused]
    expand = tuple(_one_of(name, valid, "expand") for name in (*parameters.get("expand", ()), *parameters.get("expand[]", ())))
    return Fields(
        expand=expand,
        full=_boolean(_first(parameters, "full", "")),
        card_data=_boolean(_first(parameters, "cardData", "")),
        config=_boolean(_first(parameters, "config", "")),
    )


def _selection(parameters: Parameters) -> Selection:
    gated = _first(parameters, "gated", "")
    return Selection(
        tags=tuple(parameters.get("filter", ())),
        author=_first(parameters, "author", "") or None,
        search=_first(parameters, "search", "").lower() or None,
        pipeline_tag=_first(parameters, "pipeline_tag", "") or None,
        gated=_boolean(gated) if gated else None,
    )


def _first(parameters: Parameters, name: str, default: str) -> str:
    values = parameters.get(name)
    return values[0] if values else default


def _boolean(text: str) -> bool:
    """Old clients write ``True``, newer ones ``true``."""
    return text.lower() in {"true", "1"}


def _one_of(value: str, valid: Sequence[str], name: str) -> str:
    if value not in valid:
        raise BadRequest(f'Invalid value "{value}" for "{name}": expected one of {", ".join(valid)}')
    return value


def _direction(text: str) -> bool:
    return _one_of(text, ("1", "-1", "asc", "desc"), "direction") in {"1", "asc"}


def _limit(text: str) -> int:
    if not _LIMIT.fullmatch(text):
        raise BadRequest('Invalid value for "limit": expected a positive integer')
    return min(int(text), MAX_LIMIT)


def _cursor(text: str, sort: str) -> Cursor | None:
    if not text:
        return None
    cursor = Cursor.decode(text)
    if cursor.sort != sort:
        raise BadRequest("Invalid cursor: it belongs to another sort")
    return cursor

"""The few addresses a crawl ever asks for: the listing, README.md and a model's detail.

Every address that a hub names is checked here.

A crawler that fetches a file whose download the Hub counts alters what it observes (hub-api.md, section 7), so there is
no way to spell any other file: a next link has to be a listing's, a redirect has to lead to a README.md, or to a detail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from warehouse.errors import ContractViolation, UsageError

_LISTING = "/api/models"
_CARD = "/resolve/main/README.md"
_CARD_PATH = re.compile(r"/(?P<model>[^/]+(?:/[^/]+)?)/resolve/(?P<revision>[^/]+)/README\.md")
_DETAIL_PATH = re.compile(r"/api/models/(?P<model>[^/]+(?:/[^/]+)?)")
_MODEL_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")
_PORTS = {"http": 80, "https": 443}
_LONGEST_ID = 500
"""Characters; the Hub allows 96 in each part. In an address one may become twelve, and clients refuse 65,536."""
_LONGEST_LINK = 5_000
"""Characters; the Hub's links have some 300."""


def checked_endpoint(endpoint: str) -> str:
    """Return the hub's address without trailing slash.

    Raises:
        UsageError: it is not an http(s) address, or carries a password, which would be written beside every page.
    """
    if {"@", "?", "#"} & set(endpoint):
        raise UsageError("HF_ENDPOINT may hold no password and no query", hint="give the token as HF_TOKEN")
    if _origin(endpoint) is None:
        raise UsageError(f"HF_ENDPOINT is no http or https address: {endpoint!r}", hint="for example https://huggingface.co")
    return endpoint.rstrip("/")


def listing_url(endpoint: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Return the address of a listing's first page."""
    return f"{endpoint}{_LISTING}?{urlencode(parameters)}"


def with_limit(url: str, limit: int) -> str:
    """Return ``url`` asking for ``limit`` rows a page."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "limit"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("limit", str(limit))])))


def without_limit(url: str) -> str:
    """Return ``url`` without its page size, so that two links to the same place compare equal."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "limit"]
    return urlunsplit(parts._replace(query=urlencode(query)))


def checked_next(endpoint: str, asked: str, link: str) -> str:
    """Return the absolute address of the next page that the answer to ``asked`` links to.

    Raises:
        ContractViolation: the link leads to another host or to something that is not the listing, or is too long.
    """
    if len(link) > _LONGEST_LINK:
        raise ContractViolation(f"the link to the next page has {len(link):,} characters", hint="the hub is broken or hostile")
    url = _joined(endpoint, asked, link)
    if url is None or urlsplit(url).path != urlsplit(endpoint + _LISTING).path:
        hint = "the hub is misconfigured or hostile; HF_ENDPOINT has to be the address that it calls itself"
        raise ContractViolation(f"the next page is said to lie elsewhere than in the listing of {endpoint}", hint=hint)
    return url


def is_model_id(text: str) -> bool:
    """Tell whether ``text`` can be a model's id, so that it may become part of an address."""
    return len(text) <= _LONGEST_ID and bool(_MODEL_ID.fullmatch(text)) and not {".", ".."} & set(text.split("/"))


def card_url(endpoint: str, model_id: str) -> str:
    """Return the address of a model's card."""
    return f"{endpoint}/{quote(model_id, safe='/')}{_CARD}"


def detail_url(endpoint: str, model_id: str) -> str:
    """Return the address of a model's detail, which counts as no download."""
    return f"{endpoint}{_LISTING}/{quote(model_id, safe='/')}"


def detail_renamed_to(endpoint: str, asked: str, location: str) -> str | None:
    """Return the id of the model that a redirected detail belongs to now; None if it leads anywhere but to a detail here."""
    return _model_at(_DETAIL_PATH, endpoint, asked, location)


def renamed_to(endpoint: str, asked: str, location: str) -> str | None:
    """Return the id of the model that a redirected card belongs to now; None if it leads anywhere but to a card here."""
    return _model_at(_CARD_PATH, endpoint, asked, location)


def _model_at(path: re.Pattern[str], endpoint: str, asked: str, location: str) -> str | None:
    url = _joined(endpoint, asked, location)
    match = path.fullmatch(urlsplit(url).path.removeprefix(urlsplit(endpoint).path)) if url else None
    if match is None:
        return None
    model_id = unquote(match["model"])
    return model_id if is_model_id(model_id) else None


def _joined(endpoint: str, asked: str, link: str) -> str | None:
    """Return the address that ``link`` means in the answer to ``asked``; None if that is not on the hub."""
    try:
        url = urljoin(asked, link)
    except ValueError:
        return None
    return url if _origin(url) == _origin(endpoint) else None


def _origin(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port; None for what is no http address, or names a user."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and "@" not in parts.netloc else None


def without_query(url: str) -> str:
    """Return scheme, host and path alone: the query may hold a cursor, and the rest a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

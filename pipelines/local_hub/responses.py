"""What the hub answers: requests and responses as values, and the errors of the Hub (hub-api, section 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, quote, unquote, urlsplit

import orjson

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One request as far as the hub reads it; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    number: int = 0
    """Number of the request since the hub was started, from 1."""
    is_known_user: bool = False

    @property
    def path(self) -> str:
        """The path as sent, without the query string."""
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        """The query string as sent."""
        return urlsplit(self.target).query

    @property
    def segments(self) -> tuple[str, ...]:
        """The decoded parts of the path."""
        return tuple(unquote(part) for part in self.path.split("/") if part)

    @property
    def parameters(self) -> Mapping[str, Sequence[str]]:
        """The query's names and values."""
        return parse_qs(self.query, keep_blank_values=True)

    @property
    def origin(self) -> str:
        """Scheme and host as the client wrote them, for absolute links."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"

    def link_to(self, cursor: str, *, origin: str | None = None) -> str:
        """Return the ``Link`` header that names this request's next page."""
        kept = [part for part in self.query.split("&") if part and not part.startswith("cursor=")]
        query = "&".join([*kept, f"cursor={quote(cursor, safe='')}"])
        return f'<{origin or self.origin}{self.path}?{query}>; rel="next"'


@dataclass(frozen=True)
class Response:
    """One answer; ``Content-Length`` and the headers every answer has are added when it is sent."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after_seconds: float | None = None
    """The wait that ``Retry-After`` asks for, in whichever form."""

    def with_headers(self, headers: Mapping[str, str]) -> Response:
        """Return the same answer with more headers."""
        return replace(self, headers={**self.headers, **headers})


def json_response(value: object, *, status: int = 200) -> Response:
    """Return a value as JSON."""
    return Response(status, orjson.dumps(value))


def error(status: int, message: str, *, code: str = "") -> Response:
    """Return an error as the Hub does: text in a header and in the body, the code in a header."""
    headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
    return json_response({"error": message}, status=status).with_headers(headers)


def repository_not_found(*, is_known_user: bool) -> Response:
    """A missing or private repository; the code also goes with 401, because clients trust a bare 401 over https only."""
    if is_known_user:
        return error(404, "Repository not found", code="RepoNotFound")
    return error(401, "Invalid username or password.", code="RepoNotFound")


def wrong_token() -> Response:
    """A token the hub does not know."""
    return error(401, "Invalid credentials in Authorization header")


def gated(name: str, *, is_known_user: bool) -> Response:
    """A model that asks its readers to be admitted first."""
    message = f"Access to model {name} is restricted and you are not in the authorized list. Visit its page to ask for access."
    return error(403 if is_known_user else 401, message, code="GatedRepo")


def disabled() -> Response:
    """A model disabled by moderation: the exact text is how clients tell."""
    return error(403, "Access to this resource is disabled.")


def page_not_found() -> Response:
    """An address that belongs to no repository."""
    return error(404, "Sorry, we can't find the page you are looking for.")


def entry_not_found() -> Response:
    """A file the repository does not have."""
    return error(404, "Entry not found", code="EntryNotFound")


def revision_not_found(revision: str) -> Response:
    """A branch, tag or commit the repository does not have."""
    return error(404, f"Invalid rev id: {revision}", code="RevisionNotFound")


def moved_to(location: str) -> Response:
    """A repository under a new name; the address is relative, as the Hub writes it."""
    return Response(307, b"Temporary Redirect. Redirecting to " + location.encode(), "text/plain", {"Location": location})

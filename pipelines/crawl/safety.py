"""Reading an answer from somebody who may be slow, broken or hostile."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

from pipelines.logs import redact

LISTING_MAX_BYTES = 256_000_000
"""Decompressed; a page of 1,000 wide rows holds 2 to 10 MB, one detail document at most 0.75 MB (hub-api, section 3)."""
ERROR_MAX_BYTES = 1_000_000
EXCERPT_CHARACTERS = 300

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_KEPT_HEADERS = ("date", "content-type", "etag", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id", "x-error-code")


@dataclass(frozen=True)
class Answer:
    """A whole answer of the hub."""

    url: str
    status: int
    headers: httpx2.Headers
    content: bytes
    is_truncated: bool
    """True if the body was larger than the cap, and ``content`` is its beginning."""
    next_link: str = ""
    """The ``rel="next"`` of the ``Link`` header as it stands there, unchecked."""

    @property
    def is_redirect(self) -> bool:
        """Whether the answer sends us elsewhere."""
        return self.status in {301, 302, 303, 307, 308}

    @property
    def kept_headers(self) -> dict[str, str]:
        """The headers worth landing, lower-case names, secrets taken out."""
        return {name: redact(self.headers[name]) for name in _KEPT_HEADERS if name in self.headers}

    @property
    def request_id(self) -> str:
        """The hub's own name of the request, for its maintainers."""
        return redact(self.headers.get("x-request-id", ""))

    @property
    def complaint(self) -> str:
        """The beginning of what the hub says is wrong, for logs and rows."""
        return self.whole_complaint[:EXCERPT_CHARACTERS]

    @property
    def whole_complaint(self) -> str:
        """What the hub says is wrong: from the header, the JSON body or the text, in this order; one line, no secrets.

        NUL and terminal codes become U+FFFD: the words go into tables and onto terminals.
        """
        told = self.headers.get("x-error-message") or _complaint_in(self.content) or _text_of(self.content)
        return redact(_CONTROL.sub("\ufffd", " ".join(told.split())))


class UnusableBody(Exception):
    """The answer is complete but not what was asked for: HTML, cut JSON, a card whose checksum is wrong."""


class Overdue(Exception):
    """The answer did not come whole within its total time."""


def read_answer(response: httpx2.Response, max_bytes: int, deadline: float) -> Answer:
    """Read a streamed response whole, at most ``max_bytes`` of decompressed body, until ``deadline`` (monotonic seconds).

    httpx2 decompresses in pieces of at most a megabyte, so a bomb ends at the cap. A body shorter than promised raises
    the library's own protocol error.

    Raises:
        Overdue: the hub drips.
        UnusableBody: the compressed body is larger than the cap, whatever it decompresses to.
    """
    cap = max_bytes if response.status_code == httpx2.codes.OK else ERROR_MAX_BYTES
    pieces: list[bytes] = []
    size = 0
    response.stream = _Watched(response.stream, cap, deadline)
    for piece in response.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > cap:
            break
    content = b"".join(pieces)
    next_link = response.links.get("next", {}).get("url", "")
    return Answer(str(response.request.url), response.status_code, response.headers, content[:cap], size > cap, next_link)


class _Watched(httpx2.SyncByteStream):
    """The bytes as they come, before they are decompressed: blocks that decompress to nothing are seen here alone."""

    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, cap: int, deadline: float) -> None:
        assert isinstance(stream, httpx2.SyncByteStream), "a synchronous client reads synchronously"
        self._stream, self._cap, self._deadline = stream, cap, deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if time.monotonic() > self._deadline:
                raise Overdue
            yield piece
            if size > self._cap:
                raise UnusableBody(f"a compressed body of more than {self._cap} bytes")

    def close(self) -> None:
        self._stream.close()


def _complaint_in(content: bytes) -> str:
    """Return the error text of a JSON body: ``error``, or the messages of ``errors``; empty if there is none."""
    try:
        told: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(told, dict):
        return ""
    errors = told.get("errors")
    messages = [item.get("message") for item in errors if isinstance(item, dict)] if isinstance(errors, list) else []
    return "; ".join(str(text) for text in [told.get("error"), *messages] if text)


def _text_of(content: bytes) -> str:
    text = content[:ERROR_MAX_BYTES].decode("utf-8", "replace").strip()
    return "an HTML page" if text.startswith("<") else text

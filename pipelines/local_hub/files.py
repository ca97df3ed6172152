"""Answers that carry a small file: whole, a range of it, or nothing because the client has it (hub-api, sections 7 and 8)."""

from __future__ import annotations

import re

from pipelines.local_hub import responses
from pipelines.local_hub.responses import Request, Response
from pipelines.local_hub.store import Card

_TEXT = "text/plain; charset=utf-8"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def file_response(request: Request, card: Card) -> Response:
    """Return a file with its ETag; honours ``If-None-Match`` and a single ``Range``."""
    headers = {"ETag": f'"{card.blob_id}"', "Accept-Ranges": "bytes"}
    if _is_known(request.headers.get("if-none-match", ""), card.blob_id):
        return Response(304, b"", _TEXT, headers)
    wanted = _range(request.headers.get("range", ""), len(card.content))
    if wanted is None:
        return Response(200, card.content, _TEXT, headers)
    size = len(card.content)
    if wanted.start >= wanted.stop:
        return responses.error(416, "Range not satisfiable").with_headers({**headers, "Content-Range": f"bytes */{size}"})
    part = {"Content-Range": f"bytes {wanted.start}-{wanted.stop - 1}/{size}"}
    return Response(206, card.content[wanted.start : wanted.stop], _TEXT, headers | part)


def _is_known(header: str, blob_id: str) -> bool:
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or blob_id in tags


def _range(header: str, size: int) -> range | None:
    """Return the bytes asked for, empty if there are none; None where the whole file is asked for or the form is unknown."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(size, int(last) + 1) if last else size)

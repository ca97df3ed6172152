"""One visit to one card: one request (two after a rename), and a row that says what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx2

from pipelines.crawl.addresses import card_url, is_model_id, renamed_to
from pipelines.crawl.client import HubClient
from pipelines.crawl.safety import Answer, UnusableBody
from pipelines.logs import redact
from warehouse.landing.blobs import git_blob_id

CARD_MAX_BYTES = 5_000_000
"""Of one card, decompressed; the rest of a longer one is not read."""

_BLOB_ID = re.compile(r"[0-9a-f]{40}")
_MISSING_FILE = {"EntryNotFound", "RevisionNotFound"}


@dataclass(frozen=True, slots=True)
class CardRequest:
    """A card to visit."""

    hub_object_id: str | None
    model_id: str
    sha: str | None
    """The commit the listing told; the visit is recorded for it."""
    etag: str | None = None
    """Of the text that was seen last; the hub answers 304 if it still holds."""


Visit = dict[str, Any]
"""One row of landing kind ``cards``, but for ``observed_at``."""


def visit(hub: HubClient, wanted: CardRequest, max_bytes: int = CARD_MAX_BYTES) -> Visit:
    """Ask for a model's README.md, once more under its new name if it was renamed, and return the row to land.

    Raises:
        GaveUp: this card could not be had; `lost` makes a row of it.
        HubRefused: the token is wrong.
        HubUnavailable: offline, or the hub wants a longer pause than a run can make.
    """
    if not is_model_id(wanted.model_id):
        return lost(wanted, "not a model id")
    answer = _ask(hub, wanted.model_id, wanted.etag, max_bytes)
    if not answer.is_redirect:
        return _row(wanted) | _outcome(answer, wanted)
    target = renamed_to(hub.endpoint, answer.url, answer.headers.get("location", ""))
    if target is None:
        return lost(wanted, "redirected to what is no card of this hub") | {"http_status": answer.status}
    return _row(wanted) | _renamed(_ask(hub, target, wanted.etag, max_bytes), wanted) | {"renamed_to": target}


def lost(wanted: CardRequest, reason: str) -> Visit:
    """Return the row of a visit that came to nothing, to be tried again in the next run."""
    return _row(wanted) | {"visit_status": "failed", "error": redact(reason)}


def _row(wanted: CardRequest) -> Visit:
    return {"hub_object_id": wanted.hub_object_id, "model_id": wanted.model_id, "sha": wanted.sha}


def _ask(hub: HubClient, model_id: str, etag: str | None, max_bytes: int) -> Answer:
    headers = {"if-none-match": _quoted(etag)} if etag else {}
    return hub.get(card_url(hub.endpoint, model_id), _whole, bucket="resolvers", headers=headers, max_bytes=max_bytes)


def _quoted(etag: str) -> str:
    return etag if etag.endswith('"') else f'"{etag}"'


def _whole(answer: Answer) -> Answer:
    """Return the answer if it holds the file it names.

    A small file's ETag is its git blob id (hub-api, section 7), so a card that was cut or replaced on its way is noticed.
    """
    if answer.status != httpx2.codes.OK or answer.is_truncated:
        return answer
    blob_id = _blob_id_told(answer)
    if blob_id is None and answer.content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise UnusableBody("an HTML page instead of a card")
    if blob_id is not None and blob_id != git_blob_id(answer.content):
        raise UnusableBody("a card that does not match its ETag")
    return answer


def _outcome(answer: Answer, wanted: CardRequest) -> Visit:
    """Say what an answer means for the visit (hub-api, section 5)."""
    told: Visit = {"http_status": answer.status}
    if answer.status == httpx2.codes.OK:
        return told | _text(answer) | {"visit_status": "full"}
    if answer.status == httpx2.codes.NOT_MODIFIED and wanted.etag:  # said without being asked, it would hide a card for good
        return told | {"visit_status": "not_modified", "etag": wanted.etag}
    return told | {"visit_status": _refusal_status(answer), "error": answer.complaint or None}


def _renamed(answer: Answer, wanted: CardRequest) -> Visit:
    """Say what the answer under the new name means; a second redirect is a rename that leads nowhere."""
    outcome = _outcome(answer, wanted)
    if answer.is_redirect:
        return outcome | {"visit_status": "failed", "error": "renamed more than once in a row"}
    return outcome | ({"visit_status": "renamed"} if outcome["visit_status"] == "full" else {})


def _refusal_status(answer: Answer) -> str:
    """Map a refusal to a visit status. Not found means not readable: an anonymous 401 proves no deletion."""
    code = answer.headers.get("x-error-code", "")
    if code == "GatedRepo":
        return "gated"
    if code in _MISSING_FILE or (answer.status == httpx2.codes.NOT_FOUND and answer.complaint == "Entry not found"):
        return "no_card"
    return "not_found" if answer.status in {401, 403, 404, 410, 451} else "failed"


def _text(answer: Answer) -> Visit:
    blob_id = _blob_id_told(answer)
    return {
        "etag": redact(answer.headers["etag"]) if "etag" in answer.headers else None,
        "card_sha": blob_id if answer.is_truncated else git_blob_id(answer.content),
        "n_bytes": _size(answer),
        "is_truncated": answer.is_truncated,
        "content": answer.content,
    }


def _size(answer: Answer) -> int | None:
    """Return the size of the card on the hub; that of a truncated one is known if it came uncompressed."""
    if not answer.is_truncated:
        return len(answer.content)
    told = answer.headers.get("content-length", "")
    return int(told) if told.isdigit() and "content-encoding" not in answer.headers else None


def _blob_id_told(answer: Answer) -> str | None:
    tag = answer.headers.get("etag", "").removeprefix("W/").strip('"')
    return tag if _BLOB_ID.fullmatch(tag) else None

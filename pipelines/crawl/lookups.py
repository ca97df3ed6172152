"""One question after a parent that models claim and nobody has seen: what the hub says of its id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

from pipelines.crawl.addresses import detail_renamed_to, detail_url, is_model_id
from pipelines.crawl.client import HubClient
from pipelines.crawl.safety import Answer, UnusableBody
from pipelines.logs import redact

DETAIL_MAX_BYTES = 16_000_000
"""Of one detail document; the largest recorded one has 0.75 MB (hub-api, section 3)."""

_DISABLED = "Access to this resource is disabled."
"""The exact text is how a disabled model is told (hub-api, section 5)."""


@dataclass(frozen=True)
class Lookup:
    """What the hub said of one id."""

    row: dict[str, Any]
    """A row of landing kind ``lookups``, but for ``observed_at``."""
    record: dict[str, Any] | None = None
    """The detail document of the model that was found."""


def look_up(hub: HubClient, model_id: str) -> Lookup:
    """Ask for a model's detail, once more under its new name if it was renamed.

    Raises:
        GaveUp: the hub did not answer this question; `lost` makes a row of it.
        HubRefused: the token is wrong.
        HubUnavailable: offline, or the hub wants a longer pause than a run can make.
    """
    if not is_model_id(model_id):
        return lost(model_id, "not a model id")
    answer = _ask(hub, model_id)
    if not answer.is_redirect:
        return _outcome(model_id, answer)
    target = detail_renamed_to(hub.endpoint, answer.url, answer.headers.get("location", ""))
    if target is None:
        return lost(model_id, "redirected to what is no model of this hub", http_status=answer.status)
    found = _ask(hub, target)
    if found.is_redirect:
        return lost(model_id, "renamed more than once in a row", http_status=found.status, renamed_to=target)
    return _outcome(model_id, found, renamed_to=target)


def lost(model_id: str, reason: str, **told: Any) -> Lookup:
    """Return the row of a question that came to nothing, to be asked again in the next run."""
    return Lookup({"asked_id": model_id, "lookup_status": "failed", "error": redact(reason), **told})


def _ask(hub: HubClient, model_id: str) -> Answer:
    return hub.get(detail_url(hub.endpoint, model_id), _whole, bucket="api", max_bytes=DETAIL_MAX_BYTES)


def _whole(answer: Answer) -> Answer:
    """Return the answer, if it is a refusal or a record that names a model."""
    if answer.status == httpx2.codes.OK and not answer.is_truncated:
        _record(answer)
    return answer


def _record(answer: Answer) -> dict[str, Any]:
    try:
        record = orjson.loads(answer.content)
    except orjson.JSONDecodeError as error:
        raise UnusableBody("something else than a model's record") from error
    if not isinstance(record, dict) or not isinstance(name := record.get("id"), str) or not is_model_id(name):
        raise UnusableBody("a record that names no model")
    return record


def _outcome(model_id: str, answer: Answer, renamed_to: str | None = None) -> Lookup:
    """Say what an answer means (hub-api, section 5); an answer that bears another id than was asked is a rename."""
    told: dict[str, Any] = {"asked_id": model_id, "http_status": answer.status, "renamed_to": renamed_to}
    if answer.status != httpx2.codes.OK:
        return Lookup(told | {"lookup_status": _refusal_status(answer), "error": answer.complaint or None})
    if answer.is_truncated:
        return Lookup(told | {"lookup_status": "failed", "error": f"a record of more than {DETAIL_MAX_BYTES:,} bytes"})
    record = _record(answer)
    if record["id"].lower() != model_id.lower():
        told["renamed_to"] = record["id"]
    return Lookup(told | {"lookup_status": "found", "found_id": record["id"]}, record)


def _refusal_status(answer: Answer) -> str:
    """Map a refusal to a status. An anonymous 401 proves nothing: missing and private models get the same."""
    if answer.headers.get("x-error-code", "") == "GatedRepo":
        return "gated"
    if answer.status == httpx2.codes.FORBIDDEN:
        return "disabled" if answer.complaint == _DISABLED else "forbidden"
    if answer.status == httpx2.codes.UNAUTHORIZED:
        return "unauthorized"
    return "not_found" if answer.status in {404, 410, 451} else "failed"

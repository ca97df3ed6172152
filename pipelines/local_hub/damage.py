"""What a fault does to an answer."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from urllib.parse import parse_qs

from pipelines.local_hub import responses
from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.query import DEFAULT_SORT, Cursor
from pipelines.local_hub.responses import Request, Response

_PAGE_OF_HTML = b"<!doctype html><html><head><title>%s</title></head><body><h1>%s</h1></body></html>"
_SERVER_ERRORS = ((500, "Internal Server Error"), (502, "Bad Gateway"), (503, "Service Unavailable"), (504, "Gateway Timeout"))
_ODD_WAITS = ("-5", "abc", "")
_ELSEWHERE = "http://elsewhere.invalid"


def refusal(fault: str, plan: FaultPlan, request: Request, *, now: float) -> Response | None:
    """Return the answer of a fault that keeps the request from being read at all; None for any other fault.

    Args:
        now: seconds since the epoch, for ``Retry-After`` as a date.
    """
    if fault == "limited":
        return _come_back(_too_fast(), plan.retry_after_seconds)
    if fault == "limited_date":
        return _come_back_at(_too_fast(), int(now) + 1 + plan.retry_after_seconds, now=now)
    if fault == "server_error":
        return _server_error(request.number, plan.retry_after_seconds)
    plain = {
        "limited_bare": Response(429, _html("Too Many Requests"), responses.HTML),
        "limited_odd": _too_fast().with_headers({"Retry-After": _ODD_WAITS[request.number % len(_ODD_WAITS)]}),
        "foreign_redirect": responses.moved_to(f"{_ELSEWHERE}{request.target}"),
    }
    return plain.get(fault)


def damaged(fault: str, plan: FaultPlan, request: Request, answer: Response) -> Response:
    """Return a good answer after a fault went over it; faults of the transport leave it as it is."""
    change = _CHANGES.get(fault)
    return answer if change is None or answer.status >= 300 else change(plan, request, answer)


def _too_fast() -> Response:
    return responses.error(429, "You are sending requests too fast")


def _come_back(answer: Response, seconds: int) -> Response:
    return replace(answer.with_headers({"Retry-After": str(seconds)}), retry_after_seconds=seconds)


def _come_back_at(answer: Response, instant: int, *, now: float) -> Response:
    """A date has whole seconds, so the wait is up to one longer than the plan's."""
    return replace(answer.with_headers({"Retry-After": formatdate(instant, usegmt=True)}), retry_after_seconds=instant - now)


def _server_error(number: int, retry_after_seconds: int) -> Response:
    status, reason = _SERVER_ERRORS[number % len(_SERVER_ERRORS)]
    answer = Response(status, _html(reason), responses.HTML)
    return _come_back(answer, retry_after_seconds) if status == 503 else answer


def _html(title: str) -> bytes:
    return _PAGE_OF_HTML % (title.encode(), title.encode())


def _truncated(_: FaultPlan, __: Request, answer: Response) -> Response:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _html_page(_: FaultPlan, __: Request, answer: Response) -> Response:
    return Response(200, _html("We will be back soon"), answer.content_type)


def _empty_page(_: FaultPlan, request: Request, answer: Response) -> Response:
    query = parse_qs(request.query)
    sort = query.get("sort", [DEFAULT_SORT])[0]
    cursor = Cursor.decode(query["cursor"][0]) if "cursor" in query else Cursor(sort)
    again = replace(cursor, again=cursor.again + 1).encode()
    return replace(answer, body=b"[]", headers={**answer.headers, "Link": request.link_to(again)})


def _cursor_loop(_: FaultPlan, request: Request, answer: Response) -> Response:
    return answer.with_headers({"Link": f'<{request.origin}{request.target}>; rel="next"'})


def _foreign_next(_: FaultPlan, request: Request, answer: Response) -> Response:
    return answer.with_headers({"Link": request.link_to("elsewhere", origin=_ELSEWHERE)})


def _oversized(plan: FaultPlan, _: Request, answer: Response) -> Response:
    return replace(answer, body=bytes(plan.oversized_bytes))


def _gzip_bomb(plan: FaultPlan, _: Request, answer: Response) -> Response:
    packed = gzip.compress(bytes(plan.oversized_bytes), compresslevel=6, mtime=0)
    return replace(answer, body=packed).with_headers({"Content-Encoding": "gzip"})


_CHANGES: Mapping[str, Callable[[FaultPlan, Request, Response], Response]] = {
    "truncated_json": _truncated,
    "html_page": _html_page,
    "empty_page": _empty_page,
    "cursor_loop": _cursor_loop,
    "foreign_next": _foreign_next,
    "oversized": _oversized,
    "gzip_bomb": _gzip_bomb,
}

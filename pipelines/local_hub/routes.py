"""From a request to an answer: the Hub's endpoints over one store, without faults."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from pipelines.local_hub import responses
from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.files import file_response
from pipelines.local_hub.projection import detail_fields, projected
from pipelines.local_hub.query import BadRequest, ListingQuery, parse_fields
from pipelines.local_hub.responses import Request, Response
from pipelines.local_hub.store import HubStore

READING_METHODS = ("GET", "HEAD")

_CARD_NAME = "README.md"
_MODELS = ("api", "models")
_RENAMED = "-renamed"
_BRANCHES = frozenset({"main", "HEAD"})


@dataclass(frozen=True)
class Visit:
    """A repository path taken apart: ``[/api/models]/{name}[/{verb}/{revision}[/{file}]]``."""

    name: str
    verb: str = ""
    revision: str = "main"
    file: str = ""

    @staticmethod
    def parse(segments: tuple[str, ...], verbs: tuple[str, ...]) -> Visit:
        """Find the verb behind a name with or without an owner."""
        for place in (1, 2):
            if len(segments) > place + 1 and segments[place] in verbs:
                file = "/".join(segments[place + 2 :])
                return Visit("/".join(segments[:place]), segments[place], segments[place + 1], file)
        return Visit("/".join(segments))

    @property
    def path(self) -> str:
        """The path again, as it goes into an address."""
        verb = (self.verb, quote(self.revision, safe=""), quote(self.file)) if self.verb else ()
        return "/".join(part for part in (quote(self.name), *verb) if part)


@dataclass(frozen=True)
class Hub:
    """One state of the hub: what it holds, whom it admits and which models misbehave."""

    store: HubStore
    plan: FaultPlan = field(default_factory=FaultPlan)
    refused_expand: frozenset[str] = frozenset()

    def answer(self, request: Request) -> Response:
        """Return the answer to a request; the hub can be read, not written."""
        if request.method not in READING_METHODS:
            return responses.error(405, f"{request.method} is not allowed here").with_headers(
                {"Allow": ", ".join(READING_METHODS)}
            )
        try:
            return self._api(request) if request.path.startswith("/api/") else self._repository(request)
        except BadRequest as problem:
            return responses.error(400, str(problem))

    def _api(self, request: Request) -> Response:
        segments = request.segments
        if segments == _MODELS:
            return self._listing(request)
        if segments == ("api", "models-tags-by-type"):
            return responses.json_response(self.store.tags_by_type())
        if segments[:2] == _MODELS:
            return self._detail(request, Visit.parse(segments[2:], ("revision",)))
        return responses.page_not_found()

    def _listing(self, request: Request) -> Response:
        query = ListingQuery.parse(request.parameters, refused=self.refused_expand)
        if query.fields.expand and 0 < self.plan.wide_page_limit < query.limit:
            return responses.error(504, "The request took too long")
        page = self.store.page(query)
        answer = responses.json_response(page.records)
        if page.next_cursor is None:
            return answer
        return answer.with_headers({"Link": request.link_to(page.next_cursor.encode())})

    def _detail(self, request: Request, visit: Visit) -> Response:
        names = detail_fields(parse_fields(request.parameters))
        row, refusal = self._readable(request, visit)
        if refusal is not None:
            return refusal
        return responses.json_response(projected(row, names))

    def _repository(self, request: Request) -> Response:
        if not request.segments:
            return responses.page_not_found()
        visit = Visit.parse(request.segments, ("resolve", "raw"))
        row, refusal = self._readable(request, visit)
        if refusal is not None:
            return refusal
        if not visit.verb:
            return Response(200, f"<!doctype html><title>{row['model_id']}</title>".encode(), responses.HTML)
        card = self.store.card(self._listed_name(visit.name)[0]) if visit.file == _CARD_NAME else None
        commit = {"X-Repo-Commit": commit_of(row)}
        if card is None:
            return responses.entry_not_found().with_headers(commit)
        return file_response(request, card).with_headers(commit)

    def _readable(self, request: Request, visit: Visit) -> tuple[dict[str, Any], Response | None]:
        """Return the row of the model asked for, and why it can't be read, if so."""
        name, is_new_name = self._listed_name(visit.name)
        row = self.store.find(name)
        if row is None:
            return {}, self._moved_or_missing(request, visit)
        if not is_new_name and self.plan.share_of("renamed", name):
            return row, _moved(request, visit, f"{name}{_RENAMED}")
        refusal = self._refusal(request, row)
        if refusal is None and visit.revision not in _BRANCHES | {commit_of(row)}:
            refusal = responses.revision_not_found(visit.revision)
        return row | ({"model_id": visit.name} if is_new_name else {}), refusal

    def _listed_name(self, name: str) -> tuple[str, bool]:
        """Return the name a model is listed under, and whether it was asked for by the new name of the renamed share."""
        listed = name.removesuffix(_RENAMED)
        if listed != name and self.plan.share_of("renamed", listed) and self.store.find(name) is None:
            return listed, True
        return name, False

    def _moved_or_missing(self, request: Request, visit: Visit) -> Response:
        newer = self.store.renamed_to(visit.name)
        if newer is not None:
            return _moved(request, visit, newer)
        return responses.repository_not_found(is_known_user=request.is_known_user)

    def _refusal(self, request: Request, row: Mapping[str, Any]) -> Response | None:
        name = row["model_id"]
        if row.get("is_disabled") or self.plan.share_of("disabled", name):
            return responses.disabled()
        if row.get("gated") not in (None, "false") or self.plan.share_of("gated", name):
            return responses.gated(name, is_known_user=request.is_known_user)
        return None


def _moved(request: Request, visit: Visit, new: str) -> Response:
    prefix = "/api/models/" if request.path.startswith("/api/") else "/"
    path = prefix + replace(visit, name=new).path
    return responses.moved_to(f"{path}?{request.query}" if request.query else path)


def commit_of(row: Mapping[str, Any]) -> str:
    """Return the commit a model stands at; one made from its name where the records hold none."""
    return row.get("sha") or hashlib.sha1(row["model_id"].encode(), usedforsecurity=False).hexdigest()

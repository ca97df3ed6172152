"""The one object that talks to a hub: session, shared budget, retries, caps and deadlines."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import count
from typing import Literal, TypeVar

import httpx2
from huggingface_hub import get_session, get_token
from huggingface_hub.errors import OfflineModeIsEnabled

from pipelines.crawl.addresses import checked_endpoint, without_query
from pipelines.crawl.budget import LONGEST_WAIT_SECONDS, Bucket
from pipelines.crawl.deadline import within
from pipelines.crawl.ratelimit import advice_of, retry_after
from pipelines.crawl.retry import RETRIED_STATUSES, RetryPolicy
from pipelines.crawl.safety import LISTING_MAX_BYTES, Answer, Overdue, UnusableBody, read_answer
from pipelines.logs import log, redact
from pipelines.settings import Settings
from warehouse.errors import HubRefused, HubUnavailable

BucketName = Literal["api", "resolvers"]
T = TypeVar("T")

_WRONG_TOKEN = "Invalid credentials"
_SEEK_HELP = "check HF_ENDPOINT and the network; what is landed stays, and the same command goes on from there"


class GaveUp(HubUnavailable):
    """One address could not be had in all its tries; others may be."""


@dataclass(frozen=True)
class Limits:
    """How long and how large an answer may be, and how patient the client is."""

    request_seconds: float = 120.0
    """For one whole answer, from the first byte sent to the last received; a drip does not stretch it."""
    silence_seconds: float = 30.0
    """For connecting, and for each read."""
    longest_wait_seconds: float = LONGEST_WAIT_SECONDS
    retries: RetryPolicy = field(default_factory=RetryPolicy)


class HubClient:
    """Asks one hub, from any number of threads, within one budget.

    The token is read from huggingface_hub for every request and never kept. The session is huggingface_hub's own, so
    that its hook enforces ``HF_HUB_OFFLINE`` and its proxy settings hold; redirects are never followed by it.

    Raises:
        UsageError: the endpoint is no address, or holds a password.
    """

    def __init__(self, endpoint: str, *, offline: bool = False, contact: str = "", limits: Limits | None = None) -> None:
        self.endpoint = checked_endpoint(endpoint)
        self.limits = limits or Limits()
        self.n_requests = 0
        self.n_bytes_received = 0
        """Bodies of answers, decompressed."""
        self._offline = offline
        self._user_agent = user_agent(contact)
        self._buckets = {name: Bucket(name, self.limits.longest_wait_seconds) for name in ("api", "resolvers")}
        self._guard = threading.Lock()
        self.has_answered = False
        """Whether this hub ever answered this client."""
        self._warned: set[str] = set()

    @staticmethod
    def from_settings(settings: Settings) -> HubClient:
        """Return the client that the environment asks for."""
        return HubClient(settings.endpoint, offline=settings.offline, contact=settings.contact)

    @property
    def seconds_waited(self) -> float:
        """Seconds spent waiting for the hub's sake; those that several threads waited together count once a bucket."""
        return sum(bucket.seconds_waited for bucket in self._buckets.values())

    def left(self, bucket: BucketName) -> int | None:
        """Return the requests left in the bucket's window, None where the hub does not tell."""
        return self._buckets[bucket].left

    @contextmanager
    def telling(self, on_wait: Callable[[float, str], None]) -> Iterator[None]:
        """Announce waits to ``on_wait`` while the context lasts; leaving it by an exception wakes all waiting threads."""
        for bucket in self._buckets.values():
            bucket.begin(on_wait)
        try:
            yield
        finally:
            for bucket in self._buckets.values():
                bucket.stop()

    def get(
        self,
        url: str,
        read: Callable[[Answer], T],
        *,
        bucket: BucketName,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = LISTING_MAX_BYTES,
        unretried: frozenset[int] = frozenset(),
    ) -> T:
        """Ask for ``url`` until there is a final answer, and return what ``read`` makes of it.

        Args:
            url: an address of this hub, made or checked by `addresses`.
            read: turns an answer into the value wanted; raises `UnusableBody` if another try is worth it.
            bucket: whose budget the request is counted in.
            headers: further request headers.
            max_bytes: cap of the decompressed body.
            unretried: statuses to hand to ``read``, after a wait, although they are usually tried again.

        Raises:
            GaveUp: no final answer in all tries.
            HubUnavailable: offline, or the hub asks for a longer wait than a run can afford.
            HubRefused: the token is wrong.
        """
        for n_tried in count(1):
            try:
                return read(self._final(self._ask(url, bucket, headers or {}, max_bytes), bucket, unretried))
            except _RETRIED as fault:
                self._prepare_retry(fault, n_tried, url, bucket)
        raise AssertionError("count never ends")

    def _ask(self, url: str, bucket: BucketName, headers: Mapping[str, str], max_bytes: int) -> Answer:
        """Send one request when the budget allows it, and read its answer whole."""
        self._refuse_offline()
        self._buckets[bucket].acquire()
        answer = None
        try:
            answer = within(self.limits.request_seconds, lambda: self._exchange(url, headers, max_bytes))
        except OfflineModeIsEnabled as error:
            raise _offline() from error
        finally:
            self._buckets[bucket].release(answer.headers if answer else None)
        self._note(answer)
        return answer

    def _exchange(self, url: str, headers: Mapping[str, str], max_bytes: int) -> Answer:
        deadline = time.monotonic() + self.limits.request_seconds
        sent = {"user-agent": self._user_agent, "accept-encoding": "gzip", **headers}
        if token := get_token():
            sent["authorization"] = f"Bearer {token}"
        silence = min(self.limits.silence_seconds, self.limits.request_seconds)
        with get_session().stream("GET", url, headers=sent, timeout=silence, follow_redirects=False) as response:
            return read_answer(response, max_bytes, deadline)

    def _note(self, answer: Answer) -> None:
        """Count an answer, and log what the hub warns of, each topic once."""
        with self._guard:
            self.n_requests += 1
            self.n_bytes_received += len(answer.content)
            self.has_answered = True
            told = [text.partition(";") for text in answer.headers.get_list("x-hf-warning")]
            new = {topic.strip(): text.strip() for topic, _, text in told if topic.strip() not in self._warned}
            self._warned |= new.keys()
        for topic, text in new.items():
            log("hub.warning", level=logging.WARNING, topic=topic, message=text)

    def _final(self, answer: Answer, bucket: BucketName, unretried: frozenset[int]) -> Answer:
        if answer.status in RETRIED_STATUSES:
            busy = _Busy(answer)
            if answer.status not in unretried:
                raise busy
            self._wait(answer, self.limits.retries.wait_seconds(1), bucket, str(busy))
        if answer.status == httpx2.codes.UNAUTHORIZED and _WRONG_TOKEN in answer.complaint:
            hint = "renew HF_TOKEN, or unset it to read public models without one; nothing was read anonymously instead"
            raise HubRefused("the hub does not know the token in HF_TOKEN", hint=hint, request_id=answer.request_id)
        return answer

    def _prepare_retry(self, fault: Exception, n_tried: int, url: str, bucket: BucketName) -> None:
        """Wait as the hub wishes, or else as the policy says.

        Raises:
            GaveUp: that was the last try.
            HubUnavailable: the hub's wish is beyond what a run can wait.
        """
        reason = redact(str(fault) or type(fault).__name__)
        policy = self.limits.retries
        tries = policy.tries if self.has_answered else policy.first_contact_tries
        log("crawl.retry", level=logging.WARNING, url=without_query(url), tried=n_tried, of=tries, reason=reason)
        if n_tried >= tries:
            raise GaveUp(f"{without_query(url)} could not be read in {n_tried} tries: {reason}", hint=_SEEK_HELP)
        self._wait(fault.answer if isinstance(fault, _Busy) else None, policy.wait_seconds(n_tried), bucket, reason)

    def _wait(self, answer: Answer | None, seconds: float, bucket: BucketName, reason: str) -> None:
        """Hold back the whole bucket for a wish of the hub or a rate limit, this thread alone for anything else."""
        wished = None if answer is None else retry_after(answer.headers)
        if wished is not None:
            self._buckets[bucket].block(wished)
        elif answer is None or answer.status != httpx2.codes.TOO_MANY_REQUESTS:
            self._buckets[bucket].pause(seconds, reason)
        elif not _is_told_by_budget(answer):
            self._buckets[bucket].block(seconds)

    def _refuse_offline(self) -> None:
        if self._offline:
            raise _offline()


class _Busy(Exception):
    """The hub answered with a status that is worth another try."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}: {answer.complaint}")
        self.answer = answer


_RETRIED = (httpx2.TransportError, httpx2.DecodingError, Overdue, UnusableBody, _Busy)


def _is_told_by_budget(answer: Answer) -> bool:
    """Tell whether the window is spent, so that the bucket already waits for its end; else some other limiter struck."""
    advice = advice_of(answer.headers)
    return advice is not None and advice.remaining == 0


def _offline() -> HubUnavailable:
    return HubUnavailable("offline by HF_HUB_OFFLINE, so no hub is asked", hint="unset HF_HUB_OFFLINE, or import files instead")


def user_agent(contact: str) -> str:
    """Return what hubtree calls itself: product, client library and, where given, whom to write to."""
    product = f"hubtree/{version('hubtree')} huggingface_hub/{version('huggingface_hub')}"
    shown = "".join(
        character for character in contact if character.isascii() and character.isprintable() and character not in "()"
    )
    return f"{product} ({shown})" if shown else product

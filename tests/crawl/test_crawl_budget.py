"""The shared budget, on a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.crawl import budget
from pipelines.crawl.budget import Bucket, Stopped
from pipelines.crawl.ratelimit import Advice, advice_of, retry_after
from pipelines.crawl.retry import RetryPolicy
from warehouse.errors import HubUnavailable


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class ClockedCondition:
    """A condition on which waiting moves the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self, seconds: float | None = None) -> None:
        assert seconds is not None, "nobody would ever answer"
        self._clock.now += seconds

    def notify_all(self) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(budget, "time", clock)
    monkeypatch.setattr(budget.threading, "Condition", lambda: ClockedCondition(clock))
    return clock


def told(remaining: int, reset: int, quota: int = 500) -> Mapping[str, str]:
    return {"ratelimit": f'"api";r={remaining};t={reset}', "ratelimit-policy": f'"fixed window";"api";q={quota};w=300'}


def ask(bucket: Bucket, clock: Clock, headers: Mapping[str, str]) -> float:
    """Make one request that is answered at once, and return how long it had to wait."""
    before = clock.now
    bucket.acquire()
    waited = clock.now - before
    bucket.release(headers)
    return waited


def test_an_empty_window_is_waited_for_and_one_second_more(clock: Clock) -> None:
    bucket = Bucket("api")
    ask(bucket, clock, told(0, 55))
    assert ask(bucket, clock, told(499, 300)) == 56
    assert bucket.seconds_waited == 56


def test_a_wish_holds_the_bucket_back_although_requests_are_left(clock: Clock) -> None:
    bucket = Bucket("api")
    ask(bucket, clock, told(400, 200))
    bucket.block(120)
    assert ask(bucket, clock, told(399, 80)) == 120


def test_a_full_window_is_not_slowed_down(clock: Clock) -> None:
    bucket = Bucket("api")
    assert [ask(bucket, clock, told(500 - n, 200)) for n in range(1, 400)] == [0.0] * 399


def test_the_last_tenth_of_a_window_is_spread_over_its_rest(clock: Clock) -> None:
    """The last fifty requests of a window, with 100 seconds to go, never meet a 429."""
    bucket = Bucket("api")
    ends_at = clock.now + 100
    ask(bucket, clock, told(50, 100))
    waits = [ask(bucket, clock, told(50 - n, max(int(ends_at - clock.now), 0))) for n in range(1, 50)]
    assert all(wait <= 5 for wait in waits)
    assert sum(waits[:10]) > 5
    assert clock.now <= ends_at + 1


def test_a_longer_wait_than_a_run_can_make_is_refused(clock: Clock) -> None:
    bucket = Bucket("api", longest_wait=600)
    with pytest.raises(HubUnavailable, match="999999 s"):
        bucket.block(999_999)
    ask(bucket, clock, told(0, 999_999))
    with pytest.raises(HubUnavailable):
        bucket.acquire()


def test_answers_that_come_out_of_order_do_not_raise_the_count(clock: Clock) -> None:
    bucket = Bucket("api")
    ask(bucket, clock, told(10, 100))
    ask(bucket, clock, told(300, 100))
    assert bucket.left == 10
    clock.now += 102
    ask(bucket, clock, told(499, 300))
    assert bucket.left == 499


def test_requests_under_way_count_as_spent() -> None:
    bucket = Bucket("api")
    bucket.acquire()
    bucket.release(told(2, 300, quota=10))
    bucket.acquire()
    bucket.acquire()
    third = threading.Thread(target=_acquire, args=(bucket,), daemon=True)
    third.start()
    third.join(0.1)
    assert third.is_alive()
    bucket.stop()
    third.join(5)
    assert not third.is_alive()


def _acquire(bucket: Bucket) -> None:
    with pytest.raises(Stopped):
        bucket.acquire()


def test_while_nothing_is_known_of_a_window_one_request_goes_ahead_alone() -> None:
    bucket = Bucket("api")
    bucket.acquire()
    second = threading.Thread(target=bucket.acquire, daemon=True)
    second.start()
    second.join(0.1)
    assert second.is_alive()
    bucket.release({})
    second.join(5)
    assert not second.is_alive()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "Sat, 21 Nov 2026 10:02:00 GMT", "date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 121.0),
        ({"retry-after": "Sat, 21 Nov 2026 09:00:00 GMT", "date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 1.0),
        ({"retry-after": "Sat, 21 Nov 2026 10:02:00 GMT"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "abc"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_both_forms_of_a_wish_are_read_and_nonsense_is_none(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_the_budget_is_read_from_both_headers() -> None:
    assert advice_of(told(489, 189)) == Advice(489, 190.0, 500)
    assert advice_of({"ratelimit": '"api";r=3;t=9'}) == Advice(3, 10.0, None)
    assert advice_of({"ratelimit": "much"}) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_reading_headers_never_fails(one: str, two: str, three: str) -> None:
    headers = {"ratelimit": one, "ratelimit-policy": two, "retry-after": three, "date": one}
    advice_of(headers)
    wish = retry_after(headers)
    assert wish is None or wish >= 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200))
def test_a_retry_waits_at_most_its_exponential_share_and_the_cap(n_tried: int) -> None:
    policy = RetryPolicy(base_seconds=1.0, cap_seconds=60.0)
    assert 0 <= policy.wait_seconds(n_tried) <= min(60.0, 2.0 ** (n_tried - 1))

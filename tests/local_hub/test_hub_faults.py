"""Each fault as a client meets it, the promise of a survivable plan, and the log that tells who came back too early."""

from __future__ import annotations

import gzip
import json
import time
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest
from invented_hub import ids_of, record, store_of, walk

from pipelines.local_hub.faults import WRONG_BODY, FaultPicker, FaultPlan
from pipelines.local_hub.rate_limit import RateLimiter, bucket_of
from pipelines.local_hub.request_log import Entry, RequestLog, is_counted_file
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore

PAGE = "/api/models?sort=createdAt&limit=5"


def first_answer(store: HubStore, client: httpx2.Client, plan: FaultPlan, path: str = PAGE) -> httpx2.Response:
    with running_hub(store, faults=plan) as hub:
        return client.get(hub.endpoint + path)


def test_a_used_up_quota_is_429_with_nothing_left_until_the_window_ends(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(api_quota=2, window_seconds=0.5)) as hub:
        answers = [client.get(hub.endpoint + PAGE) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["ratelimit"] for answer in answers] == ['"api";r=1;t=1', '"api";r=0;t=1', '"api";r=0;t=1']
        assert "retry-after" not in answers[2].headers
        assert client.get(f"{hub.endpoint}/maker1/model-1/resolve/main/README.md").status_code == 200
        time.sleep(0.55)
        assert client.get(hub.endpoint + PAGE).status_code == 200
        assert [entry.status for entry in hub.log.over_quota()] == [429]


def test_a_limit_can_name_seconds_while_requests_are_left(store: HubStore, client: httpx2.Client) -> None:
    answer = first_answer(store, client, FaultPlan(limited_every=1, retry_after_seconds=7))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert ";r=0;" not in answer.headers["ratelimit"]


def test_a_limit_can_name_a_date_no_earlier_than_the_wait(store: HubStore, client: httpx2.Client) -> None:
    answer = first_answer(store, client, FaultPlan(limited_date_every=1, retry_after_seconds=7))
    wait = parsedate_to_datetime(answer.headers["retry-after"]) - parsedate_to_datetime(answer.headers["date"])
    assert answer.status_code == 429
    assert 7 <= wait.total_seconds() <= 8


def test_a_limit_can_come_without_any_header_and_as_html(store: HubStore, client: httpx2.Client) -> None:
    answer = first_answer(store, client, FaultPlan(limited_bare_every=1))
    assert (answer.status_code, answer.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert not {"retry-after", "ratelimit", "ratelimit-policy"} & set(answer.headers)


def test_a_limit_can_name_a_wait_that_is_none(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(limited_odd_every=1)) as hub:
        answers = [client.get(hub.endpoint + PAGE) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {429}
        assert {answer.headers["retry-after"] for answer in answers} == {"-5", "abc", ""}
        assert hub.log.early_requests() == []


def test_wide_pages_can_time_out_until_less_is_asked_for(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(wide_page_limit=10)) as hub:
        asked = ("limit=11&expand=tags", "limit=10&expand=tags", "limit=11")
        assert [client.get(f"{hub.endpoint}/api/models?{query}").status_code for query in asked] == [504, 200, 200]


def test_a_redirect_can_lead_to_another_host(store: HubStore, client: httpx2.Client) -> None:
    answer = first_answer(store, client, FaultPlan(foreign_redirect_every=1))
    assert answer.status_code == 307
    assert httpx2.URL(answer.headers["location"]).host == "elsewhere.invalid"


def test_server_errors_come_in_bursts(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(server_error_every=4, server_error_burst=2)) as hub:
        answers = [client.get(hub.endpoint + PAGE) for _ in range(10)]
    assert [answer.status_code >= 500 for answer in answers] == [n in {4, 5, 8, 9} for n in range(1, 11)]
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)


def test_a_cut_body_breaks_off_before_its_announced_length(store: HubStore, client: httpx2.Client) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        first_answer(store, client, FaultPlan(cut_body_every=1))


def test_half_a_json_document_looks_complete(store: HubStore, client: httpx2.Client) -> None:
    answer = first_answer(store, client, FaultPlan(truncated_json_every=1))
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_an_html_page_calls_itself_json(store: HubStore, client: httpx2.Client) -> None:
    answer = first_answer(store, client, FaultPlan(html_page_every=1))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert answer.text.startswith("<!doctype html>")


def test_a_slow_drip_arrives_whole_and_not_before_its_time(store: HubStore, client: httpx2.Client) -> None:
    started_at = time.monotonic()
    answer = first_answer(store, client, FaultPlan(slow_drip_every=1, drip_seconds=0.3))
    assert len(answer.json()) == 5
    assert time.monotonic() - started_at >= 0.3


def test_an_empty_page_leads_to_the_page_that_was_asked_for(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(empty_page_every=2)) as hub:
        pages = list(walk(client, hub.endpoint + PAGE))
        addresses = [str(page.request.url) for page in pages]
    assert [len(page.json()) for page in pages] == [5, 0, 5, 0, 5, 0, 5, 0, 5]
    assert sorted(ids_of(iter(pages))) == sorted(store.records["model_id"])
    assert len(set(addresses)) == len(addresses)


def test_a_first_page_may_be_empty_too(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(empty_page_every=1)) as hub:
        first = client.get(hub.endpoint + PAGE)
        hub.swap_faults(FaultPlan())
        rest = ids_of(walk(client, first.links["next"]["url"]))
    assert first.json() == []
    assert len(rest) == len(store)


def test_a_next_link_can_lead_to_itself_or_elsewhere(store: HubStore, client: httpx2.Client) -> None:
    looping = first_answer(store, client, FaultPlan(cursor_loop_every=1))
    foreign = first_answer(store, client, FaultPlan(foreign_next_every=1))
    assert looping.links["next"]["url"] == str(looping.request.url)
    assert httpx2.URL(foreign.links["next"]["url"]).host != foreign.request.url.host


def test_faults_of_links_strike_listings_only(store: HubStore, client: httpx2.Client) -> None:
    plan = FaultPlan(empty_page_every=1, cursor_loop_every=1, foreign_next_every=1)
    assert first_answer(store, client, plan, "/api/models/maker1/model-1").json()["id"] == "maker1/model-1"


def test_a_body_can_be_far_too_large_plain_or_packed(store: HubStore) -> None:
    plan = FaultPlan(oversized_every=1, oversized_bytes=3_000_000)
    packed = FaultPlan(gzip_bomb_every=1, oversized_bytes=3_000_000)
    with httpx2.Client(headers={"accept-encoding": "identity"}) as client:
        assert len(first_answer(store, client, plan).content) == 3_000_000
        with running_hub(store, faults=packed) as hub, client.stream("GET", hub.endpoint + PAGE) as answer:
            raw = b"".join(answer.iter_raw())
    assert len(raw) < 10_000
    assert len(gzip.decompress(raw)) == 3_000_000


def test_a_hub_that_is_down_answers_nothing_and_comes_back(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(is_down=True)) as hub:
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get(hub.endpoint + PAGE)
        hub.swap_faults(FaultPlan())
        assert client.get(hub.endpoint + PAGE).status_code == 200
        assert hub.log.fault_counts() == {"down": 1}


def test_rows_move_between_the_pages_of_a_listing(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(moving_rows_every=1, moving_rows=20)) as hub:
        first, second = (client.get(f"{hub.endpoint}/api/models?sort=downloads").json() for _ in range(2))
    assert [row["id"] for row in first] != [row["id"] for row in second]
    assert sorted(row["id"] for row in first) == sorted(row["id"] for row in second)


@pytest.mark.parametrize(("kind", "status"), [("gated", 401), ("disabled", 403), ("renamed", 307)])
def test_a_share_of_the_models_can_be_gated_disabled_or_renamed(client: httpx2.Client, kind: str, status: int) -> None:
    names = [record(n)["id"] for n in range(60)]
    plan = FaultPlan(seed=5, **{f"{kind}_share": 0.5})
    with running_hub(store_of([record(n) for n in range(60)]), faults=plan) as hub:
        statuses = {name: client.get(f"{hub.endpoint}/api/models/{name}").status_code for name in names}
    assert {name for name, found in statuses.items() if found == status} == {n for n in names if plan.share_of(kind, n)}
    assert set(statuses.values()) == {200, status}


def test_a_model_of_the_renamed_share_is_read_under_its_new_name(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(renamed_share=1.0)) as hub:
        moved = client.get(f"{hub.endpoint}/maker1/model-1/resolve/main/README.md")
        card = client.get(hub.endpoint + moved.headers["location"])
        detail = client.get(f"{hub.endpoint}/api/models/maker1/model-1-renamed").json()
    assert card.status_code == 200
    assert (detail["id"], detail["_id"]) == ("maker1/model-1-renamed", record(1)["_id"])


def test_the_same_seed_strikes_the_same_requests_and_another_seed_others() -> None:
    strikes = [[FaultPlan.everything(seed).fault_at(n, n) for n in range(1, 300)] for seed in (1, 1, 2)]
    assert strikes[0] == strikes[1] != strikes[2]


@pytest.mark.parametrize("seed", range(5))
def test_a_survivable_plan_never_meets_a_path_too_often_in_a_row(seed: int) -> None:
    picker = FaultPicker(FaultPlan.everything(seed))
    faults = [picker.pick(number, "/api/models", number) for number in range(1, 2000)]
    assert all("" in faults[n : n + 3] for n in range(len(faults) - 3))
    assert all(not later for fault, later in pairwise(faults) if fault in WRONG_BODY)
    assert 0.1 < sum(map(bool, faults)) / len(faults) < 0.4


def patient(client: httpx2.Client, address: str) -> httpx2.Response:
    """Ask until a page comes that can be read; wait as long as the hub says."""
    for _ in range(6):
        try:
            answer = client.get(address)
            if answer.status_code == 200:
                answer.json()
                if ";r=0;" in answer.headers["ratelimit"]:
                    time.sleep(int(answer.headers["ratelimit"].split("t=")[1]))
                return answer
        except (httpx2.RemoteProtocolError, json.JSONDecodeError):
            continue
        time.sleep(2.0 if answer.headers.get("retry-after") or ";r=0;" in answer.headers.get("ratelimit", "") else 0.1)
    raise AssertionError(f"no answer from {address}")


def test_a_patient_walk_survives_everything_and_comes_never_too_early() -> None:
    store = store_of([record(n) for n in range(60)])
    listed, faults, address = [], set(), "/api/models?sort=createdAt&direction=1&limit=2"
    with running_hub(store, faults=FaultPlan.everything(seed=3)) as hub, httpx2.Client(timeout=10) as client:
        address = hub.endpoint + address
        while address:
            answer = patient(client, address)
            listed += [row["id"] for row in answer.json()]
            address = answer.links.get("next", {}).get("url", "")
        faults = set(hub.log.fault_counts())
        assert hub.log.early_requests() == []
    assert listed == [record(n)["id"] for n in range(60)]
    assert len(faults) >= 4


def entry(
    received_at: float, *, allowed_at: float | None = None, bucket: str = "api", status: int = 200, fault: str = ""
) -> Entry:
    return Entry(1, received_at, received_at + 0.01, "GET", "/", bucket, status, fault, allowed_at)


@pytest.mark.parametrize(
    ("comes_back_at", "bucket", "is_early"),
    [(10.0, "api", False), (9.999, "api", False), (9.0, "api", True), (9.0, "resolvers", False), (1.1, "api", False)],
)
def test_a_request_is_early_if_its_bucket_had_been_told_to_wait(comes_back_at: float, bucket: str, is_early: bool) -> None:
    log = RequestLog()
    log.add(entry(1.0, allowed_at=10.0, status=429))
    log.add(late := entry(comes_back_at, bucket=bucket))
    assert log.early_requests() == ([late] if is_early else [])


def test_an_impatient_client_is_found_out(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, faults=FaultPlan(limited_every=1, retry_after_seconds=30)) as hub:
        client.get(hub.endpoint + PAGE)
        time.sleep(0.3)
        client.get(hub.endpoint + PAGE)
        assert [late.number for late in hub.log.early_requests()] == [2]


def test_the_log_file_holds_every_request_and_no_credentials(store: HubStore, client: httpx2.Client, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    secret = "hf_" + "inventedsecret"
    with running_hub(store, log_path=path) as hub:
        client.get(hub.endpoint + PAGE, headers={"authorization": f"Bearer {secret}"})
        client.get(f"{hub.endpoint}/api/models/no/body")
    text = path.read_text()
    assert [json.loads(line)["had_credentials"] for line in text.splitlines()] == [True, False]
    assert secret not in text


@pytest.mark.parametrize(
    ("path", "bucket"),
    [("/api/models", "api"), ("/a/b/resolve/main/README.md", "resolvers"), ("/a/b", "pages"), ("/", "pages")],
)
def test_a_path_counts_in_one_bucket(path: str, bucket: str) -> None:
    assert bucket_of(path) == bucket


def test_windows_follow_one_another_and_each_begins_full() -> None:
    limiter = RateLimiter({"api": 2}, window_seconds=0.2)
    first = [limiter.take("api").is_exceeded for _ in range(3)]
    time.sleep(0.25)
    assert (first, limiter.take("api").is_exceeded) == ([False, False, True], False)


@pytest.mark.parametrize(
    ("path", "is_counted"),
    [("/a/b/resolve/main/x.GGUF", True), ("/a/b/resolve/main/README.md", False), ("/api/models/config.json", False)],
)
def test_counted_files_are_told_by_their_name(path: str, is_counted: bool) -> None:
    assert is_counted_file(path) is is_counted

"""Requests recorded from both official clients: the embedded hub understands every one of them."""

from __future__ import annotations

from pathlib import Path

import httpx2
import orjson
import pytest
from invented_hub import CARD, record, store_of

from pipelines.local_hub.serving import RunningHub, running_hub
from pipelines.local_hub.store import HubStore

FILES = ("huggingface_hub_2.4.0.requests.jsonl", "huggingface_hub_js_2.17.5.requests.jsonl")


@pytest.fixture
def store() -> HubStore:
    """The models that the recorded requests are about."""
    records = [record(n, id=f"u/m{n}", tags=["gguf", "en"]) for n in range(12)]
    records += [record(20, id="new/name"), record(21, id="gated/x", gated="auto"), record(22, id="disabled/x", disabled=True)]
    return store_of(records, {"u/m1": CARD}, {"old/name": "new/name"})


def expected_status(path: str) -> int:
    refused = {"/old/": 307, "/nope": 401, "/gated/": 401, "/disabled/": 403, "/x/m1/": 401}
    return next((status for part, status in refused.items() if part in path), 200)


@pytest.mark.real
@pytest.mark.parametrize("name", FILES)
def test_every_recorded_request_gets_the_answer_its_client_knows(
    real_data: Path, hub: RunningHub, client: httpx2.Client, name: str
) -> None:
    file = real_data / "hub" / "client_requests" / name
    if not file.is_file():
        pytest.skip(f"{file} is not here")
    requests = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    for request in requests:
        # A cursor belongs to the hub that gave it: these were another's.
        path = request["path"].split("&cursor=")[0]
        answer = client.request(request["m"], hub.endpoint + path, headers=request["h"])
        assert answer.status_code == (206 if "Range" in request["h"] else expected_status(path)), path
    assert len(requests) >= 9
    assert hub.log.counted_files() == []


@pytest.mark.real
def test_a_cursor_of_another_hub_is_refused_and_never_a_server_error(
    real_data: Path, store: HubStore, client: httpx2.Client
) -> None:
    paths = [orjson.loads(line)["path"] for name in FILES for line in (real_data / "hub/client_requests" / name).open("rb")]
    with running_hub(store) as hub:
        answers = [client.get(hub.endpoint + path) for path in paths if "&cursor=" in path]
    assert answers
    assert {answer.status_code for answer in answers} == {400}

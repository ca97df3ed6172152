"""Starting and stopping a hub in a process of its own, and what is said when it can't be started."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2
import pytest

from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from warehouse.errors import UsageError

SCRIPT = """
import sys
from invented_hub import record, store_of
from pipelines.local_hub.serving import serve_forever
sys.exit(serve_forever(store_of([record(1)]), "127.0.0.1", 0, None, lambda endpoint: print(endpoint, flush=True)))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_hub_in_the_foreground_answers_until_it_is_told_to_end_and_ends_well(
    number: signal.Signals, client: httpx2.Client
) -> None:
    folder = Path(__file__).parent
    paths = {"PYTHONPATH": f"{folder}:{folder.parent.parent}"}
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True, env=paths)
    try:
        assert process.stdout is not None
        endpoint = process.stdout.readline().strip()
        assert len(client.get(f"{endpoint}/api/models").json()) == 1
        process.send_signal(number)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_port_in_use_is_said_in_one_line(store: HubStore) -> None:
    with running_hub(store) as hub:
        taken = running_hub(store, port=int(hub.endpoint.rsplit(":", 1)[1]))
        with pytest.raises(UsageError, match="cannot serve on") as refused:
            taken.__enter__()
    assert "port" in refused.value.hint


def test_a_hub_that_ended_answers_no_more_and_leaves_no_thread(store: HubStore, client: httpx2.Client) -> None:
    before = threading.active_count()
    with running_hub(store) as hub:
        client.get(f"{hub.endpoint}/api/models")
    with pytest.raises(httpx2.TransportError):
        client.get(f"{hub.endpoint}/api/models")
    for _ in range(100):
        if threading.active_count() <= before:
            break
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_many_clients_are_answered_at_once_and_every_request_is_logged_once(store: HubStore) -> None:
    def visit(n: int) -> None:
        with httpx2.Client(timeout=20) as own:
            statuses.extend(own.get(f"{hub.endpoint}/api/models/maker{n % 3}/model-{n}").status_code for _ in range(20))

    statuses: list[int] = []
    with running_hub(store) as hub:
        threads = [threading.Thread(target=visit, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert statuses == [200] * 160
        assert sorted(entry.number for entry in hub.log.entries) == list(range(1, 161))

"""What people are told: through each type of the one connection, and without it."""

from __future__ import annotations

import io
import json
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from ops.one_shot import TaskLines, run_dag
from pipelines import steps
from warehouse.errors import HubUnavailable
from warehouse.paths import Layout

SECRET = "T000/B000/secret-path"
LINE = "hubtree: nightly_ingest.crawl failed: no answer"


@pytest.fixture
def failing(dags: Mapping[str, Any], hubtree_home: Layout, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call what a task that failed for good calls, with a connection if one is given."""

    def run(connection: object = None) -> None:
        if connection is not None:
            text = connection if isinstance(connection, str) else json.dumps(connection)
            monkeypatch.setenv("AIRFLOW_CONN_HUBTREE_ALERTS", text)
        (report,) = dags["nightly_ingest"].get_task("crawl").on_failure_callback
        task = SimpleNamespace(dag_id="nightly_ingest", task_id="crawl", run_id="manual__1", try_number=5)
        report({"task_instance": task, "exception": HubUnavailable("no answer")})

    return run


def test_a_task_that_fails_for_good_is_told_in_its_home_and_to_the_connection(
    dags: Mapping[str, Any], hubtree_home: Layout, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "crawl", _unavailable)
    with _web_hook() as (port, received):
        monkeypatch.setenv("AIRFLOW_CONN_HUBTREE_ALERTS", f"http://127.0.0.1:{port}/{SECRET}")
        assert not run_dag(dags["nightly_ingest"], TaskLines(io.StringIO()), {})
    assert [body for _, body in received] == list(_alerts(hubtree_home))
    assert received[0][1]["text"] == LINE
    _assert_nowhere("secret-path", hubtree_home, capfd)


def test_without_the_connection_the_home_alone_is_told(
    failing: Any, hubtree_home: Layout, capfd: pytest.CaptureFixture[str]
) -> None:
    failing()
    (alert,) = _alerts(hubtree_home)
    assert (alert["text"], alert["error"], alert["kind"]) == (LINE, "HubUnavailable", "failure")
    assert "not delivered" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("form", ["in the host", "as an address", "http with a port"])
def test_a_web_hook_gets_the_alert_and_its_address_is_written_nowhere(
    failing: Any, hubtree_home: Layout, capfd: pytest.CaptureFixture[str], form: str
) -> None:
    with _web_hook() as (port, received):
        address = f"http://127.0.0.1:{port}/{SECRET}"
        connections = {
            "in the host": {"conn_type": "http", "host": address},
            "as an address": address,
            "http with a port": {"conn_type": "http", "host": "127.0.0.1", "port": port, "schema": SECRET},
        }
        failing(connections[form])
    ((path, body),) = received
    assert path == f"/{SECRET}"
    assert body == next(_alerts(hubtree_home))
    assert body["text"] == LINE
    _assert_nowhere("secret-path", hubtree_home, capfd)


def test_slack_gets_one_line(failing: Any, hubtree_home: Layout, capfd: pytest.CaptureFixture[str]) -> None:
    with _web_hook() as (port, received):
        failing({"conn_type": "slackwebhook", "host": f"http://127.0.0.1:{port}/services", "password": SECRET})
    assert received == [(f"/services/{SECRET}", {"text": LINE})]
    _assert_nowhere("secret-path", hubtree_home, capfd)


def test_a_mail_goes_to_whom_the_connection_names(
    failing: Any, hubtree_home: Layout, capfd: pytest.CaptureFixture[str]
) -> None:
    extra = {"to": "night@hub.example", "from_email": "hubtree@hub.example", "disable_ssl": True, "disable_tls": True}
    with _mail_server() as (port, received):
        failing({"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra})
    assert "rcpt TO:<night@hub.example>" in "\n".join(received)
    assert f"Subject: {LINE}" in "\n".join(received)


@pytest.mark.parametrize(
    "connection",
    [
        {"conn_type": "http", "host": "http://127.0.0.1:9/secret-path"},
        {"conn_type": "smtp", "host": "127.0.0.1"},
        {"conn_type": "sqlite", "host": "secret-path"},
    ],
    ids=["nobody listens", "nobody to mail to", "no way to tell"],
)
def test_a_connection_that_leads_nowhere_changes_nothing_else(
    failing: Any, hubtree_home: Layout, capfd: pytest.CaptureFixture[str], connection: object
) -> None:
    failing(connection)
    assert [alert["text"] for alert in _alerts(hubtree_home)] == [LINE]
    _assert_nowhere("secret-path", hubtree_home, capfd)


def test_a_late_night_is_told_with_run_and_hour(airflow: None, dags: Mapping[str, Any], hubtree_home: Layout) -> None:
    path, _, function = dags["nightly_ingest"].deadline[0].callback.path.rpartition(".")
    due = datetime(2026, 3, 1, 8, tzinfo=UTC)
    run = {"dag_id": "nightly_ingest", "dag_run_id": "scheduled__2026-03-01"}
    getattr(import_module(path), function)(context={"dag_run": run, "deadline": {"deadline_time": due}})
    (alert,) = _alerts(hubtree_home)
    assert alert["text"] == (
        "hubtree: nightly_ingest is late: not finished by 2026-03-01 08:00 UTC; readers still have the last good file"
    )
    assert (alert["kind"], alert["run_id"]) == ("lateness", "scheduled__2026-03-01")


def _unavailable(*_: object, **__: object) -> None:
    raise HubUnavailable("no answer")


def _alerts(home: Layout) -> Iterator[dict[str, str]]:
    return (json.loads(path.read_text()) for path in (home.home / "alerts").iterdir())


def _assert_nowhere(secret: str, home: Layout, capfd: pytest.CaptureFixture[str]) -> None:
    assert secret not in "".join(capfd.readouterr())
    written = [path for path in home.home.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if secret.encode() in path.read_bytes()] == []


@contextmanager
def _web_hook() -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    received: list[tuple[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with _serving(HTTPServer(("127.0.0.1", 0), Hook)) as port:
        yield port, received


@contextmanager
def _mail_server() -> Iterator[tuple[int, list[str]]]:
    """As much of SMTP as one mail needs."""
    received: list[str] = []

    class Mail(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mail.example")
            while line := self.rfile.readline().decode().rstrip():
                received.append(line)
                if line == "data":
                    self._say("354 go on")
                    self._read_mail()
                self._say("221 bye" if line == "quit" else "250 fine")

        def _read_mail(self) -> None:
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                # A long header goes on in the next line, after a space.
                if line.startswith(" ") and received:
                    received[-1] += line
                else:
                    received.append(line)

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with _serving(socketserver.TCPServer(("127.0.0.1", 0), Mail)) as port:
        yield port, received


@contextmanager
def _serving(server: Any) -> Iterator[int]:
    with server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)

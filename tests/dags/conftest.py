"""Airflow in a folder of its own, made once for all tests of the DAGs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from local_airflow import LocalAirflow

from ops.airflow_home import airflow_environment
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.sources import planted
from warehouse.paths import Layout


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Airflow's environment, set before its first import, and its database."""
    layout = Layout(tmp_path_factory.mktemp("airflow-home"))
    layout.airflow.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in airflow_environment(layout, "tests.db").items():
            if name.startswith("AIRFLOW"):
                patch.setenv(name, value)
        from ops.one_shot import migrate

        migrate()
        yield


@pytest.fixture(scope="session")
def dags(airflow: None) -> Mapping[str, Any]:
    """The DAGs of the folder, by id."""
    from ops.one_shot import load_dags

    return load_dags()


@pytest.fixture(scope="session")
def hub() -> Iterator[str]:
    """Address of a planted hub."""
    with running_hub(planted(200, seed=1)) as hub:
        yield hub.endpoint


@pytest.fixture
def token() -> str:
    """A token that must never be written anywhere."""
    return "hf_" + "PlantedForTests" * 2


@pytest.fixture
def hubtree_home(tmp_path: Path, token: str, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """An empty hubtree home that tasks find in their environment, with a token beside it."""
    layout = Layout(tmp_path / "home")
    monkeypatch.setenv("HUBTREE_HOME", str(layout.home))
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    return layout


@pytest.fixture(scope="session")
def repeating_hub() -> Iterator[str]:
    """Address of a hub that refuses, and repeats the token it was sent in headers and body."""

    class Repeating(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"Invalid credentials: {self.headers.get('Authorization', 'none')}".encode()
            self.send_response(401)
            self.send_header("X-Error-Message", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Repeating) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)


@pytest.fixture
def airflow_here(hubtree_home: Layout) -> Iterator[LocalAirflow]:
    local = LocalAirflow(hubtree_home)
    try:
        yield local
    finally:
        local.script("down")

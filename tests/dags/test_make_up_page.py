"""Airflow's page as `make up` starts it, in a real browser: log in, trigger with the parameter form, see the run end green."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from local_airflow import LocalAirflow
from playwright.sync_api import Page, sync_playwright

from ops.airflow_home import USER
from ops.services import load
from pipelines.clock import now
from pipelines.doctor import examine
from pipelines.settings import Settings
from warehouse.paths import Layout

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LIMIT = 60
"""Models to list: the form is what is looked at here."""

PATIENCE = 60_000
"""Milliseconds: a page of Airflow on a busy machine."""

pytestmark = [
    pytest.mark.whole,
    pytest.mark.slow,
    pytest.mark.timeout(1500),  # two minutes where nobody else works
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here (make test installs it where apt-get may)"),
]


class StatsD:
    """Listens as a StatsD server does and keeps the names of what it is told."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def settings(self) -> dict[str, str]:
        """What docs/operations.md says to set."""
        port = str(self._socket.getsockname()[1])
        return {
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": port,
            "AIRFLOW__METRICS__STATSD_PREFIX": "airflow",
        }

    def _listen(self) -> None:
        while not self._is_over.is_set():
            try:
                told = self._socket.recv(65_536).decode()
            except TimeoutError:
                continue
            self.names |= {line.partition(":")[0] for line in told.splitlines()}

    def close(self) -> None:
        self._is_over.set()
        self._thread.join(5)
        self._socket.close()


@pytest.fixture
def statsd() -> Iterator[StatsD]:
    listening = StatsD()
    yield listening
    listening.close()


@contextmanager
def browsing(airflow: LocalAirflow) -> Iterator[Page]:
    """The page of the DAG, logged in as its user does."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_context(viewport={"width": 1280, "height": 1000}).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"http://127.0.0.1:{airflow.port}/dags/nightly_ingest")
        page.fill("input[name=username]", USER)
        page.fill("input[name=password]", airflow.password)
        page.keyboard.press("Enter")
        yield page
        chromium.close()


def trigger(page: Page, hub: str) -> None:
    """Fill the form in: the hub's address and a full walk; all else as it stands there."""
    page.get_by_role("button", name="Trigger Dag").click()
    form = page.locator("[role=dialog][data-state=open]")
    send = form.get_by_role("button", name="Trigger", exact=True)
    send.wait_for()
    for label in ("hub", "limit", "cards", "parents", "mode"):
        assert form.get_by_text(re.compile(f"^{label}")).first.is_visible(), label
    assert send.is_enabled(), "the form can be sent as it is: nothing is asked for that may be left out"
    form.locator("input[name=element_hub]").fill(hub)
    form.get_by_role("spinbutton").first.fill(str(LIMIT))
    form.locator("[name=element_mode]").locator("xpath=..").click()
    page.get_by_role("option", name="full").click()
    send.click()
    form.wait_for(state="hidden")


@pytest.fixture
def airflow_here(hubtree_home: Layout, statsd: StatsD) -> Iterator[LocalAirflow]:
    local = LocalAirflow(hubtree_home, **statsd.settings)
    try:
        yield local
    finally:
        local.script("down")


def test_a_run_triggered_by_the_form_ends_green(airflow_here: LocalAirflow, hub: str, statsd: StatsD) -> None:
    settings = Settings.from_environment()
    airflow_here.script("up")
    assert airflow_state(settings) == "ok"
    airflow_here.log_in()
    with browsing(airflow_here) as page:
        trigger(page, hub)
        assert airflow_here.finished_run("nightly_ingest") == "success"
        [run] = airflow_here.call("/api/v2/dags/nightly_ingest/dagRuns")["dag_runs"]
        assert {name: run["conf"][name] for name in ("hub", "mode", "cards", "limit")} == {
            "hub": hub,
            "mode": "full",
            "cards": "changed",
            "limit": LIMIT,
        }
        page.goto(f"http://127.0.0.1:{airflow_here.port}/dags/nightly_ingest/runs/{run['dag_run_id']}")
        page.get_by_text("Success", exact=True).first.wait_for()
        page.screenshot(path=airflow_here.home.home / "green.png")
    assert airflow_here.finished_run("dashboard_extracts") == "success"
    assert (settings.layout.dashboard / "index.html").is_file()
    expected = {"airflow.ti.finish.nightly_ingest.crawl.success", "airflow.dagrun.duration.success.nightly_ingest"}
    assert expected <= statsd.names, sorted(name for name in statsd.names if "nightly" in name)

    services = load(settings.layout)
    assert services is not None
    os.kill(next(part.pid for part in services.parts if part.name == "api-server"), signal.SIGKILL)
    assert airflow_state(settings) == "fault"


def airflow_state(settings: Settings) -> str:
    """What the doctor says of Airflow."""
    return next(finding.state for finding in examine(settings, now=now()) if finding.subject == "Airflow")

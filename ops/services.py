"""`make up` and `make down`: API server, scheduler and DAG processor on this machine alone.

Each part is started by itself, because `airflow standalone` opens log servers on all addresses. What was started is kept
in ``$HUBTREE_HOME/airflow/services.json``; `down` ends those processes and no others. No triggerer: no DAG waits in one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.airflow_home import LOOPBACK, POOLS, ROOT, keep_password, service_environment
from ops.embedded_hub import any_free_port, is_free
from ops.processes import Process, end, only_one, start
from warehouse.errors import HubtreeError, UsageError
from warehouse.files import write_whole
from warehouse.paths import Layout

USUAL_PORT = 8080
"""Airflow's own default."""

_PARTS = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
}
"""Ended in the opposite order: running tasks talk to the API server to the last."""

_HEALTHY_SECONDS = 120
_END_SECONDS = 60
"""A scheduler waits for its running tasks; what is cut off then goes on next time from its landed files."""


@dataclass(frozen=True)
class Services:
    """The parts that `up` started, and the port of the API server."""

    port: int
    parts: list[Process]

    @property
    def url(self) -> str:
        """Address of the web page and the API."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def all_running(self) -> bool:
        """True if no part has ended by itself."""
        return all(part.is_running for part in self.parts)


def state_file(layout: Layout) -> Path:
    """Return where the running parts are written down."""
    return layout.airflow / "services.json"


def load(layout: Layout) -> Services | None:
    """Return what `up` started, or None if nothing is written down."""
    try:
        kept = json.loads(state_file(layout).read_text())
    except FileNotFoundError:
        return None
    return Services(kept["port"], [Process(**part) for part in kept["parts"]])


def bring_up(layout: Layout) -> tuple[Services, bool]:
    """Start the parts that `down` ends, and wait until they are healthy; return them and whether they are new.

    Raises:
        HubtreeError: a part ended, or did not become healthy in time; everything started is ended again.
        Locked: another `make up` or `make down` is at work.
    """
    with only_one(layout.airflow / "services.lock", "make up or make down"):
        found = load(layout)
        if found and found.all_running:
            return found, False
        if found:
            _end_all(layout, found)
        return _start_all(layout), True


def take_down(layout: Layout) -> list[tuple[str, str]] | None:
    """End what `bring_up` started; return name and outcome of each part, or None if nothing was up."""
    with only_one(layout.airflow / "services.lock", "make up or make down"):
        found = load(layout)
        return _end_all(layout, found) if found else None


def _start_all(layout: Layout) -> Services:
    port = _choose_port()
    environment = service_environment(layout, port)
    keep_password(layout)
    _migrate(layout, environment)
    services = Services(port, [])
    try:
        for name, words in _PARTS.items():
            part = start(name, [_airflow(), *words], environment=environment, log=log_file(layout, name), folder=ROOT)
            services.parts.append(part)
            _write_down(layout, services)
        _wait_until_healthy(layout, services)
    except BaseException:
        _end_all(layout, services)
        raise
    return services


def _choose_port() -> int:
    text = os.environ.get("HUBTREE_AIRFLOW_PORT", "")
    if not text:
        return USUAL_PORT if is_free(USUAL_PORT) else any_free_port()
    if not text.isdecimal() or int(text) not in range(1, 65_536):
        raise UsageError(f"HUBTREE_AIRFLOW_PORT is {text!r}, not a port")
    if not is_free(int(text)):
        raise UsageError(f"port {text} is taken", hint="unset HUBTREE_AIRFLOW_PORT, and a free one is found")
    return int(text)


def _migrate(layout: Layout, environment: Mapping[str, str]) -> None:
    log = log_file(layout, "migrate")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        for words in (["db", "migrate"], ["pools", "import", str(POOLS)]):
            done = subprocess.run([_airflow(), *words], env=environment, stdout=output, stderr=output, check=False)
            if done.returncode:
                hint = f"the reason is in {log}"
                raise HubtreeError(f"Airflow's database could not be set up (airflow {words[0]} {words[1]})", hint=hint)


def _wait_until_healthy(layout: Layout, services: Services) -> None:
    deadline = time.monotonic() + _HEALTHY_SECONDS
    while not _is_healthy(services):
        for part in services.parts:
            if not part.is_running:
                raise HubtreeError(f"Airflow's {part.name} ended by itself", hint=f"read {log_file(layout, part.name)}")
        if time.monotonic() > deadline:
            hint = f"read the logs in {state_file(layout).parent / 'services'}"
            raise HubtreeError(f"Airflow was not healthy within {_HEALTHY_SECONDS} seconds", hint=hint)
        time.sleep(0.2)


def _is_healthy(services: Services) -> bool:
    """Return whether every part says so itself; a triggerer is not asked for."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{services.url}/api/v2/monitor/health", timeout=5) as answer:
            health: dict[str, Any] = json.load(answer)
    except (OSError, ValueError):
        return False
    return all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))


def _end_all(layout: Layout, services: Services) -> list[tuple[str, str]]:
    """End the parts, last started first, then forget them."""
    outcomes = [(part.name, end(part, patience=_END_SECONDS)) for part in reversed(services.parts)]
    state_file(layout).unlink(missing_ok=True)
    return outcomes


def _airflow() -> str:
    return str(Path(sys.executable).parent / "airflow")


def log_file(layout: Layout, name: str) -> Path:
    """Return the log of one part."""
    return layout.airflow / "services" / f"{name}.log"


def _write_down(layout: Layout, services: Services) -> None:
    text = json.dumps({"port": services.port, "parts": [part.to_record() for part in services.parts]}, indent=2)
    write_whole(state_file(layout), lambda path: path.write_text(text + "\n"))

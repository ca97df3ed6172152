"""The embedded hub of `make run`: a process of its own, at the same address every time.

The landing zone knows a hub by its address, so the port is kept in ``$HUBTREE_HOME/local-hub/port``: at another port the
second run would meet a stranger and fetch everything again.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.airflow_home import LOOPBACK, ROOT
from ops.processes import Process, end, only_one, start
from warehouse.errors import HubUnavailable, TransientError, UsageError
from warehouse.paths import Layout

USUAL_PORT = 8917
"""Unassigned, and no tool of the field listens there."""

_READY_SECONDS = 600
"""Planting three million models takes minutes; five thousand, a second or two."""

_END_SECONDS = 10
_LAST_LINES = 3


@dataclass(frozen=True)
class EmbeddedHub:
    """A hub that is starting, or has started."""

    process: Process
    folder: Path

    def address(self) -> str:
        """Return its address once it answers.

        Raises:
            HubUnavailable: it did not start; its last lines are in the message.
        """
        return _wait_until_ready(self.process, self.folder / "ready", self.folder / "hub.log")


@contextlib.contextmanager
def embedded_hub(layout: Layout, *, models: int, seed: int = 0) -> Iterator[EmbeddedHub]:
    """Run a planted hub for the length of a block, which begins while it plants its models.

    Raises:
        Locked: another run has its hub in this home.
        TransientError: another program holds the port this home's landing zone knows the hub by.
    """
    folder = layout.home / "local-hub"
    with only_one(folder / "lock", "make run"):
        _end_leftover(folder / "process.json")
        port = _choose_port(folder / "port")
        hub = _start(folder, models, seed, port)
        try:
            yield EmbeddedHub(hub, folder)
        finally:
            end(hub, patience=_END_SECONDS)
            (folder / "process.json").unlink(missing_ok=True)


def models_from_environment() -> int:
    """Return ``HUBTREE_MODELS``, 5,000 if unset."""
    text = os.environ.get("HUBTREE_MODELS") or "5000"
    if not text.isdecimal():
        raise UsageError(f"HUBTREE_MODELS is {text!r}, not a number", hint="for example: HUBTREE_MODELS=5000 make run")
    return int(text)


def is_free(port: int) -> bool:
    """Return whether a server could listen on ``port`` of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _choose_port(kept: Path) -> int:
    """Return the port kept in the file, or choose one and keep it."""
    if kept.exists():
        port = int(kept.read_text())
        if not is_free(port):
            hint = f"end the program that listens on port {port}, or give this run a HUBTREE_HOME of its own"
            raise TransientError(f"port {port}, where the landing zone knows the embedded hub, is taken", hint=hint)
        return port
    port = USUAL_PORT if is_free(USUAL_PORT) else any_free_port()
    kept.write_text(f"{port}\n")
    return port


def _end_leftover(record: Path) -> None:
    """End the hub of a run that was killed before it could."""
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError):
        end(Process(**json.loads(record.read_text())), patience=_END_SECONDS)


def _start(folder: Path, models: int, seed: int, port: int) -> Process:
    (folder / "ready").unlink(missing_ok=True)
    command = [str(Path(sys.executable).parent / "hubtree"), "local-hub", "--models", str(models), "--seed", str(seed)]
    command += ["--port", str(port), "--ready-file", str(folder / "ready")]
    hub = start("local-hub", command, environment=_without_token(), log=folder / "hub.log", folder=ROOT)
    (folder / "process.json").write_text(json.dumps(hub.to_record()))
    return hub


def _without_token() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}}


def _wait_until_ready(hub: Process, ready: Path, log: Path) -> str:
    deadline = time.monotonic() + _READY_SECONDS
    while hub.is_running and time.monotonic() < deadline:
        if ready.exists() and (address := ready.read_text().strip()):
            return address
        time.sleep(0.05)
    lines = log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
    raise HubUnavailable("the embedded hub did not start: " + " / ".join(lines), hint=f"its whole log is {log}")

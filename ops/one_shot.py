"""Running one DAG to its end in this process, with one line a task for a person.

`dag.test()` runs every task through Airflow's own task runner: rendering, parameters, timeouts, outlets and callbacks are
those of a scheduled run. Only retries are left to the person who is watching.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from ops.airflow_home import POOLS
from warehouse.errors import HubtreeError

_SHOWN_VALUES = 5
"""A step returns a handful of counts; more would not fit on a line."""


class TaskLines:
    """Listens to Airflow's task runner, writes a line for each task that ended, and keeps what it returned or raised."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal
        self.failure: tuple[str, BaseException | str | None] | None = None
        self.results: dict[str, Mapping[str, Any]] = {}
        self._began = time.monotonic()

    def task_began(self) -> None:
        """Note the time."""
        self._began = time.monotonic()

    def task_succeeded(self, task_id: str, result: Mapping[str, Any] | None) -> None:
        """Write the line of a task that succeeded, with the numbers it returned, and keep these."""
        self.results[task_id] = result or {}
        self._line(task_id, "success", _counts(result or {}))

    def task_failed(self, task_id: str, error: BaseException | str | None) -> None:
        """Write the line of a task that failed, and keep its error."""
        self.failure = (task_id, error)
        self._line(task_id, "failed", "")

    def _line(self, task_id: str, state: str, words: str) -> None:
        seconds = time.monotonic() - self._began
        self.write(f"  {task_id:<16} {state:<8} {seconds:6.1f} s  {words}".rstrip())

    def write(self, text: str) -> None:
        """Write a line at once."""
        self.terminal.write(text + "\n")
        self.terminal.flush()


def _counts(result: Mapping[str, Any]) -> str:
    numbers = {name: value for name, value in result.items() if type(value) in (int, float)}
    return "  ".join(f"{name}={value:,}" for name, value in list(numbers.items())[:_SHOWN_VALUES])


@contextlib.contextmanager
def terminal_apart_from_noise(log: Path) -> Iterator[TextIO]:
    """Send what this process and its children print to ``log``; the value still writes to the terminal."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    with log.open("wb") as noise, os.fdopen(os.dup(1), "w") as terminal:
        os.dup2(noise.fileno(), 1)
        os.dup2(noise.fileno(), 2)
        yield terminal


def migrate() -> None:
    """Create Airflow's database, or bring it to this version, and the pools that tasks name."""
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb

    initdb()
    for name, pool in json.loads(POOLS.read_text()).items():
        Pool.create_or_update_pool(name, pool["slots"], pool["description"], pool["include_deferred"])


def load_dags() -> Mapping[str, Any]:
    """Return the DAGs of the folder by id.

    Raises:
        HubtreeError: a DAG file can't be imported.
    """
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = Path(conf.get("core", "dags_folder"))
    bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name="dags-folder")
    for path, problem in bag.import_errors.items():
        raise HubtreeError(f"{path} can't be imported: {problem.splitlines()[-1]}")
    return bag.dags


def run_dag(dag: Any, lines: TaskLines, conf: Mapping[str, object]) -> bool:
    """Run one DAG now, with ``conf`` as its parameters; return whether it succeeded."""
    with _as_for_one_run(dag), _listening(lines):
        run = dag.test(run_conf=dict(conf))
    return str(run.state) == "success"


@contextlib.contextmanager
def _as_for_one_run(dag: Any) -> Iterator[None]:
    """Take retries away, as a person is watching, and the deadline: `dag.test()` fails with one (apache/airflow#73428).

    Parameters are given back: a run in this process would leave its own as the DAG's defaults.
    """
    retries, deadline = [(task, task.retries) for task in dag.tasks], dag.deadline
    defaults = [(params, params.dump()) for params in (dag.params, *(task.params for task in dag.tasks))]
    for task, _ in retries:
        task.retries = 0
    dag.deadline = []
    try:
        yield
    finally:
        dag.deadline = deadline
        for params, values in defaults:
            params.update(values)
        for task, kept in retries:
            task.retries = kept


@contextlib.contextmanager
def _listening(lines: TaskLines) -> Iterator[None]:
    from airflow.listeners import hookimpl
    from airflow.sdk.listener import get_listener_manager

    class Listener:
        @hookimpl
        def on_task_instance_running(self) -> None:
            lines.task_began()

        @hookimpl
        def on_task_instance_success(self, task_instance: Any) -> None:
            lines.task_succeeded(task_instance.task_id, task_instance.xcom_pull(task_ids=task_instance.task_id))

        @hookimpl
        def on_task_instance_failed(self, task_instance: Any, error: Any) -> None:
            lines.task_failed(task_instance.task_id, error)

    manager: Any = get_listener_manager()
    listener = Listener()
    manager.add_listener(listener)
    try:
        yield
    finally:
        manager.pm.unregister(listener)

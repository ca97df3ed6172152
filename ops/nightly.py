"""Both DAGs, one after the other, in this process; `make run` starts it, and writes the hub's address to its standard input.

Airflow's environment (`ops.airflow_home`) is set by who starts it, before anything of Airflow is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.one_shot import TaskLines, load_dags, migrate, run_dag, terminal_apart_from_noise
from ops.terminal import exit_code_of, last_error_lines
from pipelines.settings import Settings
from warehouse.errors import HubtreeError, HubUnavailable


def main() -> int:
    """Run the DAGs, with a line a task; return the exit code."""
    log = Settings.from_environment().layout.airflow / "one-shot.log"
    with terminal_apart_from_noise(log) as terminal:
        lines = TaskLines(terminal)
        try:
            return _run(lines, log)
        except Exception as error:
            lines.write("\n".join(["", "Airflow could not run the DAGs:", *_what_happened(error, log)]))
            return _exit_code(error)


def _run(lines: TaskLines, log: Path) -> int:
    migrate()
    dags = load_dags()
    hub = sys.stdin.readline().strip()
    if not hub:
        raise HubUnavailable("the hub's address did not come", hint="start the DAGs by make run")
    for dag_id, conf in (("nightly_ingest", {"hub": hub}), ("dashboard_extracts", {})):
        lines.write(dag_id)
        if not run_dag(dags[dag_id], lines, conf):
            task_id, error = lines.failure or ("?", None)
            lines.write("\n".join(["", f"{dag_id} failed in {task_id}:", *_what_happened(error, log)]))
            return _exit_code(error)
    lines.write(_fetched(lines.results))
    return 0


def _fetched(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Say how much came over the network, so that a second run shows that it fetched almost nothing."""
    crawl, cards, stage = (results.get(task_id, {}) for task_id in ("crawl", "fetch_cards", "start_build"))
    listed, known, visits = crawl.get("n_rows", 0), stage.get("models", 0), cards.get("n_visits", 0)
    words = f"Fetched {listed:,} records in {crawl.get('n_requests', 0):,} listing requests, and {visits:,} cards"
    return f"{words}; the rest of the {known:,} models had not changed." if listed < known else f"{words}."


def _what_happened(error: BaseException | str | None, log: Path) -> list[str]:
    return [*(f"  {line}" for line in last_error_lines(error)), f"log: {log}"]


def _exit_code(error: BaseException | str | None) -> int:
    return error.exit_code if isinstance(error, HubtreeError) else 1


if __name__ == "__main__":
    sys.exit(exit_code_of(main))

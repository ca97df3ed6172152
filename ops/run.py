"""`make run`: the embedded hub, both DAGs, and the report, from nothing to a published file.

Exit code: 0, or that of the error that stopped it (see warehouse/errors.py), 130 if interrupted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.airflow_home import ONE_SHOT_DATABASE, airflow_environment
from ops.embedded_hub import embedded_hub, models_from_environment
from ops.one_shot import TaskLines, load_dags, migrate, run_dag, terminal_apart_from_noise
from ops.terminal import exit_code_of, last_error_lines, say
from pipelines.settings import Settings
from warehouse.errors import HubtreeError
from warehouse.paths import Layout


def main() -> int:
    """Run it all; return the exit code."""
    began = time.monotonic()
    code = _run(Settings.from_environment().layout)
    if code:
        return code
    say(f"\nDone in {time.monotonic() - began:.0f} s.\n")
    return subprocess.run([str(Path(sys.executable).parent / "hubtree"), "status"], check=False).returncode


def _run(layout: Layout) -> int:
    models = models_from_environment()
    say(f"Starting the embedded hub with {models:,} planted models …")
    os.environ.update(_environment(layout))
    log = layout.airflow / "one-shot.log"
    with embedded_hub(layout, models=models) as hub:
        say(f"It listens on {hub}. Airflow's own messages go to {log}")
        with terminal_apart_from_noise(log) as terminal:
            lines = TaskLines(terminal)
            migrate()
            dags = load_dags()
            for dag_id, conf in (("nightly_ingest", {"hub": hub}), ("dashboard_extracts", {})):
                terminal.write(f"{dag_id}\n")
                if not run_dag(dags[dag_id], lines, conf):
                    terminal.write("\n".join(_failure(dag_id, lines, log)) + "\n")
                    return _exit_code(lines)
    say(_fetched(lines.results))
    return 0


def _fetched(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Say how much came over the network, so that a second run shows that it fetched almost nothing."""
    crawl, cards, stage = (results.get(task_id, {}) for task_id in ("crawl", "fetch_cards", "start_build"))
    listed, known, visits = crawl.get("n_rows", 0), stage.get("models", 0), cards.get("n_visits", 0)
    words = f"Fetched {crawl.get('n_pages', 0):,} pages with {listed:,} records, and {visits:,} cards"
    return f"{words}; the rest of the {known:,} models had not changed." if listed < known else f"{words}."


def _environment(layout: Layout) -> dict[str, str]:
    """Airflow's environment, without the user's token: the embedded hub asks for none, so none is sent to it."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "HF_HOME"):
        os.environ.pop(name, None)
    loopback = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_HUB_OFFLINE": "0"}
    return {**airflow_environment(layout, ONE_SHOT_DATABASE), **loopback}


def _failure(dag_id: str, lines: TaskLines, log: Path) -> list[str]:
    task_id, error = lines.failure or ("?", None)
    return ["", f"{dag_id} failed in {task_id}:", *(f"  {line}" for line in last_error_lines(error)), f"log: {log}"]


def _exit_code(lines: TaskLines) -> int:
    error = lines.failure[1] if lines.failure else None
    return error.exit_code if isinstance(error, HubtreeError) else 1


if __name__ == "__main__":
    sys.exit(exit_code_of(main))

"""`make run`: the embedded hub, both DAGs, and the report, from nothing to a published file.

Exit code: 0, or that of the error that stopped it (see warehouse/errors.py), 130 if interrupted.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from ops.airflow_home import ONE_SHOT_DATABASE, ROOT, airflow_environment
from ops.embedded_hub import EmbeddedHub, embedded_hub, models_from_environment
from ops.processes import Process, end
from ops.terminal import exit_code_of, say
from pipelines.living import start_time
from pipelines.settings import Settings
from warehouse.paths import Layout

_USERS_OWN = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "HF_HOME")
"""The embedded hub asks for no token, so none is sent to it."""


def main() -> int:
    """Run it all; return the exit code."""
    began = time.monotonic()
    models = models_from_environment()
    layout = Settings.from_environment().layout
    say(f"Starting the embedded hub with {models:,} planted models …")
    with embedded_hub(layout, models=models) as hub:
        code = _run_dags(layout, hub)
    if code:
        return code
    say(f"Done in {time.monotonic() - began:.0f} s.\n")
    return subprocess.run([str(Path(sys.executable).parent / "hubtree"), "status"], check=False).returncode


def _run_dags(layout: Layout, hub: EmbeddedHub) -> int:
    """Run the DAGs in a process of their own: Airflow takes a task's interrupt for its failure, and goes on.

    Airflow starts while the hub does; the process waits for the hub's address on its standard input.
    """
    command = [sys.executable, "-m", "ops.nightly"]
    environment = _environment(layout)
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, text=True, start_new_session=True)
    known = Process("nightly", child.pid, start_time(child.pid) or "")
    try:
        address = hub.address()
        say(f"It listens on {address}. Airflow's own messages go to {layout.airflow / 'one-shot.log'}")
        with contextlib.suppress(BrokenPipeError):  # it has ended already, and its exit code says why
            child.communicate(f"{address}\n")
        return child.wait()
    except BaseException:
        # Nothing to wait for: a step may be killed at any point, and the next run goes on from what is landed.
        end(known, patience=0)
        raise


def _environment(layout: Layout) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in _USERS_OWN}
    loopback = {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "HF_HUB_OFFLINE": "0"}
    return {**airflow_environment(layout, ONE_SHOT_DATABASE, ours), **loopback}


if __name__ == "__main__":
    sys.exit(exit_code_of(main))

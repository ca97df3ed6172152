"""What happens around a task: its log hides the token, and a failure for good is told.

A failure gives one line in the log, one JSON file and, if wanted, one call of a web hook.

The file is ``$HUBTREE_HOME/alerts/<dag>.<task>.<time>.json``. The web hook's address is read from
``HUBTREE_ALERT_WEBHOOK`` and written nowhere; the body's ``text`` is what chat services show.
"""

from __future__ import annotations

import json
import logging
import os
import urllib.request
from pathlib import Path
from typing import Any

WEBHOOK_TIMEOUT_SECONDS = 10
"""A slow chat service may delay the end of a failed task by this much, no more."""

_log = logging.getLogger("hubtree.alerts")


def hide_token(_: dict[str, Any]) -> None:
    """Have Airflow mask the hub's token in this task's log, should an error's text ever carry it."""
    from airflow.sdk.log import mask_secret

    if token := os.environ.get("HF_TOKEN"):
        mask_secret(token)


def report_failure(context: dict[str, Any]) -> None:
    """Tell people that a task failed; an alert that can't be delivered is logged and changes nothing else."""
    alert = alert_of(context)
    _log.error("%s", alert["text"])
    for deliver in (_to_file, _to_webhook):
        try:
            deliver(alert)
        except Exception as error:
            _log.error("alert not delivered by %s: %s", deliver.__name__, type(error).__name__)


def alert_of(context: dict[str, Any]) -> dict[str, str]:
    """Return what the alert says; texts of errors have their secrets taken out."""
    from pipelines.logs import redact

    task, error = context["task_instance"], context.get("exception")
    message = redact(" ".join(str(error).split())) if error else "no exception: the worker ended"
    hint = redact(str(getattr(error, "hint", "")))
    words = f"hubtree: {task.dag_id}.{task.task_id} failed: {message}"
    return {
        "text": f"{words} ({hint})" if hint else words,
        "dag_id": task.dag_id,
        "task_id": task.task_id,
        "run_id": task.run_id,
        "try_number": str(task.try_number),
        "error": type(error).__name__ if error else "",
        "message": message,
        "hint": hint,
        "what_to_do": "docs/operations.md, section 'When a task is red'",
    }


def _to_file(alert: dict[str, str]) -> None:
    from pipelines.clock import now
    from pipelines.settings import Settings
    from warehouse.files import write_whole

    folder: Path = Settings.from_environment().layout.home / "alerts"
    name = f"{alert['dag_id']}.{alert['task_id']}.{now():%Y%m%dT%H%M%S%f}.json"
    write_whole(folder / name, lambda path: path.write_text(json.dumps(alert, indent=2) + "\n"))


def _to_webhook(alert: dict[str, str]) -> None:
    address = os.environ.get("HUBTREE_ALERT_WEBHOOK")
    if not address:
        return
    body = json.dumps(alert).encode()
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=WEBHOOK_TIMEOUT_SECONDS):
        pass

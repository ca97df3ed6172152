"""What happens around a task and a run: logs hide the token, and what went wrong for good is told.

A failure, or a night that is late, gives one line in the log, one JSON file and, where the connection of
`hubtree_dag_delivery` exists, one message to people.
"""

from __future__ import annotations

import logging
import os
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DeadlineAlert, DeadlineReference, SyncCallback

FRESH_WITHIN = timedelta(hours=6)
"""From the hour a night is for to the end of its run. What started at 02:00 UTC is told before Europe's morning is over."""

_log = logging.getLogger("hubtree.alerts")


def hide_token(_: dict[str, Any]) -> None:
    """Have Airflow mask the hub's token in this task's log, should an error's text ever carry it."""
    from airflow.sdk.log import mask_secret

    if token := os.environ.get("HF_TOKEN"):
        mask_secret(token)


def report_failure(context: dict[str, Any]) -> None:
    """Tell people that a task failed."""
    _tell(failure_alert(context))


def report_lateness(context: dict[str, Any]) -> None:
    """Tell people that a run has not ended well by its deadline; called by the executor, outside of any task."""
    _tell(lateness_alert(context))


def late_after(allowed: timedelta) -> DeadlineAlert:
    """Return a deadline counted from the hour that a run is for, so that a scheduler that slept is found out as well.

    A run without such an hour (one triggered by hand with none) has no deadline. The callback is a synchronous one, because
    an asynchronous one needs a triggerer, and nothing else of ours does.
    """
    return DeadlineAlert(DeadlineReference.DAGRUN_LOGICAL_DATE, allowed, SyncCallback(report_lateness), name="freshness")


def failure_alert(context: dict[str, Any]) -> dict[str, str]:
    """Return what the alert says; texts of errors have their secrets taken out."""
    from pipelines.logs import redact

    task, error = context["task_instance"], context.get("exception")
    message = redact(" ".join(str(error).split())) if error else "no exception: the worker ended"
    hint = redact(str(getattr(error, "hint", "")))
    words = f"hubtree: {task.dag_id}.{task.task_id} failed: {message}"
    return {
        "kind": "failure",
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


def lateness_alert(context: dict[str, Any]) -> dict[str, str]:
    """Return what the alert of a missed deadline says; Airflow gives it the run and the deadline as plain values."""
    run, due = context["dag_run"], context["deadline"]["deadline_time"]
    instant = due if isinstance(due, datetime) else datetime.fromisoformat(str(due))
    message = f"not finished by {instant:%Y-%m-%d %H:%M} UTC; readers still have the last good file"
    return {
        "kind": "lateness",
        "text": f"hubtree: {run['dag_id']} is late: {message}",
        "dag_id": run["dag_id"],
        "task_id": "",
        "run_id": run["dag_run_id"],
        "message": message,
        "what_to_do": "docs/operations.md, section 'When a night is late'",
    }


def _tell(alert: dict[str, str]) -> None:
    """Deliver an alert; what can't be delivered is logged and changes nothing else."""
    from hubtree_dag_delivery import CHANNELS

    _log.error("%s", alert["text"])
    for deliver in CHANNELS:
        try:
            deliver(alert)
        except Exception as error:
            # The kind alone: the text of such an error may hold the address, and the address is a secret.
            _log.error("alert not delivered by %s: %s", deliver.__name__, type(error).__name__)

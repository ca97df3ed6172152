"""What the DAGs share: who owns them, what is retried, what is announced.

The name is specific because Airflow puts the DAG folder on the import path, where a module called ``defaults`` or
``settings`` would shadow somebody else's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, CronTriggerTimetable, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.exceptions import AirflowTaskTimeout
from hubtree_dag_alerts import FRESH_WITHIN, hide_token, late_after, report_failure

NIGHTLY = CronTriggerTimetable("0 2 * * *", timezone="UTC", run_immediately=timedelta())
"""Without a start date: the first start of a scheduler waits for the next 02:00 UTC, and a later start makes up for one
missed night, not for all."""

PUBLISHED = Asset(name="hubtree_published", uri="hubtree://published/hub.duckdb")
"""A new `hub.duckdb` is in place."""

EXTRACTED = Asset(name="hubtree_extracts", uri="hubtree://extracts/manifest.json")
"""The extracts of the newest `hub.duckdb` are in place."""

LOSSES = Asset(name="hubtree_losses", uri="hubtree://landing/losses")
"""New losses are landed."""

FRESHNESS = late_after(FRESH_WITHIN)
"""Not retried, not stopped: the night goes on, and people know that readers wait."""

BUILD_ID = "nightly-{{ dag_run.run_after | ts_nodash }}"
"""Fixed by the run, not by the attempt: a repeated task meets its own build folder, never a second one."""

DEFAULT_ARGS: dict[str, Any] = {
    "owner": "hubtree",
    "retries": 0,
    "execution_timeout": timedelta(hours=1),
    "on_execute_callback": hide_token,
    "on_failure_callback": report_failure,
}
"""A build step is a pure function of files: it fails alike every time, so only people can help, and at once."""

RETRY_ONLY_WHAT_PASSES = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=["warehouse.errors.TransientError", ConnectionError, TimeoutError, AirflowTaskTimeout],
            action=RetryAction.RETRY,
            reason="may pass: the hub, the network or a lock",
        )
    ],
    default=RetryAction.FAIL,
)
"""A bad token or a full disk fails at once; a killed worker raises nothing and is retried by the scheduler."""

RETRIED: dict[str, Any] = {
    "retries": 4,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "retry_policy": RETRY_ONLY_WHAT_PASSES,
}
"""For tasks that depend on something outside the build folder: 2 to 4, 4 to 8, 8 to 16, then 16 to 30 minutes apart,
so an outage of half an hour passes unnoticed."""

HUB_POOL = "hub_rate_budget"
"""One place in it, see ``hubtree_pools.json``. A pool that does not exist keeps its tasks from ever starting, so whoever sets
Airflow up makes it: ``make up``, ``make run``, or ``airflow pools import``."""

ASKS_HUB: dict[str, Any] = {**RETRIED, "pool": HUB_POOL}
"""For tasks that spend the hub's rate budget. Two at once would each take all of it for their own."""

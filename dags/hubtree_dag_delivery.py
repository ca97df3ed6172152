"""How an alert reaches people: a file in the home, and one Airflow connection, ``hubtree_alerts``, if there is one.

The type of the connection says how: ``http`` or ``https`` posts the alert as JSON to a web hook, ``slackwebhook`` posts its
one line to Slack, ``smtp`` sends it by mail. Its address and password are written nowhere.
"""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

CONNECTION = "hubtree_alerts"
"""Id of the connection; without it alerts stay in the home."""

SLACK = "https://hooks.slack.com/services"

_TIMEOUT_SECONDS = 10
"""A slow chat service may delay the end of a failed task by this much, no more."""


def to_file(alert: dict[str, str]) -> None:
    """Write ``$HUBTREE_HOME/alerts/<dag>.<task>.<time>.json``."""
    from pipelines.clock import now
    from pipelines.settings import Settings
    from warehouse.files import write_whole

    folder: Path = Settings.from_environment().layout.home / "alerts"
    name = f"{alert['dag_id']}.{alert['task_id'] or alert['kind']}.{now():%Y%m%dT%H%M%S%f}.json"
    write_whole(folder / name, lambda path: path.write_text(json.dumps(alert, indent=2) + "\n"))


def to_connection(alert: dict[str, str]) -> None:
    """Send the alert as the connection's type says; do nothing where there is no connection.

    Raises:
        ValueError: the connection's type is none of those above, or it lacks what its type needs.
    """
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        connection = Connection.get(CONNECTION)
    except AirflowNotFoundException:
        return
    match connection.conn_type:
        case "http" | "https":
            _post(_address(connection), alert)
        case "slackwebhook":
            _post(f"{(connection.host or SLACK).rstrip('/')}/{connection.password or ''}", {"text": alert["text"]})
        case "smtp":
            _mail(connection, alert)
        case other:
            raise ValueError(f"{CONNECTION} is of type {other}, not http, slackwebhook or smtp")


CHANNELS = (to_file, to_connection)


def _address(connection: Any) -> str:
    """Put a web hook's address together: whole in the host, or in parts as Airflow reads it from ``https://host/path``."""
    host, path = connection.host or "", connection.schema or ""
    if "://" in host:
        return host
    port = f":{connection.port}" if connection.port else ""
    return f"{connection.conn_type}://{host}{port}/{path}"


def _post(address: str, body: dict[str, str]) -> None:
    from airflow.sdk.log import mask_secret

    mask_secret(address)
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):
        pass


def _mail(connection: Any, alert: dict[str, str]) -> None:
    """Send a mail by Airflow's own hook; ``to`` in the connection's extra says to whom, ``from_email`` from whom."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    to = connection.extra_dejson.get("to")
    if not to:
        raise ValueError(f"{CONNECTION} names nobody: set to in its extra")
    body = "<pre>" + "\n".join(f"{name}: {_plain(value)}" for name, value in alert.items() if value) + "</pre>"
    with SmtpHook(smtp_conn_id=CONNECTION) as hook:
        hook.send_email_smtp(to=to, subject=alert["text"][:200], html_content=body)


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")

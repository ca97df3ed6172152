"""Airflow's environment: everything project-local, on this machine alone, examples off."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from warehouse.paths import Layout

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""

ONE_SHOT_DATABASE = "one-shot.db"
"""Runs of `make run`. Apart from the scheduler's database, or a running scheduler would take their tasks over."""

SERVICE_DATABASE = "airflow.db"
"""Runs of `make up`."""

POOLS = ROOT / "dags" / "hubtree_pools.json"
"""The pools that tasks name; a task whose pool does not exist never starts."""

LOOPBACK = "127.0.0.1"

USER = "admin"
"""The one local user of the web page and the API."""


def airflow_environment(layout: Layout, database: str, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return ``environment`` with what every part of Airflow, and every task in it, has to know.

    Args:
        layout: the hubtree home; Airflow's own lies in its folder ``airflow``.
        database: file name of the SQLite database in it.
        environment: what to start from.
    """
    return {
        **environment,
        "HUBTREE_HOME": str(layout.home),
        "AIRFLOW_HOME": str(layout.airflow),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{layout.airflow / database}",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        # The default forks 32 workers at once.
        "AIRFLOW__CORE__PARALLELISM": "4",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]),
        "HF_HOME": environment.get("HF_HOME", str(layout.cache / "huggingface")),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "GX_ANALYTICS_ENABLED": "false",
        **_lineage(layout, environment),
        **_without_proxy(environment),
    }


def _lineage(layout: Layout, environment: Mapping[str, str]) -> dict[str, str]:
    """Send OpenLineage's events to a file of the home, unless the user sends them elsewhere."""
    transport = {"type": "pipelines.events.transport.LinesTransport", "path": str(layout.lineage)}
    return {
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "hubtree",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "AIRFLOW__OPENLINEAGE__EXTRACTORS": "hubtree_dag_lineage.StepExtractor",
        # A forked process of one that has used Polars or DuckDB may hang.
        "AIRFLOW__OPENLINEAGE__EXECUTE_IN_THREAD": "True",
        **{name: value for name, value in environment.items() if name.startswith("AIRFLOW__OPENLINEAGE__")},
    }


def _without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """Keep a proxy out of the talk between processes of this machine."""
    here = f"{LOOPBACK},localhost"
    spared = {name: environment.get(name, "") for name in ("NO_PROXY", "no_proxy")}
    return {name: f"{hosts},{here}" if hosts else here for name, hosts in spared.items()}


def service_environment(layout: Layout, port: int) -> dict[str, str]:
    """Return the environment of parts that talk to each other on ``port`` of the loopback address.

    The secrets they share are new at each call and live in it alone, never in a file.
    """
    url = f"http://{LOOPBACK}:{port}"
    return {
        **airflow_environment(layout, SERVICE_DATABASE),
        **_given_database(),
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(layout)),
    }


def _given_database(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Keep the Postgres that the user names for Airflow's database; another one stays the file in the home."""
    name = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    return {name: environment[name]} if environment.get(name, "").startswith("postgresql") else {}


def password_file(layout: Layout) -> Path:
    """Return where the password of the local user lies, readable by its owner alone."""
    return layout.airflow / "simple_auth_manager_passwords.json.generated"


def keep_password(layout: Layout) -> None:
    """Choose the password once; left to itself, Airflow would print it into a log."""
    path = password_file(layout)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({USER: secrets.token_urlsafe(12)}))

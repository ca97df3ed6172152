from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ops import airflow_home, embedded_hub, services
from ops.airflow_home import POOLS, ROOT
from warehouse import errors
from warehouse.paths import Layout

PAGE = (ROOT / "docs" / "operations.md").read_text()


def test_the_page_names_every_dag_task_and_parameter(dags: Mapping[str, Any]) -> None:
    for dag in dags.values():
        for name in [dag.dag_id, *dag.task_ids, *dag.params]:
            assert f"`{name}`" in PAGE, name


def test_every_error_the_page_names_exists() -> None:
    table = PAGE[PAGE.index("## When a task is red") : PAGE.index("## When a night is late")]
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z][A-Za-z]+)`", table))
    assert named
    assert {name for name in named if not hasattr(errors, name)} == set()


def test_the_page_states_the_ports_and_folders_of_the_code() -> None:
    assert str(embedded_hub.USUAL_PORT) in PAGE
    assert str(services.USUAL_PORT) in PAGE
    layout = Layout(ROOT)
    for folder in (layout.landing, layout.build, layout.published, layout.extracts, layout.docs, layout.cache):
        assert f"`{folder.name}/`" in PAGE
    for file in (airflow_home.SERVICE_DATABASE, airflow_home.ONE_SHOT_DATABASE, airflow_home.password_file(layout).name):
        assert file in PAGE


def test_alerts_lead_to_sections_of_the_page(dags: Mapping[str, Any]) -> None:
    alerts = (ROOT / "dags" / "hubtree_dag_alerts.py").read_text()
    sections = re.findall(r"section '([^']+)'", alerts)
    assert len(sections) == 2
    assert all(f"\n## {section}\n" in PAGE for section in sections)


def test_the_page_states_pool_connection_and_deadline_of_the_dags(dags: Mapping[str, Any]) -> None:
    from hubtree_dag_delivery import CONNECTION  # the DAG folder is on the import path once DAGs are parsed

    assert f"`{CONNECTION}`" in PAGE
    assert dags["nightly_ingest"].deadline[0].interval.total_seconds() == 6 * 3600
    assert "six hours" in PAGE
    assert {f"`{name}`" in PAGE for name in json.loads(POOLS.read_text())} == {True}


def test_every_target_the_page_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`make (\w+)`", PAGE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target

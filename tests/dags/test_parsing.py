from __future__ import annotations

import inspect
import itertools
import json
import subprocess
import sys
from collections.abc import Mapping
from copy import copy
from datetime import timedelta
from typing import Any

import pytest

from ops.airflow_home import POOLS, ROOT
from pipelines import steps
from warehouse.errors import CheckFailed, HubRefused, HubUnavailable, Locked, NoSpace

NIGHTLY_TASKS = [
    "crawl",
    "fetch_cards",
    "ask_parents",
    "start_build",
    "parse_cards",
    "resolve_lineage",
    "analyse",
    "assemble",
    "check",
    "publish",
]
RETRIED = {"import_release", "crawl", "fetch_cards", "ask_parents", "publish", "write_extracts", "write_dashboard"}
HEAVY = {"polars", "duckdb", "networkx", "great_expectations", "numpy", "scipy", "pandas", "huggingface_hub", "pyarrow"}


DAGS = {"nightly_ingest", "dashboard_extracts", "import_losses", "scaling_laws"}


def test_the_folder_holds_these_dags(dags: Mapping[str, Any]) -> None:
    assert set(dags) == DAGS
    assert {dag_id: dag.fileloc for dag_id, dag in dags.items()} == {
        dag_id: str(ROOT / "dags" / f"{dag_id}.py") for dag_id in dags
    }


def test_the_night_goes_from_crawl_to_publish_one_after_the_other(dags: Mapping[str, Any]) -> None:
    dag = dags["nightly_ingest"]
    assert [task.task_id for task in dag.topological_sort()] == NIGHTLY_TASKS
    for before, after in itertools.pairwise(NIGHTLY_TASKS):
        assert dag.get_task(before).downstream_task_ids == {after}


def test_every_task_bears_the_name_of_the_step_it_calls(dags: Mapping[str, Any]) -> None:
    tasks = [task for dag in dags.values() for task in dag.tasks]
    for task in tasks:
        assert inspect.isfunction(getattr(steps, task.task_id))
        if task.op_args:
            word = {"nightly_ingest": "nightly", "scaling_laws": "scaling"}[task.dag_id]
            assert task.op_args == (task.task_id, word + "-{{ dag_run.run_after | ts_nodash }}")
            assert "build_id" in inspect.signature(getattr(steps, task.task_id)).parameters


def test_every_dag_has_an_owner_tags_and_a_triage_note(dags: Mapping[str, Any]) -> None:
    for dag in dags.values():
        assert "hubtree" in dag.tags
        assert dag.max_active_runs == 1
        assert not dag.catchup
        assert "red" in dag.doc_md
        assert "readers" in dag.doc_md
        assert all(task.owner == "hubtree" for task in dag.tasks)


def test_the_triage_note_names_only_tasks_that_exist(dags: Mapping[str, Any]) -> None:
    note = dags["nightly_ingest"].doc_md
    for task_id in ("crawl", "fetch_cards", "start_build", "assemble", "check", "publish"):
        assert f"`{task_id}`" in note
        assert task_id in NIGHTLY_TASKS


def test_retries_are_only_where_a_retry_helps(dags: Mapping[str, Any]) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            assert bool(task.retries) == (task.task_id in RETRIED), task.task_id
            assert task.execution_timeout is not None
            assert task.execution_timeout <= timedelta(hours=12)


@pytest.mark.parametrize("error", [HubUnavailable("x"), Locked("x"), ConnectionResetError(), TimeoutError()])
def test_what_may_pass_is_retried(dags: Mapping[str, Any], error: BaseException) -> None:
    assert _decision(dags, error) == "retry"


@pytest.mark.parametrize("error", [HubRefused("x"), NoSpace("x"), CheckFailed("x"), ValueError("x"), KeyError("x")])
def test_what_will_not_pass_fails_at_once(dags: Mapping[str, Any], error: BaseException) -> None:
    assert _decision(dags, error) == "fail"


def _decision(dags: Mapping[str, Any], error: BaseException) -> str:
    policy = dags["nightly_ingest"].get_task("crawl").retry_policy
    return str(policy.evaluate(exception=error, try_number=1, max_tries=4).action.value)


def test_a_failed_task_calls_for_people(dags: Mapping[str, Any]) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            assert [call.__name__ for call in task.on_failure_callback] == ["report_failure"]


def test_losses_that_land_set_off_a_build_as_the_night_makes_it(dags: Mapping[str, Any]) -> None:
    landed = dags["import_losses"].get_task("import_release").outlets
    assert [asset.name for asset in landed] == ["hubtree_losses"]
    assert dags["scaling_laws"].timetable.asset_condition.objects == tuple(landed)
    built = [task.task_id for task in dags["scaling_laws"].topological_sort()]
    assert built == NIGHTLY_TASKS[NIGHTLY_TASKS.index("start_build") :]
    assert [asset.name for asset in dags["scaling_laws"].get_task("publish").outlets] == ["hubtree_published"]


def test_what_spends_the_hubs_budget_waits_for_its_one_place(dags: Mapping[str, Any]) -> None:
    pools = json.loads(POOLS.read_text())
    asking = {(task.dag_id, task.task_id) for dag in dags.values() for task in dag.tasks if task.pool in pools}
    assert asking == {("nightly_ingest", task_id) for task_id in ("crawl", "fetch_cards", "ask_parents")}
    assert {task.pool for dag in dags.values() for task in dag.tasks} == {*pools, "default_pool"}
    assert {name: pool["slots"] for name, pool in pools.items()} == {"hub_rate_budget": 1}


def test_the_pools_of_the_file_are_in_the_database(airflow: None) -> None:
    from airflow.models.pool import Pool

    assert Pool.get_pool("hub_rate_budget").slots == 1


def test_a_night_has_a_deadline_whose_callback_needs_no_triggerer(dags: Mapping[str, Any]) -> None:
    (deadline,) = dags["nightly_ingest"].deadline
    assert type(deadline.callback).__name__ == "SyncCallback"
    assert deadline.callback.path == "hubtree_dag_alerts.report_lateness"
    assert deadline.reference.reference_name == "DagRunLogicalDateDeadline"
    assert deadline.interval == timedelta(hours=6)
    assert [dag_id for dag_id, dag in dags.items() if dag.deadline] == ["nightly_ingest"]


def test_every_parameter_says_what_it_is_and_what_it_may_be(dags: Mapping[str, Any]) -> None:
    for dag in dags.values():
        assert dag.description
        for name, param in dag.params.items():
            schema = dag.params.get_param(name).schema
            assert dag.params.get_param(name).description, name
            assert {"enum", "pattern", "minimum"} & schema.keys(), (name, param)


def test_publishing_sets_off_the_extracts(dags: Mapping[str, Any]) -> None:
    published = dags["nightly_ingest"].get_task("publish").outlets
    assert [asset.name for asset in published] == ["hubtree_published"]
    assert dags["dashboard_extracts"].timetable.asset_condition.objects == tuple(published)


@pytest.mark.parametrize(
    "hub",
    ["https://user:secret@hub.example", "https://hub.example/?token=secret", "https://hub.example#secret", "hub.example"],
)
def test_a_hub_address_that_could_carry_a_secret_is_refused(dags: Mapping[str, Any], hub: str) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        _param(dags, "hub").resolve(hub)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hub", ""),
        ("hub", "http://127.0.0.1:8917"),
        ("limit", None),
        ("limit", 10),
        ("cards", "none"),
        ("mode", "full"),
        ("mode", "auto"),
    ],
)
def test_the_trigger_form_takes_what_it_describes(dags: Mapping[str, Any], name: str, value: object) -> None:
    param = _param(dags, name)
    assert param.description
    assert param.resolve(value) == value


@pytest.mark.parametrize(("name", "value"), [("limit", 0), ("limit", "ten"), ("cards", "some"), ("mode", "half")])
def test_the_trigger_form_refuses_the_rest(dags: Mapping[str, Any], name: str, value: object) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        _param(dags, name).resolve(value)


def _param(dags: Mapping[str, Any], name: str) -> Any:
    """A copy, because a param keeps what it resolved."""
    return copy(dags["nightly_ingest"].params.get_param(name))


def test_parsing_imports_nothing_heavy(airflow: None) -> None:
    program = (
        "import sys, json, importlib; sys.path.insert(0, sys.argv[1])\n"
        "import airflow.sdk\n"
        "before = set(sys.modules)\n"
        "for name in sys.argv[2:]: importlib.import_module(name)\n"
        "print(json.dumps([sorted(sys.modules), sorted(set(sys.modules) - before)]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(ROOT / "dags"), *sorted(DAGS)], capture_output=True, text=True, check=True
    )
    loaded, added = json.loads(answer.stdout.splitlines()[-1])
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    # Beyond Airflow itself a parse reads two of the shared modules, and none of our own rooms.
    ours = {name for name in added if name.partition(".")[0] == "pipelines" or name.startswith("hubtree")}
    assert ours == {"hubtree_dag_defaults", "hubtree_dag_alerts"}


def test_the_shared_modules_are_not_parsed_as_dags() -> None:
    patterns = (ROOT / "dags" / ".airflowignore").read_text().split()
    assert "hubtree_dag_*.py" in patterns

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pytest

from ops.one_shot import TaskLines, run_dag
from ops.terminal import last_error_lines
from pipelines import steps
from warehouse.errors import CheckFailed, HubRefused
from warehouse.paths import Layout


def test_a_night_publishes_what_the_hub_has_and_the_extracts_follow(
    dags: Mapping[str, Any], hub: str, hubtree_home: Layout
) -> None:
    night = _run(dags["nightly_ingest"], {"hub": hub})
    extracts = _run(dags["dashboard_extracts"], {})
    assert list(night.results) == [task.task_id for task in dags["nightly_ingest"].topological_sort()]
    assert _count(hubtree_home, "models") == night.results["start_build"]["models"] > 0
    assert _count(hubtree_home, "cards") > 0
    assert set(extracts.results) == {"write_extracts", "write_dashboard"}
    assert any(hubtree_home.extracts.rglob("*.parquet"))
    assert (hubtree_home.dashboard / "index.html").is_file()
    assert list(hubtree_home.build.iterdir()) == []


def test_a_second_night_fetches_almost_nothing_and_changes_nothing(
    dags: Mapping[str, Any], hub: str, hubtree_home: Layout
) -> None:
    first = _run(dags["nightly_ingest"], {"hub": hub, "parents": 0})
    before = _models(hubtree_home)
    second = _run(dags["nightly_ingest"], {"hub": hub, "parents": 0})
    assert second.results["crawl"]["n_rows"] < first.results["crawl"]["n_rows"] / 2
    assert second.results["fetch_cards"]["n_requests"] == 0
    assert _models(hubtree_home) == before


def test_every_build_task_may_run_twice(dags: Mapping[str, Any], hub: str, hubtree_home: Layout) -> None:
    once = _run(dags["nightly_ingest"], {"hub": hub, "parents": 0})
    models, edges = _models(hubtree_home), _edges(hubtree_home)
    with _each_step_twice():
        twice = _run(dags["nightly_ingest"], {"hub": hub, "parents": 0})
    for task_id in ("parse_cards", "resolve_lineage", "analyse", "assemble"):
        assert twice.results[task_id].keys() == once.results[task_id].keys()
    assert _models(hubtree_home) == models
    assert _edges(hubtree_home) == edges


def test_the_parameters_of_the_trigger_form_reach_the_steps(dags: Mapping[str, Any], hub: str, hubtree_home: Layout) -> None:
    night = _run(dags["nightly_ingest"], {"hub": hub, "cards": "none", "limit": 50, "mode": "full"})
    assert night.results["crawl"]["n_rows"] == 50
    assert night.results["fetch_cards"]["n_requests"] == 0


def test_a_failed_check_publishes_nothing_and_calls_for_people(
    dags: Mapping[str, Any], hub: str, hubtree_home: Layout, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(dags["nightly_ingest"], {"hub": hub})
    published = hubtree_home.database.resolve()
    monkeypatch.setattr(steps, "check", _raising(CheckFailed(f"too few models {token}", hint="look at the docs")))
    night = _run(dags["nightly_ingest"], {"hub": hub}, succeeds=False)
    assert "publish" not in night.results
    assert hubtree_home.database.resolve() == published
    (alert,) = [json.loads(path.read_text()) for path in (hubtree_home.home / "alerts").iterdir()]
    assert alert["text"] == "hubtree: nightly_ingest.check failed: too few models *** (look at the docs)"
    assert alert["error"] == "CheckFailed"
    assert night.failure is not None
    assert last_error_lines(night.failure[1]) == ["CheckFailed: too few models ***", "hint: look at the docs"]


def test_the_next_night_after_a_failed_one_publishes(
    dags: Mapping[str, Any], hub: str, hubtree_home: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(steps, "assemble", _raising(ValueError("a bug")))
        _run(dags["nightly_ingest"], {"hub": hub}, succeeds=False)
    assert not hubtree_home.database.exists()
    _run(dags["nightly_ingest"], {"hub": hub})
    assert _count(hubtree_home, "models") > 0


def test_a_refusing_hub_is_asked_once(dags: Mapping[str, Any], hubtree_home: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def refused(*_: object, **__: object) -> None:
        calls.append(1)
        raise HubRefused("the token is not valid")

    monkeypatch.setattr(steps, "crawl", refused)
    monkeypatch.setattr(dags["nightly_ingest"].get_task("crawl"), "retries", 4)
    run = dags["nightly_ingest"].test(run_conf={})
    assert str(run.state) == "failed"
    assert len(calls) == 1


def test_a_hub_that_repeats_the_token_does_not_get_it_written(
    dags: Mapping[str, Any], repeating_hub: str, hubtree_home: Layout, token: str, capfd: pytest.CaptureFixture[str]
) -> None:
    night = _run(dags["nightly_ingest"], {"hub": repeating_hub}, succeeds=False)
    assert night.failure is not None
    assert isinstance(night.failure[1], HubRefused)
    assert token not in "".join(capfd.readouterr())
    written = [path for path in hubtree_home.home.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if token.encode() in path.read_bytes()] == []


def test_airflow_masks_the_token_once_a_task_has_begun(dags: Mapping[str, Any], hubtree_home: Layout, token: str) -> None:
    from airflow.sdk.log import mask_logs

    (begin,) = dags["nightly_ingest"].get_task("crawl").on_execute_callback
    begin({})
    assert mask_logs(None, "info", {"event": f"sent {token}"}) == {"event": "sent ***"}


def _run(dag: Any, conf: Mapping[str, object], *, succeeds: bool = True) -> TaskLines:
    lines = TaskLines(io.StringIO())
    assert run_dag(dag, lines, conf) == succeeds, lines.failure
    return lines


def _count(home: Layout, table: str) -> int:
    return len(_rows(home, f"from {table}"))


def _models(home: Layout) -> list[tuple[Any, ...]]:
    """All models; a model that is listed again may have been seen later, and nothing else."""
    return _rows(home, "select * exclude (last_seen_at) from models order by all")


def _edges(home: Layout) -> list[tuple[Any, ...]]:
    return _rows(home, "from edges order by all")


def _rows(home: Layout, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.database.resolve()), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _raising(error: Exception) -> Any:
    def step(*_: object, **__: object) -> None:
        raise error

    return step


@contextmanager
def _each_step_twice() -> Iterator[None]:
    """Every step but publish is called again before its result counts, as after a cleared task."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "crawl",
            "fetch_cards",
            "ask_parents",
            "start_build",
            "parse_cards",
            "resolve_lineage",
            "analyse",
            "assemble",
            "check",
        ):
            patch.setattr(steps, name, _twice(getattr(steps, name)))
        yield


def _twice(step: Any) -> Any:
    def called_twice(*arguments: object, **options: object) -> Any:
        step(*arguments, **options)
        return step(*arguments, **options)

    return called_twice

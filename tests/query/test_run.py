"""Queries run in a child process and end at their limits."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from small_hub import publish, small_hub

from pipelines.query.describe import describe_table
from pipelines.query.limits import Limits
from pipelines.query.run import run_query
from warehouse.errors import CorruptFile, HubtreeError, NoSpace, NotFound, UsageError


def test_rows_come_in_the_order_of_the_query(published: Path) -> None:
    result = run_query(published, "select model_id from models order by downloads_30d desc nulls last, model_id limit 2")
    assert result.frame["model_id"].to_list() == ["deep/Base-1", "odd/base-1-lora"]
    assert not result.is_truncated


def test_more_rows_than_allowed_are_cut_and_announced(published: Path) -> None:
    query = "select i from range(10) t(i) order by i desc"
    cut = run_query(published, query, limits=Limits(rows=3))
    assert (cut.frame["i"].to_list(), cut.is_truncated) == ([9, 8, 7], True)
    exact = run_query(published, query, limits=Limits(rows=10))
    assert (exact.frame.height, exact.is_truncated) == (10, False)
    everything = run_query(published, "select i from range(5000) t(i)", limits=Limits(rows=0))
    assert (everything.frame.height, everything.is_truncated) == (5000, False)


def test_parameters_are_bound_by_name_and_by_place(published: Path) -> None:
    named = run_query(
        published, "select $text as t, $number + 1 as n", parameters={"text": "'; drop table models", "number": 1}
    )
    assert named.frame.rows() == [("'; drop table models", 2)]
    placed = run_query(published, "select ? as a, ? as b", parameters=["x", None])
    assert placed.frame.rows() == [("x", None)]


def test_values_keep_what_parquet_alone_would_lose(published: Path) -> None:
    query = """
        select
            sum(i) as total, 170141183460469231731687303715::hugeint as huge, interval 90 minute as span,
            timestamptz '2024-07-11 02:00:00+02' as moment, uuid '00000000-0000-0000-0000-000000000001' as id,
            [1::hugeint] as nested, 'x' as a, 'y' as A
        from range(3) t(i)
    """
    row = run_query(published, query).frame.row(0, named=True)
    assert row["total"] == 3
    assert int(row["huge"]) == 170141183460469231731687303715
    assert row["span"] == "01:30:00"
    assert row["moment"] == datetime.fromisoformat("2024-07-11T00:00")
    assert (row["id"], row["nested"]) == ("00000000-0000-0000-0000-000000000001", "[1]")
    assert (row["a"], row["A_1"]) == ("x", "y")


def test_describe_show_and_summarize_answer_with_rows(published: Path) -> None:
    assert "models" in run_query(published, "show tables").frame["name"].to_list()
    assert "model_id" in run_query(published, "describe models").frame["column_name"].to_list()
    assert run_query(published, "summarize models").frame.height > 10


@pytest.mark.parametrize(
    "query",
    [
        "select sum(a.i * b.i % 7) from range(1000000) a(i), range(1000000) b(i)",
        "with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) from t",
    ],
)
def test_an_endless_query_is_stopped_at_its_time(published: Path, query: str) -> None:
    with pytest.raises(UsageError, match=r"stopped after 0\.5 seconds"):
        run_query(published, query, limits=Limits(seconds=0.5))


def test_an_unforeseen_failure_of_the_child_is_said_in_one_line(published: Path) -> None:
    with pytest.raises(HubtreeError, match="the query failed") as raised:
        run_query(published, "select $x as x", parameters={"x": "\ud800"})
    assert "\n" not in str(raised.value)


def test_a_huge_value_ends_at_the_limit_of_the_process(published: Path) -> None:
    with pytest.raises(UsageError, match="more than 100MB of memory"):
        run_query(published, "select length(repeat('x', 4000000000)) as n", limits=Limits(memory="100MB", seconds=20))


def test_a_large_state_ends_at_the_memory_limit(published: Path) -> None:
    with pytest.raises(UsageError, match="more than 64MB of memory"):
        run_query(published, "select list(i) as l from range(100000000) t(i)", limits=Limits(memory="64MB", seconds=20))


@pytest.mark.parametrize(
    ("query", "said", "hinted"),
    [
        ("select * from modls", "no such table: modls", "did you mean models?"),
        ("select modelid from models", "modelid", "model_id"),
        ("select\n  *\nfrom\n  models\nwhere where", "line 5", "describe"),
        ("select * from '/etc/hostname'", "no such table: <path>", "models"),
        ("select model_id::int as n from models", "model_id", "describe"),
    ],
)
def test_wrong_sql_gives_one_line_with_a_hint(published: Path, query: str, said: str, hinted: str) -> None:
    with pytest.raises(UsageError) as raised:
        run_query(published, query)
    message = str(raised.value)
    assert said in message or said in raised.value.hint
    assert hinted in raised.value.hint
    assert "\n" not in message + raised.value.hint


def test_no_path_of_the_machine_is_shown(published: Path) -> None:
    for query in ("select * from '~/x.csv'", "from duckdb_databases", "select error('see ' || '/usr/lib/x') as e"):
        with pytest.raises(UsageError) as raised:
            run_query(published, query)
        assert "/" not in str(raised.value).replace("</", "")


def test_an_unpublished_house_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no published file"):
        run_query(tmp_path / "hub.duckdb", "select 1")


def test_nothing_is_left_behind_and_nothing_beside_the_file_changes(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {path.name: path.stat().st_mtime_ns for path in published.parent.iterdir()}
    run_query(published, "select md5(i::varchar) as m from range(1000000) t(i) order by m", limits=Limits(memory="64MB"))
    with pytest.raises(UsageError):
        run_query(published, "select 1 +")
    assert list(tmp_path.iterdir()) == []
    assert {path.name: path.stat().st_mtime_ns for path in published.parent.iterdir()} == before


def test_the_child_gets_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch, published: Path) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_" + "a" * 30)
    seen: dict[str, str] = {}
    real = os.environ.copy()

    def remember(*arguments: object, env: dict[str, str], **options: object) -> object:
        seen.update(env)
        raise UsageError("seen enough")

    monkeypatch.setattr("pipelines.query.run.subprocess.Popen", remember)
    with pytest.raises(UsageError, match="seen enough"):
        run_query(published, "select 1")
    assert real["HF_TOKEN"] not in seen.values()
    assert set(seen) == {"PYTHONPATH", "HOME", "LANG", "PATH"}


def test_a_result_without_rows_keeps_its_columns(published: Path) -> None:
    frame = run_query(published, "select model_id, likes from models where false").frame
    assert frame.schema == {"model_id": pl.String, "likes": pl.Int64}
    assert frame.is_empty()


def test_a_result_larger_than_its_room_is_no_space(published: Path) -> None:
    query = "select md5(i::varchar) as m from range(500000) t(i)"
    with pytest.raises(NoSpace, match="no space left"):
        run_query(published, query, limits=Limits(rows=0, spill="1MB"))


def test_a_full_temporary_folder_is_no_space(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.query.run.tempfile.TemporaryDirectory", full)
    with pytest.raises(NoSpace, match="No space left"):
        run_query(published, "select 1")


def test_a_damaged_block_is_named_as_such(tmp_path: Path) -> None:
    target = publish(tmp_path, small_hub()).resolve()
    content = bytearray(target.read_bytes())
    for place in range(300_000, len(content), 4096):
        content[place] ^= 0xFF
    target.chmod(0o644)
    target.write_bytes(content)
    with pytest.raises(CorruptFile, match=r"hub-build-b0001\.duckdb is damaged"):
        run_query(target, "select * from models")
    with pytest.raises(CorruptFile):
        describe_table(target, "models")


def test_an_interrupted_query_leaves_no_process(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen[bytes]):
        def communicate(self, *arguments: object, **options: object) -> tuple[bytes, bytes]:
            started.append(self)
            raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.query.run.subprocess.Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_query(published, "select 1")
    assert [process.returncode for process in started] == [-9]

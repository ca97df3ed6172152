"""The hardened connection refuses by itself what the gate would refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from small_hub import publish, small_hub
from small_hub_rows import model

from pipelines.query.connection import connect_readonly
from pipelines.query.limits import Limits, size_in_bytes
from warehouse.errors import CorruptFile, Locked, NotFound, UsageError
from warehouse.reading import reading_file


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('{outside}')",
        "select * from read_csv('{outside}')",
        "select * from glob('{folder}/*')",
        "select * from sniff_csv('{outside}')",
        "select * from '{outside}'",
        "copy models to '{folder}/out.csv'",
        "export database '{folder}/export'",
        "attach '{folder}/other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set memory_limit = '99GB'",
        "set max_temp_directory_size = '99GB'",
        "reset lock_configuration",
        "select * from duckdb_secrets()",
        "insert into models (model_id) values ('x')",
        "create table t as select 1",
        "drop table models",
    ],
)
def test_files_network_settings_and_writing_are_refused(published: Path, tmp_path: Path, sql: str) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("secret\nsecret\n")
    with connect_readonly(published, limits=Limits()) as connection, pytest.raises(duckdb.Error):
        connection.execute(sql.format(outside=outside, folder=tmp_path)).fetchall()
    assert [path.name for path in tmp_path.iterdir()] == ["outside.csv"]


def test_a_python_variable_is_no_table(published: Path) -> None:
    leaked = duckdb.sql("select 1 as secret")
    with connect_readonly(published, limits=Limits()) as connection, pytest.raises(duckdb.CatalogException):
        connection.execute("select * from leaked")
    assert leaked.fetchall() == [(1,)]


def test_the_limits_hold_in_the_connection(published: Path, tmp_path: Path) -> None:
    with connect_readonly(published, limits=Limits(memory="64MB", spill="1MB", threads=1), scratch=tmp_path) as connection:
        assert connection.execute("select current_setting('threads')").fetchall() == [(1,)]
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute("select md5(i::varchar) as m from range(4000000) t(i) order by m").fetchall()


def test_without_a_scratch_folder_nothing_is_spilled_beside_the_file(published: Path) -> None:
    before = sorted(path.name for path in published.parent.iterdir())
    limits = Limits(memory="64MB", threads=1)
    with connect_readonly(published, limits=limits) as connection, pytest.raises(duckdb.OutOfMemoryException):
        connection.execute("select md5(i::varchar) as m from range(4000000) t(i) order by m").fetchall()
    assert sorted(path.name for path in published.parent.iterdir()) == before


def test_a_reader_sees_a_newly_published_file_although_the_old_one_is_still_open(tmp_path: Path) -> None:
    count = "select count(*) from models"
    link = publish(tmp_path, small_hub(), "b0001")
    with connect_readonly(link, limits=Limits()) as old:
        publish(tmp_path, {"models": [model("only/one")]}, "b0002")
        with connect_readonly(link, limits=Limits()) as new:
            assert new.execute(count).fetchall() == [(1,)]
        assert old.execute(count).fetchall() == [(len(small_hub()["models"]),)]


def test_a_missing_file_is_not_found_and_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no published file hub\.duckdb") as raised:
        connect_readonly(tmp_path / "hub.duckdb", limits=Limits())
    assert "hubtree build" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_kind_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "hub.duckdb"
    path.write_bytes(b"PAR1" * 5000)
    with pytest.raises(CorruptFile, match="no DuckDB file"):
        connect_readonly(path, limits=Limits())


def test_a_file_that_a_process_writes_is_locked(tmp_path: Path) -> None:
    link = publish(tmp_path, {})
    link.resolve().chmod(0o644)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen([sys.executable, "-c", code, link.resolve()], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(Locked, match="held by another process"):
            connect_readonly(link, limits=Limits())
    finally:
        holder.communicate(timeout=30)


def test_a_file_that_may_not_be_opened_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="may not be opened"), reading_file(tmp_path / "hub.duckdb"):
        raise duckdb.IOException('IO Error: Cannot open file "hub.duckdb": Permission denied')


def test_other_errors_of_duckdb_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(duckdb.IOException, match="something new"), reading_file(tmp_path / "hub.duckdb"):
        raise duckdb.IOException("something new")


@pytest.mark.parametrize(
    ("text", "size"),
    [("2GB", 2_000_000_000), ("512MiB", 512 * 1024**2), ("1.5g", 1_500_000_000), ("100 kb", 100_000), ("12", 12)],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert size_in_bytes(text) == size


@pytest.mark.parametrize(
    "values",
    [{"rows": -1}, {"seconds": 0}, {"seconds": float("nan")}, {"memory": "much"}, {"memory": "1KB"}, {"spill": "-1GB"}],
)
def test_limits_that_make_no_sense_are_a_usage_error(values: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Limits(**values)  # type: ignore[arg-type]  # wrong on purpose

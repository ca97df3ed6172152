"""Running the checks: the frame they give, the file they leave alone, what happens when something is missing or hostile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

import duckdb
import polars as pl
import pytest
from checked_file import CHECKED_AT, alter, build, check, not_passed, one

from pipelines import checks
from pipelines.checks import runner
from pipelines.checks.check import SHAPE, Check, breaking_rows
from warehouse.contract import TABLES
from warehouse.errors import CorruptFile, NotFound

if not checks.is_available():
    pytest.skip("the extra checks is not installed", allow_module_level=True)

_BLOCKED = """
import sys
from datetime import datetime
from pathlib import Path
import pytest_socket
pytest_socket.disable_socket()
asked = []  # a refused call that somebody swallows is a call all the same
words = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
sys.addaudithook(lambda event, arguments: asked.append((event, arguments)) if event in words else None)
from pipelines import checks
results = checks.run_checks(Path(sys.argv[1]), build_id="b", checked_at=datetime(2024, 7, 11), previous=None)
checks.write_data_docs(results, Path(sys.argv[1]).parent / "docs")
print(asked, file=sys.stderr)
sys.exit(9 if asked else 0 if results.height > 100 and results["is_passed"].all() else 8)
"""

_WITHOUT = """
import sys
sys.modules["great_expectations"] = None
sys.modules["duckdb_sqlalchemy"] = None
from pipelines import checks
sys.exit(0 if not checks.is_available() else 9)
"""


@pytest.fixture(autouse=True)
def _few_tables() -> Iterator[None]:
    """Check a few tables in this process: all of them, with nothing broken, are checked in test_checks_flag.py."""
    few = [TABLES[name] for name in ("models", "edges", "cards", "quarantine", "conservation", "runs")]
    with mock.patch.object(runner, "checked_tables", return_value=few):
        yield


def _python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    known = {**os.environ, "PYTHONPATH": str(root), **environment}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=known, cwd=root)


def _only(*made: Check) -> mock._patch[mock.MagicMock]:
    return mock.patch.object(runner, "checks_of", side_effect=lambda table, **_: [c for c in made if c.table == table.name])


def _rule(query: str, table: str = "models") -> Check:
    return breaking_rows(table, "a rule", "fail", meaning="m", expected="e", query=query)


def test_the_frame_is_check_results_of_the_contract_sorted_by_table_and_check(tmp_path: Path) -> None:
    results = check(build(tmp_path))
    assert tuple(results.columns) == TABLES["check_results"].column_names
    assert results.equals(results.sort("table_name", "check_name"))
    assert results["run_id"].unique().to_list() == ["b1"]
    assert results["checked_at"].unique().to_list() == [CHECKED_AT]
    assert results.schema["checked_at"] == pl.Datetime("us")
    with duckdb.connect() as connection:
        types = {row[0]: row[1] for row in connection.execute("describe select * from results").fetchall()}
    assert types == {column.name: column.type for column in TABLES["check_results"].columns}
    for name in TABLES["check_results"].required:
        assert results[name].null_count() == 0


def test_counts_and_examples_name_the_offending_rows(tmp_path: Path) -> None:
    database = alter(build(tmp_path), ["update models set n_parents = -1 where model_id in ('mix/twins', 'ring/a')"])
    found = one(check(database), "models", "n_parents is in its range")
    assert (found["n_failed"], found["n_rows"]) == (2, 9)
    assert "model_id=mix/twins" in found["observed"]
    assert "n_parents=-1" in found["observed"]


def test_a_long_example_is_cut_and_a_token_in_it_is_hidden(tmp_path: Path) -> None:
    token = "hf_" + "a" * 30
    change = f"update models set model_id = '{token} ' || repeat('x', 5000) where model_id = 'mix/twins'"
    found = one(check(alter(build(tmp_path), [change])), "models", "model_id has the form of a hub id")
    assert len(found["observed"]) < 400
    assert token not in found["observed"]


def test_the_same_process_can_write_to_the_file_afterwards(tmp_path: Path) -> None:
    database = build(tmp_path)
    check(database, database)
    alter(database, ["create table later (a integer)"])


def test_the_file_is_not_changed(tmp_path: Path) -> None:
    database = build(tmp_path)
    before = database.read_bytes()
    check(database)
    assert database.read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.wal")] == []


def test_a_read_only_file_with_an_odd_name_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / "a $HOME ${b} %41?x=1#é 'q'"
    folder.mkdir()
    database = build(tmp_path).rename(folder / "hub.duckdb")
    database.chmod(0o444)
    assert not_passed(check(database)) == []


def test_nothing_is_printed_and_no_progress_bar_is_drawn(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    check(build(tmp_path))
    assert capfd.readouterr() == ("", "")


def test_no_call_leaves_the_machine_even_where_analytics_are_asked_for(tmp_path: Path) -> None:
    ended = _python(_BLOCKED, str(build(tmp_path)), GX_ANALYTICS_ENABLED="true")
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "[]\n", "")


def test_the_package_imports_and_says_so_where_the_extra_is_absent() -> None:
    ended = _python(_WITHOUT)
    assert ended.returncode == 0, ended.stderr


def test_importing_the_package_does_not_import_great_expectations() -> None:
    code = "import sys, pipelines.checks; sys.exit(9 if 'great_expectations' in sys.modules else 0)"
    assert _python(code).returncode == 0


@pytest.mark.parametrize("first", ["", "import pyspark\n"])
def test_a_pyspark_that_ends_the_process_when_looked_at_is_not_looked_at(tmp_path: Path, first: str) -> None:
    part = tmp_path / "pyspark" / "sql" / "connect"
    part.mkdir(parents=True)
    for folder in (part.parent.parent, part.parent):
        (folder / "__init__.py").touch()
    (part / "__init__.py").write_text("import sys\nsys.exit(0)\n", encoding="utf-8")
    code = f"{first}from pipelines.checks.loading import load\nload().get_context\nprint('loaded')"
    ended = _python(code, PYTHONPATH=f"{tmp_path}{os.pathsep}{Path(__file__).parents[2]}")
    assert (ended.returncode, ended.stdout.splitlines()[-1:]) == (0, ["loaded"]), ended.stderr


def test_unchecked_is_one_warning_that_passes_the_gate() -> None:
    results = checks.unchecked("b1", CHECKED_AT)
    assert tuple(results.columns) == TABLES["check_results"].column_names
    assert results.select("severity", "is_passed").rows() == [("warn", None)]
    assert "hubtree[checks]" in results["observed"][0]
    checks.gate(results)


@pytest.mark.parametrize(
    "query",
    [
        "select model_id from models where model_id = '{} {batch} {0} {a:b}'",
        "select model_id from models where model_id = ' :name :1 a:b ::c'",
        "select model_id from models where model_id like '%(x)s %s %'",
        "select model_id from models where model_id = 'a;b' -- a comment; at the end",
        "select {'a': model_id}.a as x from models where false order by x",
    ],
)
def test_a_rule_may_hold_any_text(query: str, tmp_path: Path) -> None:
    with _only(_rule(query)):
        assert not_passed(check(build(tmp_path))) == []


def test_text_in_a_rule_arrives_as_it_is_written(tmp_path: Path) -> None:
    name = "{} {batch} :name %s %% a::b"
    database = alter(build(tmp_path), [f"update models set model_id = '{name}' where model_id = 'ring/a'"])
    with _only(_rule(f"select model_id from models where model_id = '{name}'")):
        found = one(check(database), "models", "a rule")
    assert found["n_failed"] == 1
    assert name in found["observed"]


def test_a_rule_that_cannot_run_has_no_verdict_and_the_others_have(tmp_path: Path) -> None:
    sound = breaking_rows("models", "sound", "fail", meaning="m", expected="e", query="select 1 where false")
    with _only(_rule("select nothing_like_it from models"), sound):
        results = check(build(tmp_path))
    broken = one(results, "models", "a rule")
    assert broken["is_passed"] is None
    assert broken["observed"].startswith("could not be run")
    assert "nothing_like_it" in broken["observed"]
    assert len(broken["observed"]) < 300
    assert one(results, "models", "sound")["is_passed"] is True


def test_a_missing_table_fails_its_shape_and_leaves_its_other_checks_open(tmp_path: Path) -> None:
    results = check(alter(build(tmp_path), ["drop table cards"]))
    of_cards = results.filter((pl.col("table_name") == "cards") & (pl.col("check_name") != SHAPE))
    assert one(results, "cards", SHAPE)["is_passed"] is False
    assert of_cards["is_passed"].null_count() == of_cards.height > 5
    assert one(results, "models", SHAPE)["is_passed"] is True


def test_a_view_in_place_of_a_table_or_a_surplus_table_is_no_crash(tmp_path: Path) -> None:
    changes = ["create table surplus as select 1 as a", "alter table cards rename to kept", "create view cards as from kept"]
    results = check(alter(build(tmp_path), changes))
    assert one(results, "cards", SHAPE)["is_passed"] is False


def test_a_missing_database_and_one_that_is_none_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        check(tmp_path / "nowhere.duckdb")
    (tmp_path / "text.duckdb").write_text("this is no database " * 1000)
    with pytest.raises(CorruptFile, match="text"):
        check(tmp_path / "text.duckdb")


def _previous(folder: Path, content: bytes | None) -> Path:
    path = folder / "previous.duckdb"
    if content is not None:
        path.write_bytes(content)
    return path


def test_a_missing_published_file_is_a_first_build(tmp_path: Path) -> None:
    results = check(build(tmp_path), _previous(tmp_path, None))
    assert not_passed(results) == []
    assert "first build" in one(results, "models", "rows against the published file")["expected"]


def test_a_published_file_that_cannot_be_read_is_recorded_and_does_not_stop_the_build(tmp_path: Path) -> None:
    results = check(build(tmp_path), _previous(tmp_path, b"no database " * 2000))
    names = {name for _, name, _ in not_passed(results)}
    assert "rows against the published file" in names
    assert one(results, "models", "rows against the published file")["is_passed"] is None
    checks.gate(results)


def test_a_published_file_of_another_contract_is_compared_where_it_can_be(tmp_path: Path) -> None:
    database = build(tmp_path / "new")
    older: Sequence[str] = ["alter table models drop column likes", "drop table quarantine", "drop table conservation"]
    results = check(database, alter(build(tmp_path / "old"), older))
    assert "of the 9" in one(results, "models", "rows against the published file")["expected"]
    assert not_passed(results) == []


def test_a_loss_of_two_in_five_models_passes_and_of_more_does_not(tmp_path: Path) -> None:
    previous = build(tmp_path / "old")
    alter(previous, ["insert into models select * from models limit 1"])  # ten rows
    six = alter(build(tmp_path / "six"), ["delete from models where rowid >= 6"])
    five = alter(build(tmp_path / "five"), ["delete from models where rowid >= 5"])
    name = "rows against the published file"
    assert one(check(six, previous), "models", name)["is_passed"] is True
    assert one(check(five, previous), "models", name)["is_passed"] is False

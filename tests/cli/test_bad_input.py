"""Whatever is wrong, a command ends with one line that says what, one that says what to do, and the documented exit code."""

from __future__ import annotations

import fcntl
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from small_hub import publish, small_hub

from pipelines import steps
from pipelines.local_hub.serving import RunningHub, running_hub
from pipelines.local_hub.store import HubStore
from pipelines.settings import Settings
from warehouse.errors import UsageError

if TYPE_CHECKING:
    from conftest import Ended, Shell

TOKEN = "hf_" + "Abc123" * 6


def assert_told(ended: Ended, code: int, *words: str) -> None:
    """One line and a hint, on standard error alone."""
    assert ended.code == code, ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err
    message, hint = ended.err.splitlines()
    assert re.fullmatch(r"hubtree: \S.*", message)
    assert re.fullmatch(r"  hint: \S.*", hint)
    assert len(message) < 500
    for word in words:
        assert word.lower() in ended.err.lower(), ended.err
    assert "internal error" not in message


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens: the port is taken, and no connection is accepted."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sql", "select 1"), "published"),
        (("describe",), "published"),
        (("describe", "models"), "published"),
        (("tree", "ann/one"), "published"),
        (("status",), "published"),
        (("extract",), "published"),
        (("build",), "landed"),
        (("build", "--as-of", "2024-07-11"), "2024-07-11"),
        (("build", "--as-of", "yesterday"), "not a date"),
        (("crawl", "--since", "2024-02-30"), "not a date"),
        (("import", "nowhere.parquet", "--kind", "listing"), "nowhere.parquet"),
        (("import", ".", "--kind", "listing", "--observed-at", "2024-07-11"), ""),
        (("import", "nowhere.parquet", "--kind", "models"), "models"),
        (("import", "nowhere.parquet"), "kind"),
        (("local-hub", "--listing", "nowhere.parquet"), "nowhere.parquet"),
        (("local-hub", "--landing", "nowhere"), "nowhere"),
        (("local-hub", "--listing", "a", "--landing", "b"), "exclude"),
        (("local-hub", "--models", "0"), "models"),
        (("crawl", "--mode", "sideways"), "sideways"),
        (("crawl", "--limit", "0"), "limit"),
        (("crawl", "--limit", "many"), "--limit"),
        (("crawl", "--no-such-option"), "no-such-option"),
        (("crawl", "too", "many"), "too"),
        (("no-such-command",), "no-such-command"),
        (("tree",), "model"),
        (("sql", "--cookbook", "no_such_question"), ""),
        (("sql", "--file", "nowhere.sql"), ""),
        (("crawl", "--hub", "no-address"), "no-address"),
        (("crawl", "--hub", "ftp://127.0.0.1"), "ftp"),
        (("tree", "ann/\udcff"), "utf-8"),
        (("import", "\udcff.parquet", "--kind", "listing"), "utf-8"),
        (("build", "--as-of", "0001-01-01T00:00:00+23:00"), "not a date"),
        (("build", "--as-of", "9999-12-31T23:59:59-23:00"), "not a date"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_words_and_wrong_paths(hubtree: Shell, words: tuple[str, ...], told: str) -> None:
    assert_told(hubtree(*words, "--quiet"), 2, told)


def test_nothing_is_made_by_a_command_that_was_refused(hubtree: Shell, tmp_path: Path) -> None:
    hubtree("build")
    hubtree("sql", "select 1")
    hubtree("import", "nowhere.parquet", "--kind", "listing")
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("selec 1", "syntax"),
        ("select", "select"),
        ("", "select"),
        ("select no_such_column from models", "no_such_column"),
        ("select * from no_such_table", "no_such_table"),
        ("select 1; select 2", "one"),
        ("delete from models", ""),
        ("create table x as select 1", ""),
        ("copy models to 'x.csv'", ""),
        ("attach 'x.db'", ""),
        ("set memory_limit = '1TB'", ""),
        ("pragma version", ""),
        ("select * from read_csv('/etc/passwd')", ""),
        ("select * from '/etc/passwd'", ""),
        ("select cast('x' as integer)", "x"),
        ("explain analyze delete from models", ""),
    ],
)
def test_bad_sql(hubtree: Shell, published: Path, query: str, told: str) -> None:
    assert_told(hubtree("sql", query, "--quiet"), 2, told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tree", "nobody/nothing-at-all"), "nobody/nothing-at-all"),
        (("tree", ""), ""),
        (("tree", "deep/Base-1", "--depth", "0"), "depth"),
        (("tree", "deep/Base-1", "--format", "svg"), "svg"),
        (("describe", "no_such_table"), "no_such_table"),
        (("sql", "select 1", "--format", "xml"), "xml"),
        (("sql", "select 1", "--cookbook", "freshness"), "cookbook"),
        (("sql", "select 1", "--out", "no/such/folder/x.csv"), ""),
        (("sql", "select 1", "--memory", "much"), "much"),
        (("sql", "select 1", "--timeout", "-1"), "timeout"),
        (("sql", "select count(*) from range(100000000) a, range(100000) b", "--timeout", "0.5"), ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_questions_that_have_no_answer(hubtree: Shell, published: Path, words: tuple[str, ...], told: str) -> None:
    assert_told(hubtree(*words, "--quiet"), 2, told)


def test_a_model_that_is_nearly_right_is_suggested(hubtree: Shell, published: Path) -> None:
    assert_told(hubtree("tree", "deep/Base-11", "--quiet"), 2, "deep/Base-1 ".strip())


def test_a_hub_that_is_not_there(hubtree: Shell, nobody: str) -> None:
    assert_told(hubtree("crawl", "--hub", nobody, "--quiet"), 3, nobody.removeprefix("http://"), "hf_endpoint")


@pytest.mark.parametrize("command", ["crawl", "cards"])
def test_a_wrong_token_is_told_by_its_variable_and_never_shown(
    hubtree: Shell, planted_store: HubStore, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    with running_hub(planted_store) as hub:
        assert hubtree("crawl", "--mode", "full", "--hub", hub.endpoint).code == 0
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    port = int(hub.endpoint.rpartition(":")[2])
    with running_hub(planted_store, token="hf_" + "Right1" * 6, port=port) as hub:
        ended = hubtree(command, "--hub", hub.endpoint, "--quiet")
        loud = hubtree(command, "--hub", hub.endpoint, "--debug")
    assert_told(ended, 3, "HF_TOKEN")
    assert loud.code == 3
    for text in (ended.out, ended.err, loud.out, loud.err):
        assert TOKEN[3:] not in text


def test_a_path_that_is_no_hub(hubtree: Shell, hub: RunningHub) -> None:
    assert_told(hubtree("crawl", "--hub", f"{hub.endpoint}/no/hub", "--quiet"), 3)


def test_a_password_in_the_address_is_refused_and_not_shown(hubtree: Shell) -> None:
    ended = hubtree("crawl", "--hub", "http://ann:geheim123@127.0.0.1:9", "--quiet")
    assert_told(ended, 2)
    assert "geheim123" not in ended.err


def test_offline_says_which_variable_says_so(hubtree: Shell, hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert_told(hubtree("crawl", "--hub", hub.endpoint, "--quiet"), 3, "HF_HUB_OFFLINE")
    assert not hub.log.entries


def test_a_corrupt_parquet_file_is_not_imported(hubtree: Shell, tmp_path: Path) -> None:
    path = tmp_path / "dump.parquet"
    pl.DataFrame({"id": [f"ann/{number}" for number in range(500)]}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])
    assert_told(hubtree("import", str(path), "--kind", "listing", "--observed-at", "2024-07-11", "--quiet"), 4, "dump.parquet")


def test_a_corrupt_landing_file_stops_the_build(hubtree: Shell, tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text('{"id": "ann/one"}\n', encoding="utf-8")
    assert hubtree("import", str(path), "--kind", "listing", "--observed-at", "2024-07-11").code == 0
    (landed,) = (tmp_path / "home" / "landing" / "kind=listing").rglob("*.parquet")
    content = bytearray(landed.read_bytes())
    content[len(content) // 2] ^= 1
    landed.write_bytes(content)
    assert_told(hubtree("build", "--quiet"), 4, landed.name, "backup")
    assert not (tmp_path / "home" / "published").exists()


def test_a_published_file_that_is_none(hubtree: Shell, published: Path) -> None:
    target = published.resolve()
    target.write_bytes(b"not a database at all" * 100)
    for words in (("sql", "select 1"), ("describe",), ("tree", "ann/one"), ("status",), ("extract",)):
        assert_told(hubtree(*words, "--quiet"), 4, target.name)


def test_a_second_crawler_is_told_who_the_first_is(hubtree: Shell, hub: RunningHub, tmp_path: Path) -> None:
    lock = tmp_path / "home" / "landing" / ".crawl.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write('{"host": "other-machine", "pid": 4711}')
        held.flush()
        assert_told(hubtree("crawl", "--hub", hub.endpoint, "--quiet"), 5, "4711", "other-machine")


def test_a_home_that_is_a_file(hubtree: Shell, hub: RunningHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("HUBTREE_HOME", str(tmp_path / "file"))
    (tmp_path / "dump.jsonl").write_text('{"id": "ann/one"}\n', encoding="utf-8")
    assert_told(hubtree("import", "dump.jsonl", "--kind", "listing", "--observed-at", "2024-07-11", "--quiet"), 2, "file")
    assert_told(hubtree("crawl", "--hub", hub.endpoint, "--quiet"), 2, "file")


@pytest.mark.parametrize("folder", ["all*", "a?", "[mine]"])
def test_a_home_that_engines_would_take_for_a_pattern(
    hubtree: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("HUBTREE_HOME", str(tmp_path / folder))
    assert_told(hubtree("build", "--quiet"), 2, "HUBTREE_HOME", "pattern")
    assert not (tmp_path / folder).exists()


@pytest.mark.parametrize("threads", ["many", "0", "-1", "1.5"])
def test_a_setting_that_is_no_number(hubtree: Shell, monkeypatch: pytest.MonkeyPatch, threads: str) -> None:
    monkeypatch.setenv("HUBTREE_THREADS", threads)
    assert_told(hubtree("build", "--quiet"), 2, "HUBTREE_THREADS", threads)


def test_a_memory_limit_that_is_none(hubtree: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dump.jsonl").write_text('{"id": "ann/one"}\n', encoding="utf-8")
    assert hubtree("import", "dump.jsonl", "--kind", "listing", "--observed-at", "2024-07-11").code == 0
    monkeypatch.setenv("HUBTREE_MEMORY_LIMIT", "much")
    assert_told(hubtree("build", "--quiet"), 2, "HUBTREE_MEMORY_LIMIT", "much")


def test_an_interrupt_ends_with_130_and_says_that_nothing_is_lost(hubtree: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "report", interrupted)
    assert_told(hubtree("status", "--quiet"), 130, "interrupted")


def test_a_bug_is_one_line_and_with_debug_a_traceback_without_secrets(hubtree: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError(f"no\nsuch {TOKEN} luck")

    monkeypatch.setattr(steps, "report", broken)
    ended = hubtree("status", "--quiet")
    assert (ended.code, ended.err.splitlines()) == (
        1,
        ["hubtree: internal error: RuntimeError: no such *** luck", "  hint: run it again with --debug"],
    )
    loud = hubtree("--debug", "status")
    assert loud.code == 1
    assert "Traceback (most recent call last)" in loud.err
    assert loud.err.splitlines()[-2:] == ended.err.splitlines()
    assert TOKEN not in loud.err


@pytest.mark.parametrize(
    "words", [("sql", "selec 1"), ("tree", "nobody/x"), ("build",), ("import", "nowhere", "--kind", "cards")]
)
def test_debug_shows_the_traceback_before_the_line(hubtree: Shell, tmp_path: Path, words: tuple[str, ...]) -> None:
    publish(tmp_path / "home" / "published", small_hub())
    ended = hubtree(*words, "--debug")
    assert ended.code == 2
    assert "Traceback (most recent call last)" in ended.err
    assert [line.split()[0] for line in ended.err.splitlines()[-2:]] == ["hubtree:", "hint:"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--memory", "99999999999GB"), "size"),
        (("--limit", "9223372036854775807"), "rows"),
        (("--limit", "99999999999999999999"), "rows"),
    ],
)
def test_limits_beyond_any_machine(hubtree: Shell, published: Path, words: tuple[str, ...], told: str) -> None:
    assert_told(hubtree("sql", "select 1", *words, "--quiet"), 2, told)


def test_a_file_of_sql_in_another_encoding(hubtree: Shell, published: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.sql").write_bytes("select 'é'".encode("latin-1"))
    assert_told(hubtree("sql", "--file", str(tmp_path / "latin.sql"), "--quiet"), 2, "utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HF_ENDPOINT", "http://127.0.0.1:99999"),
        ("HF_ENDPOINT", "http://[::1"),
        ("HUBTREE_MEMORY_LIMIT", "99999999999999999999GB"),
    ],
)
def test_settings_that_nothing_can_be_done_with(hubtree: Shell, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert_told(hubtree("crawl", "--quiet"), 2, name)
    with pytest.raises(UsageError):  # before huggingface_hub is imported, which fails with such an address
        Settings.from_environment()


def test_no_error_steers_a_terminal(hubtree: Shell, published: Path) -> None:
    for words in (
        ("sql", "select ('\x1b[31m\u202e' || chr(155) || model_id)::int from models"),
        ("tree", "ann/\x1b[31m\u202e"),
    ):
        ended = hubtree(*words, "--quiet")
        assert_told(ended, 2)
        assert not {"\x1b", "\x9b", "\u202e"} & set(ended.err)

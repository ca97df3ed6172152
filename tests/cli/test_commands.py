"""What the commands print when all is well: for people, for programs, for pipes, and on a second night."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipelines import checks
from pipelines.local_hub.serving import RunningHub
from warehouse.files import sha256_of

if TYPE_CHECKING:
    from conftest import Shell

COMMANDS = (
    "crawl",
    "cards",
    "parents",
    "import",
    "build",
    "extract",
    "report",
    "sql",
    "describe",
    "tree",
    "license",
    "status",
    "doctor",
    "local-hub",
)


def test_help_lists_every_command_with_exit_codes_and_a_first_session(hubtree: Shell) -> None:
    ended = hubtree("--help")
    assert ended.code == 0
    for word in (*COMMANDS, "130 interrupted", "--debug", "hubtree local-hub"):
        assert word in ended.out
    assert hubtree().out == ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example_of_it(hubtree: Shell, command: str) -> None:
    ended = hubtree(command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert f"Example: hubtree {command}" in " ".join(ended.out.split())


@pytest.mark.parametrize("words", [("status",), ("describe",), ("describe", "models")])
def test_json_is_one_object_for_programs(hubtree: Shell, published: Path, words: tuple[str, ...]) -> None:
    ended = hubtree(*words, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)


def test_a_tree_can_be_drawn_written_and_read(hubtree: Shell, published: Path) -> None:
    text = hubtree("tree", "DEEP/base-1")
    assert text.code == 0
    assert all(name in text.out for name in ("deep/Base-1", "mila/base-1-chat", "q/base-1-chat-GGUF", "quantized"))
    assert json.loads(hubtree("tree", "deep/Base-1", "--format", "json").out)
    assert hubtree("tree", "deep/Base-1", "--format", "dot").out.startswith("digraph")


def test_describe_tells_grain_and_warnings(hubtree: Shell, published: Path) -> None:
    said = hubtree("describe", "models").out
    assert "one row is one model repository" in said
    assert "beware: " in said
    assert "downloads_30d" in said


QUERY = "select model_id, likes, tags from models order by model_id limit 3"
IDS = ["deep/Base-1", "late/Base-1-old", "lost/child"]


def in_a_process(home: Path, command: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command line of a shell in which `hubtree` is this Python's."""
    environment = {**os.environ, "HUBTREE_HOME": str(home), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    hubtree = f"'{sys.executable}' -c 'from pipelines.cli import main; main()'"
    shell = f'set -o pipefail; hubtree() {{ {hubtree} "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", shell], env=environment, capture_output=True, timeout=120, check=False)


def test_a_pipe_gets_csv_json_lines_or_parquet(published: Path) -> None:
    home = published.parent.parent
    as_csv = in_a_process(home, f'hubtree sql "{QUERY}"')
    assert (as_csv.returncode, as_csv.stderr) == (0, b"")
    assert [row["model_id"] for row in csv.DictReader(io.StringIO(as_csv.stdout.decode()))] == IDS
    as_json = in_a_process(home, f'hubtree sql "{QUERY}" --format json')
    assert [row["model_id"] for row in json.loads(as_json.stdout)] == IDS
    lines = in_a_process(home, f'echo "{QUERY}" | hubtree sql --format jsonl')
    assert [json.loads(line)["model_id"] for line in lines.stdout.splitlines()] == IDS
    parquet = in_a_process(home, f'hubtree sql "{QUERY}" --format parquet | cat')
    assert pl.read_parquet(io.BytesIO(parquet.stdout))["model_id"].to_list() == IDS


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_a_reader_who_leaves_early_is_not_complained_about(published: Path, form: str) -> None:
    query = "select i, repeat('x', 500) as text from range(20000) r(i)"
    ended = in_a_process(published.parent.parent, f'hubtree sql "{query}" --limit 0 --format {form} | head -c 10')
    assert ended.stderr == b""
    assert len(ended.stdout) == 10
    assert ended.returncode == 0


def test_a_cut_result_says_so_beside_the_result(hubtree: Shell, published: Path, tmp_path: Path) -> None:
    out = tmp_path / "ids.csv"
    ended = hubtree("sql", "select model_id from models order by 1", "--limit", "2", "--out", str(out))
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "hubtree: only the first 2 rows are shown; --limit 0 gives all\n"
    assert out.read_text(encoding="utf-8").split() == ["model_id", *IDS[:2]]


def test_an_error_in_a_process_of_its_own_is_the_same(tmp_path: Path) -> None:
    ended = in_a_process(tmp_path / "empty", 'hubtree sql "select 1"')
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert [line.split()[0] for line in ended.stderr.decode().splitlines()] == ["hubtree:", "hint:"]


def requests_for(hub: RunningHub, since: int, part: str) -> list[str]:
    return [entry.target for entry in hub.log.entries[since:] if part in entry.target]


@pytest.mark.slow
def test_the_nightly_commands_and_a_second_run_of_the_same_day(
    hubtree: Shell, hub: RunningHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "is_available", lambda: False)
    first = hubtree("crawl", "--mode", "full", "--cards", "changed", "--hub", hub.endpoint, "--quiet")
    assert (first.code, first.err) == (0, "")
    assert "full crawl: " in first.out
    n_first = len(hub.log.entries)
    assert requests_for(hub, 0, "README.md")
    second = hubtree("crawl", "--cards", "changed", "--hub", hub.endpoint, "--quiet")
    assert second.code == 0
    assert "nothing fetched" in second.out
    assert requests_for(hub, n_first, "README.md") == []
    assert len(hub.log.entries) - n_first < 5
    for words, told in (
        (("build",), "published"),
        (("status",), "largest families"),
        (("extract",), "extracts written"),
        (("parents", "--limit", "3", "--hub", hub.endpoint), "asked about 3 of "),
    ):
        ended = hubtree(*words, "--quiet")
        assert (ended.code, ended.err) == (0, "")
        assert told in ended.out
    summary = json.loads(hubtree("build", "--json", "--quiet").out)
    assert Path(summary["publish"]["file"]).is_file()
    assert not [entry for entry in hub.log.entries if entry.is_counted_file]


def test_an_import_told_twice_says_that_it_was_landed(hubtree: Shell, tmp_path: Path) -> None:
    (tmp_path / "dump.jsonl").write_text('{"id": "ann/one"}\n', encoding="utf-8")
    words = ("import", "dump.jsonl", "--kind", "listing", "--observed-at", "2024-07-11", "--quiet")
    assert hubtree(*words).out.startswith("landed: 1 rows of kind listing")
    assert hubtree(*words).out.startswith("already landed: 1 rows of kind listing")
    assert json.loads(hubtree(*words, "--json").out)["is_already_landed"] is True


def test_the_hub_in_a_box_serves_until_interrupted(tmp_path: Path) -> None:
    code = (
        "from pipelines.cli import main; main(['local-hub', '--models', '200', '--ready-file', 'ready', '--log-file', 'log'])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    served = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        line = served.stdout.readline()
        endpoint = (tmp_path / "ready").read_text(encoding="utf-8")
        assert line.startswith(f"{endpoint} serves ")
        crawled = in_a_process(tmp_path / "home", f"hubtree crawl --mode full --limit 5 --hub {endpoint} --json")
        assert crawled.returncode == 0, crawled.stderr
        assert json.loads(crawled.stdout)["n_rows"] == 5
        served.terminate()
        assert served.wait(timeout=30) == 0
    finally:
        served.kill()
        served.wait()


def test_sql_asks_an_earlier_day_once_it_is_built(hubtree: Shell, published: Path) -> None:
    missing = hubtree("sql", QUERY, "--as-of", "2024-07-01")
    assert missing.code == 2
    assert "hubtree build --as-of 2024-07-01" in missing.err
    (published.parent / "hub-as-of-2024-07-01.duckdb").symlink_to(published.resolve())
    asked = hubtree(
        "sql", "select count(*) as n from models", "--as-of", "2024-07-01", "--out", str(published.parent / "n.json")
    )
    assert (asked.code, asked.err) == (0, "")
    assert json.loads((published.parent / "n.json").read_text()) == [{"n": 10}]


def test_doctor_ends_with_one_where_something_is_at_fault(hubtree: Shell, published: Path) -> None:
    manifest = {"file": published.resolve().name, "sha256": sha256_of(published.resolve())}
    (published.parent / "manifest.json").write_text(json.dumps(manifest))
    sound = hubtree("doctor")
    assert sound.code == 0
    assert "as it was published" in sound.out
    (published.parent / "manifest.json").write_text(json.dumps(manifest | {"sha256": "0" * 64}))
    assert hubtree("doctor").code == 1
    findings = json.loads(hubtree("doctor", "--json").out)["findings"]
    assert [finding["subject"] for finding in findings if finding["state"] == "fault"] == ["published file"]

"""The house rules that no linter knows: what is imported when, what is in the repository, how long things are, what is told."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelines
import warehouse
from pipelines.settings import Settings
from warehouse.contract import TABLES

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 350
LONGEST_FUNCTION = 60
"""Lines, the signature and docstring included: longer ones do more than one thing."""

HEAVY = {"great_expectations", "airflow", "networkx", "scipy", "sqlalchemy", "pandas", "pyspark", "matplotlib"}


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def loaded_by(statement: str) -> set[str]:
    """Top-level packages that a statement loads in a fresh process."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(ended.stdout))


def test_the_command_starts_without_what_only_some_steps_need() -> None:
    assert not loaded_by("import pipelines.cli") & HEAVY


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("pipelines.steps", HEAVY | {"huggingface_hub"}),
        ("pipelines.settings", HEAVY | {"polars", "duckdb"}),
        ("warehouse.contract", HEAVY | {"polars", "duckdb"}),
    ],
)
def test_what_everybody_imports_is_light(module: str, heavy: set[str]) -> None:
    assert not loaded_by(f"import {module}") & heavy


def test_packages_are_those_of_this_repository() -> None:
    for package in (pipelines, warehouse):
        assert package.__file__ is not None
        assert Path(package.__file__).parent.parent == ROOT


def test_tests_are_no_package_that_could_shadow_one() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_two_test_modules_share_a_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert len(names) == len(set(names))


def test_the_lock_names_versions_and_no_place_to_get_them() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    assert all(re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z,-]+\])?==\S+( ; .+)?$", line, re.IGNORECASE) for line in lines if line)


FOREIGN = re.compile(r"/(?:work|root|home/[a-z]+|Users|tmp/[a-z]|mnt)/|file://(?!\{)", re.IGNORECASE)
"""Paths of somebody's machine."""

PLACES_IN_TESTS = re.compile(r"/roo[t]/|/home/|/Users/|/tmp/|/mnt/|file://")
"""Tests of redaction, of hostile parents and of refused SQL write such paths on purpose."""


def test_no_path_of_a_machine_is_in_the_repository() -> None:
    found = []
    for path in tracked():
        pattern = re.compile(r"/wor[k]/") if "tests" in path.relative_to(ROOT).parts else FOREIGN
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in pattern.finditer(text) if path != Path(__file__)]
    assert not found


SECRET = re.compile(r"\bhf_[A-Za-z0-9]{20,}|\bAKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY")


def test_no_secret_is_in_the_repository() -> None:
    texts = ((path, path.read_bytes().decode("utf-8", "replace")) for path in tracked() if "tests" not in path.parts)
    assert not [path.name for path, text in texts if SECRET.search(text)]


def python_files() -> Iterator[Path]:
    yield from tracked("*.py")


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert not {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if n_lines > LONGEST_FUNCTION:
                    too_long[f"{path.relative_to(ROOT)}:{node.name}"] = n_lines
    assert not {name: n for name, n in too_long.items() if not name.startswith("tests/")}


def test_only_the_clock_asks_for_the_time() -> None:
    asks = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    found = [path for path in tracked("pipelines/*.py", "warehouse/*.py") if asks.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in found] == ["pipelines/clock.py"]


def test_no_module_is_called_after_nothing() -> None:
    vague = {"utils", "util", "common", "misc", "helpers", "manager", "tools"}
    assert not [path.name for path in python_files() if path.stem in vague]


def readme() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    if not text:
        pytest.skip("README.md is not written yet")
    return text


def table_of(heading: str) -> list[str]:
    """First cells of the table below a heading of the README, code words alone."""
    part = readme().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    first_cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return [word for cell in first_cells for word in re.findall(r"`([^`]+)`", cell)]


class Watched(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]  # texts alone
        self.asked.add(key)
        return default


def test_the_readme_lists_exactly_the_settings_that_are_read() -> None:
    environment = Watched()
    Settings.from_environment(environment)
    assert sorted(table_of("Settings")) == sorted({*environment.asked, "HF_TOKEN"})


def test_every_variable_that_any_room_reads_is_told_somewhere() -> None:
    told = readme() + "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    rooms = tracked("pipelines/*.py", "ops/*.py", "dags/*.py")
    named = {name for path in rooms for name in re.findall(r"\bHUBTREE_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    assert not {name for name in named if name not in told}


def test_the_readme_lists_exactly_the_published_tables() -> None:
    assert sorted(table_of("What is in the file")) == sorted(TABLES)


def test_every_exit_code_is_told() -> None:
    from warehouse import errors

    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)}
    told = re.findall(r"(\d+) [a-z]", readme().partition("Exit codes:")[2].partition("\n\n")[0])
    assert {int(code) for code in told} == codes | {0, 130}


def test_every_command_that_the_docs_name_exists() -> None:
    from pipelines.cli.main import app

    known = {
        command.name for command in (*app.registered_commands, *(group.typer_instance.info for group in app.registered_groups))
    }
    texts = [readme(), *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))]
    named = {name for text in texts for name in re.findall(r"(?:^ {4}|`)hubtree ([a-z][a-z-]*)", text, re.MULTILINE)}
    assert named <= known
    assert {"crawl", "import", "build", "sql", "describe", "tree", "status", "extract"} <= named


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("CONTRIBUTING.md")]:
        if path.parent.name == "reference":  # made from the code; its links stand inside the page
            continue
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"

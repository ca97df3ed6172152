"""Completion in bash, zsh and fish: the scripts are there, and what they call answers with commands, tables and questions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from warehouse import sqlfiles
from warehouse.contract import TABLES

if TYPE_CHECKING:
    from conftest import Shell

ROOT = Path(__file__).parents[2]
SCRIPTS = {"bash": "complete -o default -F", "zsh": "#compdef hubtree", "fish": "complete --command hubtree"}


def completed(hubtree: Shell, monkeypatch: pytest.MonkeyPatch, line: str, shell: str) -> list[str]:
    """What a shell offers behind a line."""
    words = line.split(" ")
    monkeypatch.setenv("_HUBTREE_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    ended = hubtree()
    assert (ended.code, ended.err) == (0, "")
    return ended.out.split()


@pytest.mark.parametrize("shell", list(SCRIPTS))
def test_each_shell_gets_its_script_and_no_error(hubtree: Shell, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setenv("_HUBTREE_COMPLETE", f"source_{shell}")
    ended = hubtree()
    assert (ended.code, ended.err) == (0, "")
    assert SCRIPTS[shell] in ended.out
    assert f"_HUBTREE_COMPLETE=complete_{shell}" in ended.out


def test_commands_tables_and_questions_are_completed(hubtree: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert completed(hubtree, monkeypatch, "hubtree de", "bash") == ["describe"]
    assert completed(hubtree, monkeypatch, "hubtree describe trait_", "bash") == [n for n in TABLES if n.startswith("trait_")]
    assert completed(hubtree, monkeypatch, "hubtree describe mod", "bash") == ["models"]
    questions = completed(hubtree, monkeypatch, "hubtree sql --cookbook license", "bash")
    assert questions == [name for name in sqlfiles.names("cookbook") if name.startswith("license")]
    assert "--as-of" in completed(hubtree, monkeypatch, "hubtree sql --", "bash")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_answered_in_their_form(hubtree: Shell, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    assert "merge_recipes" in " ".join(completed(hubtree, monkeypatch, "hubtree describe merge_", shell))


def test_bash_completes_by_the_script(tmp_path: Path) -> None:
    """The script of a real bash, with a `hubtree` on its path."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    program = tmp_path / "hubtree"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'from pipelines.cli import main; main()' \"$@\"\n")
    program.chmod(0o755)
    script = (
        f'export PATH="{tmp_path}:$PATH" PYTHONPATH="{ROOT}"\n'
        'eval "$(_HUBTREE_COMPLETE=source_bash hubtree)"\n'
        "COMP_WORDS=(hubtree describe famil); COMP_CWORD=2\n"
        "_hubtree_completion hubtree\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    ended = subprocess.run([bash, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert (ended.stdout.strip(), ended.stderr) == ("families", "")

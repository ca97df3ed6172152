"""The examples for systemd, cron and Docker: their form, and that every command in them exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from pipelines.cli.main import app
from warehouse import errors

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "ops" / "examples"
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
UNITS = sorted([*EXAMPLES.glob("*.service"), *EXAMPLES.glob("*.timer")])
ANYWHERE = {"--quiet", "--debug"}


def commands(text: str) -> Iterator[list[str]]:
    """The words after each `hubtree` that is called."""
    for line in text.splitlines():
        if not line.startswith("#") and "=hubtree:" not in line.replace("Description=", "="):
            for words in re.findall(r"(?:^|[ /=])hubtree ((?:--?[a-z-]+ )*[a-z][a-z -]*)", line):
                yield words.split()


@pytest.mark.parametrize("path", [*EXAMPLES.glob("*.service"), EXAMPLES / "hubtree.crontab"], ids=lambda path: path.name)
def test_every_command_exists_with_its_options(path: Path) -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    found = list(commands(path.read_text(encoding="utf-8")))
    assert found
    for words in found:
        verb, *rest = [word for word in words if word not in ANYWHERE]
        options = {name for parameter in known[verb].params for name in getattr(parameter, "opts", [])}
        assert {word for word in rest if word.startswith("--")} <= options, words


def test_service_and_crontab_do_the_same_night() -> None:
    night = ["crawl", "cards", "parents", "build", "extract", "report"]
    service = [words[0] for words in commands((EXAMPLES / "hubtree-nightly.service").read_text(encoding="utf-8"))]
    crontab = (EXAMPLES / "hubtree.crontab").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in crontab if line.startswith("0 2 * * *")]
    assert service == [words[1] for words in commands(line)] == night
    assert line.count("&&") == len(night) - 1


def test_the_units_are_sound(tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        pytest.skip("systemd-analyze is not here")
    program = Path(sys.executable).parent / "hubtree"
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text(encoding="utf-8").replace("/opt/hubtree/bin/hubtree", str(program)))
    told = subprocess.run(
        [verifier, "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in told.stderr.splitlines() if "hubtree-" in line]
    assert complaints == []


def test_what_may_pass_is_tried_again_and_nothing_else() -> None:
    service = (EXAMPLES / "hubtree-nightly.service").read_text(encoding="utf-8")
    spared = {int(code) for code in re.findall(r"RestartPreventExitStatus=(.*)", service)[0].split()}
    codes = {
        kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.HubtreeError)
    }
    assert codes - spared == {errors.TransientError.exit_code, errors.Locked.exit_code}


def test_the_compose_file_names_what_is_there() -> None:
    service = yaml.safe_load((EXAMPLES / "compose.yaml").read_text(encoding="utf-8"))["services"]["airflow"]
    recipe = service["build"]["dockerfile_inline"]
    for line in re.findall(r"^COPY (.*)$", recipe, re.MULTILINE):
        assert all((ROOT / name).exists() for name in line.split()[:-1]), line
    pools = re.findall(r"pools import /opt/hubtree/(\S+)", service["command"][2])
    assert [(ROOT / name).is_file() for name in pools] == [True]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["environment"]["HUBTREE_HOME"] in {volume.partition(":")[2] for volume in service["volumes"]}


def test_the_page_tells_each_exit_code_with_the_errors_that_have_it() -> None:
    table = PAGE.partition("| exit code | errors |")[2].partition("\n\n")[0]
    told = {
        int(code): set(re.findall(r"`(\w+)`", names))
        for code, names in re.findall(r"^\| (\d+) \| ([^|]*)\|", table, re.MULTILINE)
    }
    leaves: dict[int, set[str]] = {0: set(), 130: set()}
    for name, kind in vars(errors).items():
        if (
            isinstance(kind, type)
            and issubclass(kind, errors.HubtreeError)
            and not name.endswith(("TransientError", "TerminalError", "HubtreeError"))
        ):
            leaves.setdefault(kind.exit_code, set()).add(name)
    assert told == leaves


def test_every_example_is_on_the_page() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if f"`ops/examples/{path.name}`" not in PAGE} == set()


def every_verb() -> Iterator[tuple[str, Any]]:
    def below(command: Any, words: str) -> Iterator[tuple[str, Any]]:
        for name, found in sorted(getattr(command, "commands", {}).items()):
            if getattr(found, "commands", None):
                yield from below(found, f"{words} {name}".strip())
            else:
                yield f"{words} {name}".strip(), found

    return below(get_command(app), "")


def test_every_verb_speaks_to_programs() -> None:
    """A server and a picture have no result to print."""
    silent = {
        verb
        for verb, command in every_verb()
        if "--json" not in {name for p in command.params for name in getattr(p, "opts", [])}
    }
    assert silent == {"local-hub", "scaling plot"}

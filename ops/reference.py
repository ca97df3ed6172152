"""`make docs`: the pages of ``docs/reference/`` that are made from the code, so that they can't say anything else.

``dictionary.md`` comes from the contract, ``cookbook.md`` from ``sql/cookbook/`` and the sample, ``commands.md`` from the
commands' help; README and tutorial show commands with their output on the sample. Tests compare the committed pages with what
this module makes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, get_args

from ops.cookbook_page import cookbook_page
from ops.sample import build_sample
from ops.shown_output import refreshed
from warehouse.contract import CONTRACT_VERSION, TABLES, Table

FOLDER: Final = Path(__file__).parent.parent / "docs" / "reference"
MADE: Final = "*Made by `make docs`; change the code, not this page.*"
_OF_TYPER: Final = ("help", "install_completion", "show_completion")


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    with TemporaryDirectory(prefix="hubtree-sample-") as home:
        database = build_sample(Path(home))
        (FOLDER / "cookbook.md").write_text(cookbook_page(database, MADE), encoding="utf-8")
        for page in SHOWING:
            page.write_text(refreshed(page.read_text(encoding="utf-8"), Path(home)), encoding="utf-8")


def dictionary() -> str:
    """Return what every published table and column means, with its range, and what to beware of."""
    lines = [
        "# Data dictionary",
        "",
        MADE,
        "",
        f"Contract {CONTRACT_VERSION}. `hubtree describe TABLE` says the same of the file at hand. Instants are UTC; shares",
        "run from 0 to 1; `x_low95` and `x_high95` are the ends of the 95 % interval of `x`; unknown is null.",
        "",
        *(f"* [`{table.name}`](#{table.name}): one row is {table.grain}" for table in TABLES.values()),
    ]
    for table in TABLES.values():
        lines += ["", *_described(table)]
    return "\n".join(lines) + "\n"


def _described(table: Table) -> Iterator[str]:
    yield from (f"## {table.name}", "", f"One row is {table.grain}. Key: {', '.join(f'`{name}`' for name in table.key)}.", "")
    for warning in table.beware:
        yield f"* Beware: {warning}"
    if table.beware:
        yield ""
    yield from ("| column | type | meaning |", "|---|---|---|")
    for column in table.columns:
        values = f" One of {', '.join(column.values)}." if column.values else ""
        yield f"| `{column.name}` | {column.type} | {_in_cell(column.meaning + values)} |"


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")


def commands() -> str:
    """Return every command with its help and options."""
    from typer.main import get_command

    from pipelines.cli.main import app

    lines = ["# Commands", "", MADE]
    for words, command in _all_commands(get_command(app), "hubtree"):
        lines += ["", f"## {words}", "", *_help_of(command)]
    return "\n".join(lines) + "\n"


def _all_commands(command: Any, words: str) -> Iterator[tuple[str, Any]]:
    """Walk a command of Typer, which brings its own click, and those below it."""
    yield words, command
    below = getattr(command, "commands", {})
    for name in sorted(below):
        yield from _all_commands(below[name], f"{words} {name}")


def _help_of(command: Any) -> Iterator[str]:
    yield from (
        f"    {line}" if line.startswith("Example:") else line for line in inspect.cleandoc(command.help or "").splitlines()
    )
    told = [parameter for parameter in command.params if parameter.name not in _OF_TYPER]
    if told:
        yield from ("", "| | meaning | unless told |", "|---|---|---|")
    for parameter in told:
        names = ", ".join(
            f"`{name}`" for name in (parameter.opts if parameter.param_type_name == "option" else [parameter.name.upper()])
        )
        default = "" if parameter.default in (None, False) or callable(parameter.default) else f"`{parameter.default}`"
        allowed = [choice for choice in get_args(parameter.type_descriptor.annotation) if isinstance(choice, str)]
        choices = f" One of {', '.join(allowed)}." if allowed else ""
        yield f"| {names} | {_in_cell((parameter.help or '') + choices)} | {default} |"


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "dictionary.md": dictionary,
    "commands.md": commands,
}
"""The pages that cost nothing to make, and what makes them; the cookbook's needs the sample."""

SHOWING: Final = (FOLDER.parent.parent / "README.md", FOLDER.parent / "tutorial.md")
"""Pages with commands whose output on the sample they show (`ops.shown_output`)."""

if __name__ == "__main__":
    main()

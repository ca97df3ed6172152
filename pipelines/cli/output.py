"""How results and errors look: words for people, JSON for programs."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipelines.logs import redact
from pipelines.printable import printable, printable_lines

if TYPE_CHECKING:
    import polars as pl


def tell(text: str) -> None:
    """Print lines of a command's result on standard output; names of strangers steer no terminal."""
    sys.stdout.write(f"{printable_lines(text)}\n")


def tell_error(message: str, hint: str) -> None:
    """Print an error as one line, and the next action as another, on standard error; secrets are taken out."""
    line, advice = (printable(" ".join(text.split())) for text in (message, hint))
    sys.stderr.write(redact(f"hubtree: {line}\n" + (f"  hint: {advice}\n" if advice else "")))


def tell_summary(summary: Mapping[str, Any], *, as_json: bool, headline: str) -> None:
    """Print what a step said: a headline and one line a value, or one JSON object."""
    if as_json:
        tell(json.dumps(summary, default=str))
        return
    tell(headline)
    for name, value in summary.items():
        if value not in (None, "", (), [], {}):
            first, *others = _lines(value)
            tell(f"  {name.removeprefix('n_').replace('_', ' '):<20} {first}")
            for line in others:
                tell(f"  {'':<20} {line}")


def _lines(value: object) -> list[str]:
    """Return a list of sentences a line each; anything else is one line."""
    if isinstance(value, (list, tuple)) and any(" " in str(item) for item in value):
        return [str(item) for item in value]
    return [shown(value)]


def shown(value: object) -> str:
    """Return a value as people read it: thousands apart, mappings as `name value` pairs."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(item)}" for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(item) for item in value)
    return str(value)


def tell_note(text: str) -> None:
    """Print what a reader of a result must know, on standard error, so that a pipe stays clean."""
    sys.stderr.write(f"hubtree: {printable(text)}\n")


def print_table(frame: pl.DataFrame, *, wraps: bool = False) -> None:
    """Print a frame as a table as wide as the terminal, or as a page where the output goes elsewhere."""
    from rich.console import Console

    from pipelines.query.table import terminal_table

    width = shutil.get_terminal_size((120, 40)).columns
    Console(width=width).print(terminal_table(frame, width=width, wraps=wraps))

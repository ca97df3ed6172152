"""Pages that show commands with their output: blocks marked ``console`` are run on the sample and written anew.

In such a block a line ``$ hubtree …`` is a command and the lines below it are what it prints; a line ``…`` stands where the
page leaves the rest of a long output out.
"""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Final
from unittest.mock import patch

_BLOCK: Final = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_COMMAND: Final = re.compile(r"(?<=^\$ hubtree ).*$", re.MULTILINE)
_LEFT_OUT: Final = "…"
_WIDTH: Final = 110


def refreshed(page: str, home: Path) -> str:
    """Return the page with the output that its commands have on a home, in their order."""
    return _BLOCK.sub(lambda block: "".join(_shown(block[0], home)), page)


def _shown(block: str, home: Path) -> Iterator[str]:
    parts = _COMMAND.split(block)
    for command, below in zip(_COMMAND.findall(block), parts[1:], strict=True):
        yield f"$ hubtree {command}\n"
        lines = _output(shlex.split(command), home).splitlines()
        kept = below.strip("\n").split("\n")
        if _LEFT_OUT in kept:
            lines = [*lines[: kept.index(_LEFT_OUT)], _LEFT_OUT]
        yield from (f"{line.rstrip()}\n" for line in lines)


def _output(words: list[str], home: Path) -> str:
    """Run a command in this process and return what it prints; the home's own path becomes the usual one."""
    from pipelines.cli import main

    with _surroundings(home), redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) as printed:
        try:
            main([*words, "--quiet"])
        except SystemExit as ended:
            if ended.code:
                raise RuntimeError(f"hubtree {shlex.join(words)} ended with {ended.code}") from ended
        printed.flush()
        return printed.buffer.getvalue().decode().replace(str(home), "hubtree-data")


@contextmanager
def _surroundings(home: Path) -> Iterator[None]:
    with patch.dict(os.environ, {"HUBTREE_HOME": str(home), "COLUMNS": str(_WIDTH), "TERM": "dumb", "NO_COLOR": "1"}):
        yield

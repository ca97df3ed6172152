"""The one loader of SQL: plain text files ``sql/<layer>/<name>.sql`` with a comment header, bound parameters, no templating."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.errors import NotFound

_HEADER = re.compile(r"--\s*(?P<key>[a-z][a-z0-9_]*):\s*(?P<value>.*)")
_CONTINUED = re.compile(r"--\s{2,}(?P<value>\S.*)")


@dataclass(frozen=True)
class SqlFile:
    """One SQL file: its text, and what its header says (``-- key: value``; indented comment lines continue a value)."""

    layer: str
    name: str
    text: str
    header: Mapping[str, str]


def root() -> Path:
    """Return the folder ``sql/``: beside the packages in a checkout, inside ``warehouse`` in an installed wheel."""
    here = Path(__file__).parent
    return here / "sql" if (here / "sql").is_dir() else here.parent / "sql"


def folder(layer: str) -> Path:
    """Return the folder of one layer."""
    return root() / layer


def names(layer: str) -> list[str]:
    """Return the names of a layer's files, sorted."""
    return sorted(path.stem for path in folder(layer).glob("*.sql"))


@cache
def load(layer: str, name: str) -> SqlFile:
    """Read one file.

    Raises:
        NotFound: there is no such file.
    """
    path = folder(layer) / f"{name}.sql"
    if not path.is_file():
        raise NotFound(f"no SQL file {layer}/{name}", hint=f"there are: {', '.join(names(layer)) or 'none'}")
    return read(layer, path)


def read(layer: str, path: Path) -> SqlFile:
    """Read a file that may lie anywhere as one of a layer; its name is the file's, without the ending."""
    text = path.read_text(encoding="utf-8")
    return SqlFile(layer, path.stem, text, _header(text))


def _header(text: str) -> dict[str, str]:
    """Read the comment lines at the top of a file into a mapping."""
    header: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if found := _HEADER.fullmatch(line):
            key = found["key"]
            header[key] = found["value"].strip()
        elif key and (found := _CONTINUED.fullmatch(line)):
            header[key] = f"{header[key]} {found['value']}".strip()
        else:
            break
    return header

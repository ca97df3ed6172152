"""JSON and JSON Lines files, plain or gzipped, to JSON values."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from warehouse.errors import CorruptFile
from warehouse.landing.records import lenient_json

LINES_SUFFIXES: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
JSON_SUFFIXES: Final = (".json", ".json.gz")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Unreadable:
    """A line that is not JSON."""

    line: int
    """Counted from 1."""
    text: str


def json_values(files: Iterable[Path]) -> Iterator[object]:
    """Yield the records of the files, one after the other; a line that is not JSON comes as `Unreadable`.

    Raises:
        CorruptFile: a file is cut, or a JSON file holds neither records nor lines of them.
    """
    for file in files:
        try:
            yield from _values(file)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise CorruptFile(f"{file} is cut or damaged: {error}", hint="fetch the file again", path=file) from error


def _values(file: Path) -> Iterator[object]:
    with _opened(file) as stream:
        if file.name.lower().endswith(LINES_SUFFIXES):
            yield from _line_values(stream)
            return
        content = stream.read().removeprefix(_BYTE_ORDER_MARK)
    try:
        document = parsed(content)
    except ValueError as error:
        yield from _lines_after_all(file, content, error)
    else:
        yield from _document_values(file, document)


def _opened(file: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(file) if file.name.lower().endswith(".gz") else file.open("rb")


def parsed(text: bytes | str) -> object:
    """Return the JSON value of a text; what orjson refuses (NaN, lone surrogates) the standard library may read.

    Raises:
        ValueError: the text is not JSON.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return lenient_json(text)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def _line_values(lines: Iterable[bytes]) -> Iterator[object]:
    for number, line in enumerate(lines, start=1):
        content = line.removeprefix(_BYTE_ORDER_MARK).strip() if number == 1 else line.strip()
        if not content:
            continue
        try:
            yield parsed(content)
        except ValueError:
            yield Unreadable(number, content.decode("utf-8", "replace"))


def _lines_after_all(file: Path, content: bytes, error: ValueError) -> Iterator[object]:
    """Read JSON Lines under the name of JSON; they are, if the first line alone is a record."""
    lines = content.strip().splitlines()
    first = next(_line_values(lines[:1]), None)
    if not isinstance(first, Mapping):
        raise CorruptFile(f"{file} is not JSON: {error}", hint="fetch the file again", path=file) from error
    yield from _line_values(lines)


def _document_values(file: Path, document: object) -> Iterator[object]:
    """Yield the records of an array, of `{"models": [...]}`, or a single record."""
    if isinstance(document, Mapping) and isinstance(document.get("models"), list):
        document = document["models"]
    if isinstance(document, list):
        yield from document
    elif isinstance(document, Mapping):
        yield document
    else:
        hint = 'records come as an array, as {"models": [...]} or as a single object'
        raise CorruptFile(f"{file} holds {type(document).__name__} and no records", hint=hint, path=file)

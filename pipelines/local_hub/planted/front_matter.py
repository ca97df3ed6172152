"""Card metadata as YAML front matter, written from the same `cardData` that the API shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import orjson

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*")
_NOT_TEXT: Final = {"null", "true", "false"}
"""Plain words that YAML 1.2 reads as something other than text; `no` is a language to the Hub, so it stays plain."""


def front_matter(card_data: str) -> str:
    """Return the fenced YAML block of a `cardData` JSON text, with its last newline; nothing for an empty object."""
    fields = orjson.loads(card_data)
    if not fields:
        return ""
    return "---\n" + "\n".join(_mapping(fields, "")) + "\n---\n"


def _mapping(fields: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, Mapping) and all(item is None for item in value.values()):
            yield f"{indent}{_key(key)}: {{{', '.join(value)}}}"
        elif isinstance(value, Mapping):
            yield f"{indent}{_key(key)}:"
            yield from _mapping(value, indent + "  ")
        elif isinstance(value, list) and value:
            yield f"{indent}{_key(key)}:"
            yield from _items(value, indent)
        else:
            yield f"{indent}{_key(key)}: {_scalar(value)}"


def _key(key: str) -> str:
    return orjson.dumps(key).decode() if key.startswith("[") else key


def _items(values: list[object], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            first, *rest = _mapping(value, indent + "  ")
            yield f"{indent}- {first.strip()}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(value)}"


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return orjson.dumps(value).decode()

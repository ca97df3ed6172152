"""Mutations that leave JSON JSON: bytes changed at random hardly ever reach what reads a record's fields."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import atheris

ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, -(2**63) - 1, 10**400, 0.5, 1e300, float("inf"), float("nan"), "", " ", "\0", "\ud800",
    "a/b", "ann/one", "ANN/ONE", "\u202e", "=1+1", "2024-02-30T00:00:00Z", "infinity", [], {}, [[]], {"": None}, ["a", 1, None],
    {"relation": "merge", "models": [{"id": "a/b"}]},
)  # fmt: skip
FIELDS = (
    "_id", "id", "modelId", "author", "sha", "createdAt", "lastModified", "private", "gated", "downloads", "likes", "tags",
    "trendingScore", "pipeline_tag", "library_name", "cardData", "baseModels", "safetensors", "gguf", "config", "siblings",
    "model-index", "evalResults", "usedStorage", "disabled", "a\0b", "", "\ud800", "new field",
)  # fmt: skip


def mutate_json(content: bytes, max_size: int, seed: int) -> bytes:
    """Change one place of a JSON body; every fourth time, and where there is no JSON, the bytes are changed as they come."""
    dice = Random(seed)
    head, blank, body = content.partition(b"\n\n") if content.startswith(b"HTTP ") else (b"", b"", content)
    try:
        value = json.loads(body) if dice.randrange(4) else None
    except (ValueError, RecursionError):
        value = None
    if value is None:
        return bytes(atheris.Mutate(content, max_size))
    changed = head + blank + json.dumps(value, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    return changed if len(changed) <= max_size else content[:max_size]


def _changed(value: Any, dice: Random) -> Any:
    """Go down a random way and replace, add, double or take away what is there."""
    if dice.random() < 0.2 or not value:
        return dice.choice(ODD_VALUES)
    if isinstance(value, dict):
        return _changed_mapping(value, dice)
    if isinstance(value, list):
        return _changed_list(value, dice)
    if isinstance(value, str) and dice.random() < 0.5:
        mutated = bytes(atheris.Mutate(value.encode("utf-8", "surrogatepass"), 64 + len(value)))
        return mutated.decode("utf-8", "replace")
    return dice.choice(ODD_VALUES)


def _changed_mapping(value: dict[str, Any], dice: Random) -> dict[str, Any]:
    key = dice.choice(list(value))
    kind = dice.randrange(5)
    if kind == 0:
        return value | {dice.choice(FIELDS): dice.choice(ODD_VALUES)}
    if kind == 1:
        return {name: item for name, item in value.items() if name != key}
    return value | {key: _changed(value[key], dice)}


def _changed_list(value: list[Any], dice: Random) -> list[Any]:
    place = dice.randrange(len(value))
    kind = dice.randrange(5)
    if kind == 0:
        return [*value, value[place]]
    if kind == 1:
        return value[:place] + value[place + 1 :]
    return [*value[:place], _changed(value[place], dice), *value[place + 1 :]]

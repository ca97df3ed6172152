"""What front matter says in a way that the Hub does not read: near-misses of keys, mappings, nulls in a value's place.

The values that the Hub does read are taken in SQL from the metadata as they stand; here nothing is a value. What stands under
a near-miss of a key, or in a mapping where a text belongs, is a hint (dirty-metadata, rows 19, 30, 31, 44, 62 and 68).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pipelines.cards.decoding import clean

MAX_HINTS: Final = 100
"""Hints kept of one card."""
MAX_KEY_CHARS: Final = 64
"""Longer keys are no near-miss of a field's name."""
MAX_HINT_CHARS: Final = 200

FIELDS: Final = ("license", "language", "base_model", "base_model_relation", "new_version", "datasets")

HINT_FLAGS: Final = {
    "generator_default": "`licence: license`, which a generator writes; it declares nothing",
    "key_variant": "a near-miss of a field's name; its values are hints",
    "null_field": "a field (licence, language, parents, relation, successor, data sets) is there without any value",
    "null_item": "a null inside the list of such a field",
    "unexpected_type": "a mapping or a nested list in a value's place",
}
"""Codes that the metadata add to a card's flags."""

_VARIANTS: Final = {
    "license": ("license", "licenses", "licence", "licences", "liscence", "lisence"),
    "language": ("language", "languages", "lang"),
    "base_model": ("basemodel", "basemodels", "modelbase", "mergemodel", "finetunedfrom"),
    "base_model_relation": ("basemodelrelation",),
    "new_version": ("newversion",),
    "datasets": ("datasets", "dataset", "datsets"),
}
_FIELD_OF_VARIANT: Final = {variant: field for field, variants in _VARIANTS.items() for variant in variants}
_SEPARATORS = re.compile(r"[\s_-]")


class Hints(NamedTuple):
    """What the Hub does not read, in the order of the card."""

    hints: tuple[str, ...] = ()
    """As ``field=value (key)``."""
    flags: frozenset[str] = frozenset()


def read_hints(metadata: Mapping[str, Any] | None) -> Hints:
    """Return the hints of one card's metadata; never raises."""
    if not metadata:
        return Hints()
    found: list[str] = []
    flags: set[str] = set()
    for key, value in metadata.items():
        if key in FIELDS:
            _read_field(key, value, found, flags)
        elif len(key) <= MAX_KEY_CHARS and (field := _field_of_variant(key)):
            if field == "license" and value == "license":
                flags.add("generator_default")
                continue
            flags.add("key_variant")
            found += [_hint(field, text, key) for text in _texts(value)]
    return Hints(tuple(found[:MAX_HINTS]), frozenset(flags))


def _read_field(field: str, value: Any, found: list[str], flags: set[str]) -> None:
    items = value if isinstance(value, list) else [value]
    if isinstance(value, list) and None in items:
        flags.add("null_item")
    for item in items[:MAX_HINTS]:
        if isinstance(item, Mapping):
            # {en} is a key without a value to YAML; {language} is a template's word.
            words = (inner if said is None else said for inner, said in item.items())
            found += [_hint(field, word, field) for word in words if isinstance(word, str) and word.strip() and word != field]
        if isinstance(item, (Mapping, list)):
            flags.add("unexpected_type")
    if all(item is None or item == "" for item in items):
        flags.add("null_field")


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items[:MAX_HINTS] if isinstance(item, str) and item.strip()]


def _hint(field: str, value: str, key: str) -> str:
    return clean(f"{field}={value[:MAX_HINT_CHARS]} ({key})")


@lru_cache(maxsize=10_000)
def _field_of_variant(key: str) -> str | None:
    return _FIELD_OF_VARIANT.get(_SEPARATORS.sub("", key).lower())

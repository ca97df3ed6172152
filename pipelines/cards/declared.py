"""What a model's metadata declares: licence, languages, parents, data sets, as written.

The input is a JSON object: the API's ``cardData``, whose values have native types, or `CardFacts.front_matter`, whose
scalars are text. Nothing is normalised here; a value that stands under a near-miss key, or in a mapping where a text
belongs, is a hint and never mixed with the values (dirty-metadata, rows 19, 30, 44 and 68).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson
import polars as pl

from pipelines.cards.decoding import clean
from pipelines.cards.list_columns import list_column

MAX_VALUES: Final = 10_000
"""Values read from one field; what follows is left out and flagged."""

MAX_NESTING: Final = 8
"""Levels of lists in lists that are opened."""
MAX_KEY_CHARS: Final = 64
"""Longer keys are no near-miss of a field's name."""

FIELDS: Final = (
    "license",
    "license_name",
    "license_link",
    "language",
    "base_model",
    "base_model_relation",
    "new_version",
    "datasets",
)

FLAGS: Final = {
    "empty_value": "a blank text in a value's place was left out",
    "generator_default": "`licence: license`, which a generator writes; it declares nothing",
    "key_variant": "a near-miss of a field's name; its values are hints",
    "metadata_unreadable": "the metadata is not a JSON object",
    "null_item": "a null inside a list was left out",
    "several_values": "a list where one value belongs; the first is taken",
    "unexpected_type": "a mapping or a nested list in a value's place",
    "values_capped": f"more than {MAX_VALUES} values in one field",
    "yaml11_boolean": "language false, which a YAML 1.1 reader made of `no`",
}
"""The closed vocabulary of `Declared.flags`."""

DECLARED: Final[Mapping[str, pl.DataType]] = {
    "licenses": pl.List(pl.String()),
    "license_name": pl.String(),
    "license_link": pl.String(),
    "languages": pl.List(pl.String()),
    "base_models": pl.List(pl.String()),
    "base_model_uses": pl.List(pl.Int64()),
    "base_model_relation": pl.String(),
    "new_version": pl.String(),
    "datasets": pl.List(pl.String()),
    "null_fields": pl.List(pl.String()),
    "hints": pl.List(pl.Struct({"field": pl.String(), "key": pl.String(), "value": pl.String()})),
    "flags": pl.List(pl.String()),
}
"""One row a metadata text: the fields of `Declared`."""

_VARIANTS: Final = {
    "license": ("license", "licenses", "licence", "licences", "liscence", "lisence"),
    "language": ("language", "languages", "lang"),
    "base_model": ("basemodel", "basemodels", "modelbase", "mergemodel", "finetunedfrom"),
    "base_model_relation": ("basemodelrelation",),
    "new_version": ("newversion",),
    "datasets": ("datasets", "dataset", "datsets"),
}
_FIELD_OF_VARIANT: Final = {variant: field for field, variants in _VARIANTS.items() for variant in variants}
_SEPARATORS = re.compile(r"[\s_-]+")


class Hint(NamedTuple):
    """A value that the Hub does not read as `field`, with the key it stands under."""

    field: str
    key: str
    value: str


class Declared(NamedTuple):
    """What one metadata text declares. A field that is empty and not in `null_fields` is absent or a hint."""

    licenses: tuple[str, ...] = ()
    license_name: str | None = None
    license_link: str | None = None
    languages: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    """Distinct references in the order of first mention."""
    base_model_uses: tuple[int, ...] = ()
    """How often each of `base_models` is named."""
    base_model_relation: str | None = None
    new_version: str | None = None
    datasets: tuple[str, ...] = ()
    null_fields: tuple[str, ...] = ()
    """Fields that are there without any value."""
    hints: tuple[Hint, ...] = ()
    flags: tuple[str, ...] = ()
    """Sorted, each once."""


NOTHING: Final = Declared()


def read_declared(metadata: str | None) -> Declared:
    """Return what a JSON object of metadata declares; any text gives an answer."""
    if metadata is None:
        return NOTHING
    fields = _parsed(metadata)
    if not isinstance(fields, dict):
        return Declared(flags=("metadata_unreadable",))
    return _Reader().read(fields)


def declared_frame(metadata: Iterable[str | None]) -> pl.DataFrame:
    """Return one row a metadata text, in the order given, with the columns `DECLARED`."""
    rows = [read_declared(text) for text in metadata]
    columns: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in DECLARED}
    return pl.DataFrame(
        [
            list_column(columns[name], dtype).alias(name) if dtype == pl.List else pl.Series(name, columns[name], dtype)
            for name, dtype in DECLARED.items()
        ]
    )


def _parsed(metadata: str) -> Any:
    """Parse JSON; what strict JSON refuses (1e999, NaN, lone surrogates) costs its value at most."""
    try:
        return orjson.loads(metadata)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(metadata, parse_float=str, parse_int=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


@lru_cache(maxsize=10_000)
def _field_of_variant(key: str) -> str | None:
    return _FIELD_OF_VARIANT.get(_SEPARATORS.sub("", key).lower())


class _Reader:
    """Reads one record, collecting flags and hints on the way."""

    def __init__(self) -> None:
        self.flags: set[str] = set()
        self.hints: list[Hint] = []

    def read(self, fields: dict[str, Any]) -> Declared:
        values = {field: self.values(field, field, fields[field]) for field in FIELDS if field in fields}
        hinted = {hint.field for hint in self.hints}
        for key, value in fields.items():
            if key not in values and len(key) <= MAX_KEY_CHARS:
                self.hint_from_variant(key, value)
        uses = Counter(values.get("base_model", ()))
        return Declared(
            licenses=tuple(values.get("license", ())),
            license_name=self.only(values.get("license_name")),
            license_link=self.only(values.get("license_link")),
            languages=tuple(values.get("language", ())),
            base_models=tuple(uses),
            base_model_uses=tuple(uses.values()),
            base_model_relation=self.only(values.get("base_model_relation")),
            new_version=self.only(values.get("new_version")),
            datasets=tuple(values.get("datasets", ())),
            null_fields=tuple(field for field, found in values.items() if not found and field not in hinted),
            hints=tuple(self.hints),
            flags=tuple(sorted(self.flags)),
        )

    def values(self, field: str, key: str, value: Any) -> list[str]:
        """Return the texts under one key in their order, `MAX_VALUES` at most."""
        found: list[str] = []
        self.collect(field, key, value, found, nesting=0)
        if len(found) > MAX_VALUES:
            self.flags.add("values_capped")
            del found[MAX_VALUES:]
        return found

    def collect(self, field: str, key: str, value: Any, found: list[str], *, nesting: int) -> None:
        """Append the texts of a value to ``found``."""
        if isinstance(value, str):
            self.collect_text(value, found)
        elif isinstance(value, list):
            self.collect_list(field, key, value, found, nesting=nesting + 1)
        elif isinstance(value, dict):
            self.flags.add("unexpected_type")
            self.hints_from_mapping(field, key, value)
        elif value is None:
            self.flags |= {"null_item"} if nesting else set()
        elif value is False and field == "language":
            self.flags.add("yaml11_boolean")
            found.append("no")
        else:
            found.append(orjson.dumps(value).decode())

    def collect_text(self, text: str, found: list[str]) -> None:
        if text and not text.isspace():
            found.append(clean(text))
        else:
            self.flags.add("empty_value")

    def collect_list(self, field: str, key: str, items: list[Any], found: list[str], *, nesting: int) -> None:
        if nesting > 1:
            self.flags.add("unexpected_type")
        if nesting > MAX_NESTING:
            return
        for item in items:
            if len(found) > MAX_VALUES:
                return
            self.collect(field, key, item, found, nesting=nesting)

    def hints_from_mapping(self, field: str, key: str, mapping: dict[str, Any]) -> None:
        """Take ``{en}``, which YAML reads as a key without a value, and texts inside as hints; ``{language}`` says nothing."""
        for inner, value in mapping.items():
            word = inner if value is None else value
            if isinstance(word, str) and word.strip() and word != field and len(self.hints) < MAX_VALUES:
                self.hints.append(Hint(field, key, clean(word)))

    def hint_from_variant(self, key: str, value: Any) -> None:
        """Take the values under a near-miss key as hints."""
        field = _field_of_variant(key)
        if field is None:
            return
        if field == "license" and value == "license":
            self.flags.add("generator_default")
            return
        self.flags.add("key_variant")
        room = MAX_VALUES - len(self.hints)
        self.hints += [Hint(field, key, text) for text in self.values(field, key, value)[:room]]

    def only(self, values: list[str] | None) -> str | None:
        if not values:
            return None
        if len(values) > 1:
            self.flags.add("several_values")
        return values[0]

"""Records malformed on the wire (categories 101 and above): types no client expects, and no usable id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipelines.local_hub.planted.bench import Bench, Dirty

_FIELDS: Final[tuple[tuple[int, str, dict[str, Any]], ...]] = (
    (103, "tags a number", {"tags": 7}),
    (103, "tags with a null", {"tags": ["transformers", None]}),
    (104, "downloads as text", {"downloads": "1234"}),
    (105, "likes beyond 64 bits", {"likes": 10**30}),
    (105, "likes below zero", {"likes": -3}),
    (106, "gated a bare true", {"gated": True}),
    (106, "gated a number", {"gated": 3}),
    (107, "pipeline_tag a list", {"pipeline_tag": ["text-generation"]}),
    (108, "creation time a number", {"createdAt": 1_700_000_000}),
    (109, "cardData a list", {"cardData": [1, 2, 3]}),
    (109, "safetensors a text", {"safetensors": "many"}),
    (110, "fields nobody knows", {"flavour": {"sweet": [1, 2]}, "x-odd": None}),
)


def _odd_fields(bench: Bench) -> Iterator[Dirty]:
    for number, (category, what, fields) in enumerate(_FIELDS):
        yield Dirty(category, what, bench.record(f"wire-{category}-{number}", **fields))


def _no_records(bench: Bench) -> Iterator[Dirty]:
    yield Dirty(101, "not an object", ["a", "list", bench.round])
    yield Dirty(101, "a bare text", f"not a record {bench.round}")
    yield Dirty(101, "null", None)
    yield Dirty(102, "id missing", bench.record("nameless", id=...))
    yield Dirty(102, "id blank", bench.record("blank", id="  "))
    yield Dirty(102, "id a number", bench.record("numbered", id=17))


ONCE: Final = (_no_records,)
REPEATED: Final = (_odd_fields,)

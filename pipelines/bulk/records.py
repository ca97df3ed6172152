"""JSON records to landing rows: as they came over the wire, or as a client's objects were dumped."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl
import yaml

from pipelines.bulk.fields import CARD_COLUMNS, bare, wire_field
from pipelines.bulk.json_files import Unreadable
from pipelines.bulk.tally import Tally
from warehouse.landing.records import landing_frame

RECORDS_AT_ONCE: Final = 5_000
"""JSON records held as Python objects at a time: bounds memory, and keeps the garbage collector's rounds short."""

Record = Mapping[Any, Any]
_ANY_INSTANT: Final = datetime.fromisoformat("1970-01-01")
_SIBLING: Final = re.compile(
    r"RepoSibling\(rfilename=(?P<name>'[^']*'|\"[^\"]*\"), size=(?P<size>None|\d+), "
    r"blob_id=(?P<blob>None|'\w+'), lfs=None\)"
)
"""A file of a repository as huggingface_hub prints it; one with LFS details stays text."""


def undated_frame(records: Sequence[object]) -> pl.DataFrame:
    """Return one landing row a record; ``observed_at`` is null until the import dates it."""
    no_instant = pl.lit(None, dtype=pl.Datetime("us")).alias("observed_at")
    return landing_frame(records, _ANY_INSTANT).with_columns(no_instant)


def documents_frame(documents: Iterable[object], tally: Tally) -> pl.DataFrame:
    """Return one landing row a JSON value; what is no record, or no JSON at all, is kept in ``raw``."""
    return undated_frame([_record(document, tally) for document in documents])


def _record(document: object, tally: Tally) -> object:
    if isinstance(document, Unreadable):
        tally.n_unreadable += 1
        return {"line": document.line, "text": document.text}
    if not isinstance(document, Mapping):
        return document
    record = {name: value for name, value in document.items() if name not in CARD_COLUMNS or not isinstance(value, str)}
    for name in document.keys() - record.keys():
        tally.note(f"field {name} holds card texts: import the file again with --kind cards")
    if is_client_dump(record):
        record = client_record(record)
    tally.see(record)
    return record


def is_client_dump(record: Record) -> bool:
    """Tell whether a record has names as a client's attributes spell them, like `last_modified`."""
    return any(wire_field(name) not in (None, name) for name in map(str, record) if name != "modelId")


def client_record(record: Record) -> dict[str, Any]:
    """Return a dumped client object as the record it was made from.

    Names get the wire's spelling and a second spelling with the same value is dropped. None is dropped, because a client
    object has it for absent and for null alike. Instants, card data and file names are turned back from their texts.
    """
    found: dict[str, Any] = {}
    taken: dict[str, object] = {}
    for name, value in sorted(record.items(), key=_spelling_order):
        wire = wire_field(name)
        place = wire or bare(name)
        if value is None or taken.get(place) == value:
            continue
        if place in taken:
            found[name] = value
        else:
            found[wire or name] = _RESTORED.get(place, _same)(value)
            taken[place] = value
    return found


def _spelling_order(item: tuple[str, object]) -> tuple[bool, bool]:
    """Sort the wire's own names first, then camel case, then snake case."""
    name = item[0]
    return wire_field(name) != name, "_" in name


def _same(value: object) -> object:
    return value


def wire_instant(value: object) -> object:
    """Return an instant's text as the Hub writes it (UTC, milliseconds, Z); anything else as it is."""
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    in_utc = instant.astimezone(UTC) if instant.tzinfo else instant
    return in_utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def card_object(value: object) -> object:
    """Return card data dumped as YAML text as the object it was; text that is no YAML object stays text."""
    if not isinstance(value, str):
        return value
    try:
        loaded = yaml.load(value, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return value
    return loaded if isinstance(loaded, Mapping) else value


def _siblings(value: object) -> object:
    return [_sibling(item) for item in value] if isinstance(value, list) else value


def _sibling(item: object) -> object:
    match = _SIBLING.fullmatch(item) if isinstance(item, str) else None
    if not match:
        return item
    parts = {"rfilename": match["name"], "size": match["size"], "blobId": match["blob"]}
    return {name: value for name, part in parts.items() if (value := ast.literal_eval(part)) is not None}


_RESTORED: Final = {
    "createdAt": wire_instant,
    "lastModified": wire_instant,
    "cardData": card_object,
    "siblings": _siblings,
}
"""Wire field -> what turns a client's text back into the wire's value."""

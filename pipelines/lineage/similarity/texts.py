"""The texts that are compared: as the seed paper compares them, and without what names a parent or changes by the day.

Siblings both name their parent, which the parent does not: part of "siblings are more alike" is made by that tag alone.
Likes and downloads change daily, creation time and the hub's own key follow the calendar. The control
``parent_tags_removed`` takes all of these out of the metadata, and what names a model's own parents out of its card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import orjson
import polars as pl

Control = Literal["as_published", "parent_tags_removed"]
CONTROLS: Final[tuple[Control, ...]] = ("as_published", "parent_tags_removed")

CARD_CHARS: Final = 512
"""Cards shorter than this are left out, and longer ones cut to it, as in the seed paper."""

_RECORD: Final = {
    "_id": "hub_object_id",
    "id": "model_id",
    "likes": "likes",
    "private": "is_private",
    "downloads": "downloads_30d",
    "tags": "tags",
    "pipeline_tag": "pipeline_tag",
    "library_name": "library_name",
    "createdAt": "created_at",
    "modelId": "model_id",
}
"""Fields of the hub's listing record, in its order, and the columns of ``models`` they became."""
METADATA_COLUMNS: Final = tuple(dict.fromkeys(_RECORD.values()))
_VOLATILE: Final = ("_id", "likes", "downloads", "createdAt")
_PARENT_TAG: Final = "base_model:"

_PARENT_KEYS: Final = re.compile(
    r"^base_model(?:_relation)?[ \t]*:[^\n]*(?:\n(?:[ \t]+[^\n]*|-[ \t][^\n]*|(?=\n)))*\n?", re.MULTILINE
)
"""base_model and base_model_relation in front matter with the list below them."""
_PARENT_TAGS: Final = re.compile(r"base_model:\S*")
_SHORTEST_NAME: Final = 4
"""A parent's name without its owner counts as a mention from this length on: shorter ones (T5) are words as well."""


def metadata_texts(models: pl.DataFrame, control: Control) -> list[str]:
    """Return each model's listing record as JSON text; fields without a value are left out, as the hub does.

    Args:
        models: the columns `METADATA_COLUMNS`.
        control: ``parent_tags_removed`` leaves out tags that name a parent, likes, downloads, createdAt and _id.
    """
    written = models.with_columns(pl.col("created_at").dt.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    fields = {field: column for field, column in _RECORD.items() if control == "as_published" or field not in _VOLATILE}
    if control == "parent_tags_removed":
        written = written.with_columns(pl.col("tags").list.filter(~pl.element().str.starts_with(_PARENT_TAG)))
    return [_json(row, fields) for row in written.iter_rows(named=True)]


def _json(row: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    return orjson.dumps({field: row[column] for field, column in fields.items() if row[column] is not None}).decode()


def card_texts(cards: Sequence[str], parents: Sequence[Iterable[str]], control: Control) -> list[str]:
    """Return the beginning of each card, `CARD_CHARS` characters long.

    Args:
        cards: whole card texts.
        parents: the ids of each model's own parents.
        control: ``parent_tags_removed`` takes out base_model in the front matter and every mention of a parent's id or name
            before the text is cut.
    """
    if control == "as_published":
        return [card[:CARD_CHARS] for card in cards]
    return [without_parents(card, own)[:CARD_CHARS] for card, own in zip(cards, parents, strict=True)]


def without_parents(card: str, parents: Iterable[str]) -> str:
    """Return a card without base_model in its front matter, base_model tags, and mentions of these parents."""
    anonymous = _PARENT_TAGS.sub("", _PARENT_KEYS.sub("", card))
    names = {name for parent in parents for name in (parent, parent.rpartition("/")[2]) if len(name) >= _SHORTEST_NAME}
    if not names:
        return anonymous
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.sub(rf"(?<![\w-])(?:{longest_first})(?![\w-])", "", anonymous, flags=re.IGNORECASE)

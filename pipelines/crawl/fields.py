"""The fields a listing asks for, and what is left of them when the hub refuses some."""

from __future__ import annotations

import re
from collections.abc import Sequence

EXPAND = (
    "author",
    "baseModels",
    "cardData",
    "childrenModelCount",
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "evalResults",
    "gated",
    "gguf",
    "lastModified",
    "library_name",
    "likes",
    "model-index",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "siblings",
    "tags",
    "trendingScore",
    "usedStorage",
)
"""Every field of interest (hub-api.md, section 1.3); `_id` and `id` come unasked."""

_WORD = re.compile(r"[\w-]+")
_VALID_FOLLOW = re.compile(r"one of|valid (?:values|options|names)?|expected|allowed|must be", re.IGNORECASE)


def accepted_fields(asked: Sequence[str], complaint: str) -> tuple[str, ...]:
    """Return the fields of ``asked`` that a 400's text leaves over; all of them if it does not speak of fields.

    The text names the valid values behind words such as "expected one of"; failing that, it names the refused ones.
    """
    before, valid = _split(complaint)
    if len(valid & set(asked)) >= 2:
        return tuple(name for name in asked if name in valid)
    refused = before | valid
    return tuple(name for name in asked if name not in refused)


def _split(complaint: str) -> tuple[set[str], set[str]]:
    """Return the words before and behind the last phrase that announces valid values."""
    places = [match.end() for match in _VALID_FOLLOW.finditer(complaint)]
    place = places[-1] if places else len(complaint)
    return set(_WORD.findall(complaint[:place])), set(_WORD.findall(complaint[place:]))


def refuses_direction(complaint: str) -> bool:
    """Tell whether a 400's text is about the direction of the order."""
    return "direction" in _WORD.findall(complaint.lower())

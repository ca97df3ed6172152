"""How a parent is written, and which model id is meant: the rules, one by one, each with a name.

A rule never invents a parent. It takes away what is certainly not part of an id (spaces, an address around it, a cache
path, a revision), or it says that the text can't be a model id at all (dirty-metadata, section 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_HUB_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?:models/)?"
    r"(?P<id>[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?)(?:/(?:tree|blob|resolve|raw|commit|discussions)/?.*)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_CACHE_PATH = re.compile(r".*models--(?P<owner>[A-Za-z0-9._-]+?)--(?P<name>[A-Za-z0-9._-]+?)(?:/.*)?")
_REVISION = re.compile(r"(?P<id>[A-Za-z0-9._-]+/[A-Za-z0-9._-]+)(?:@[A-Za-z0-9._/-]+|/(?:tree|blob|resolve)/.+)")
_ID = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?")
_PATH = re.compile(r"(?:[/~\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]).*", re.DOTALL)
_WEIGHT_FILE = re.compile(r"[^/]*\.(?:safetensors|ckpt|pth?|bin|gguf|ggml|onnx|h5|msgpack|pkl|zip)", re.IGNORECASE)
_NULL_WORDS: Final = frozenset({"none", "null", "nan", "n/a", "na"})
_PLACEHOLDERS = re.compile(r"[{<\[].*[}>\]]", re.DOTALL)


@dataclass(frozen=True)
class Reference:
    """A written parent, read: the id it comes down to (or None), and the codes of what was done or found."""

    model_id: str | None
    repairs: tuple[str, ...] = ()


def read_reference(written: str) -> Reference:
    """Reduce a written parent to a model id; never raises.

    Codes: trimmed, invisible_removed, url_reduced, cache_path_reduced, revision_removed for what was taken away;
    empty_parent, null_word, local_path, not_a_model_id, foreign_address for why there is no id.
    """
    text = _INVISIBLE.sub("", written)
    repairs = ["invisible_removed"] if text != written else []
    if text.strip() != text:
        text = text.strip()
        repairs.append("trimmed")
    if refusal := _refusal_before(text):
        return Reference(None, (*repairs, refusal))
    text, reduced = _reduced(text)
    repairs += reduced
    if refusal := _refusal_after(text):
        return Reference(None, (*repairs, refusal))
    return Reference(text, tuple(repairs))


def _refusal_before(text: str) -> str | None:
    if not text:
        return "empty_parent"
    if text.lower() in _NULL_WORDS:
        return "null_word"
    return "not_a_model_id" if _PLACEHOLDERS.fullmatch(text) else None


def _reduced(text: str) -> tuple[str, list[str]]:
    """Take the id out of an address, a cache path or a pinned revision."""
    if found := _HUB_ADDRESS.fullmatch(text):
        return found["id"], ["url_reduced"]
    if found := _CACHE_PATH.fullmatch(text):
        return f"{found['owner']}/{found['name']}", ["cache_path_reduced"]
    if found := _REVISION.fullmatch(text):
        return found["id"], ["revision_removed"]
    return text, []


def _refusal_after(text: str) -> str | None:
    if "://" in text:
        return "foreign_address"
    if _PATH.fullmatch(text) or text.count("/") > 1:
        return "local_path"
    if _WEIGHT_FILE.fullmatch(text) or not _ID.fullmatch(text) or len(text) > 122:
        return "not_a_model_id"
    return None

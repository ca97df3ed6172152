"""YAML as text: every scalar stays a string exactly as written, and nothing in a document can cost much.

YAML 1.1 readers turn ``no`` into False, ``1.0`` into a float and ``2024-02-30`` into an error (model-cards, section 3);
here no scalar has a type. Only a plain ``null``, ``~`` or nothing is None, so that null stays apart from absent.
The document is read event by event, so depth, aliases and merges are counted before anything is written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import yaml

from pipelines.cards.decoding import INVISIBLE, REPLACEMENT, clean

Value = str | list["Value"] | dict[str, "Value"] | None
"""What a document is made of: text, null, lists and mappings with text keys."""

MAX_DEPTH = 64
MAX_ALIASES = 100
MAX_EXPANDED_NODES = 100_000
"""Nodes of a document with aliases written out; only documents that use aliases are held to it."""
MAX_EXPANDED_CHARS = 4_000_000
"""Characters of scalars of a document with aliases written out."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_CORE_TAG = "tag:yaml.org,2002:"
_CORE_TYPES = frozenset(
    {"str", "null", "bool", "int", "float", "timestamp", "binary", "seq", "map", "set", "omap", "pairs", "merge"}
)
_CORE_TAGS = frozenset({"!", *(_CORE_TAG + name for name in _CORE_TYPES)})
_UNPRINTABLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_REFUSED: Any = object()
"""Stands for a value under a tag outside YAML's core types until its parent leaves it out."""


class FrontMatterRefused(Exception):
    """A document that is not YAML, or asks for more than it may; `status` is the parse status to record."""

    def __init__(self, status: str, problem: str) -> None:
        super().__init__(problem)
        self.status = status


@dataclass(frozen=True)
class _Anchored:
    """A value that aliases stand for, and what writing it out once more costs."""

    value: Value
    n_nodes: int
    n_chars: int
    height: int


@dataclass
class _Reader:
    """The state of reading one document: its events, its anchors, what was counted and what was noticed."""

    next_event: Callable[[], Any]
    max_aliases: int
    flags: set[str] = field(default_factory=set)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    n_aliases: int = 0
    n_nodes: int = 0
    n_chars: int = 0
    deepest: int = 0

    def value(self, event: Any, depth: int) -> Value:
        """Return the value that begins with ``event``."""
        if type(event) is yaml.AliasEvent:
            return self.alias(event, depth)
        if event.anchor is not None:
            return self.anchored(event, depth)
        return self.unnamed(event, depth)

    def plain(self, event: Any) -> Value:
        """Return a scalar without anchor and tag, which most values are: what `value` would, at half the cost."""
        self.n_nodes += 1
        self.n_chars += len(event.value)
        return _scalar(event)

    def anchored(self, event: Any, depth: int) -> Value:
        """Read a value and keep it for its aliases."""
        n_nodes, n_chars, deepest = self.n_nodes, self.n_chars, self.deepest
        self.deepest = depth
        found = self.unnamed(event, depth)
        cost = (self.n_nodes - n_nodes, self.n_chars - n_chars, self.deepest - depth)
        self.anchors[event.anchor] = _Anchored(found, *cost)
        self.deepest = max(self.deepest, deepest)
        return found

    def unnamed(self, event: Any, depth: int) -> Value:
        self.n_nodes += 1
        found: Value
        if type(event) is yaml.ScalarEvent:
            self.n_chars += len(event.value)
            found = _scalar(event)
        else:
            self.reach(depth + 1, event)
            found = self.mapping(depth + 1) if type(event) is yaml.MappingStartEvent else self.sequence(depth + 1)
        if event.tag is not None and event.tag not in _CORE_TAGS:
            self.flags.add("tag_refused")
            found = _REFUSED
        return found

    def reach(self, depth: int, event: Any) -> None:
        """Note a level of the document with its aliases written out."""
        if depth > MAX_DEPTH:
            raise FrontMatterRefused("too_deep", f"line {event.start_mark.line + 1}: more than {MAX_DEPTH} levels")
        self.deepest = max(self.deepest, depth)

    def alias(self, event: Any, depth: int) -> Value:
        """Return what an alias stands for, if the document with all aliases written out keeps within the caps."""
        line = event.start_mark.line + 1
        target = self.anchors.get(event.anchor)
        if target is None:
            raise FrontMatterRefused("yaml_error", f"line {line}: alias *{event.anchor} has no finished anchor before it")
        self.reach(depth + target.height, event)
        self.n_aliases += 1
        self.n_nodes += target.n_nodes
        self.n_chars += target.n_chars
        if self.n_aliases > self.max_aliases or self.n_nodes > MAX_EXPANDED_NODES or self.n_chars > MAX_EXPANDED_CHARS:
            raise FrontMatterRefused("too_many_aliases", f"line {line}: aliases stand for too many values")
        return target.value

    def sequence(self, depth: int) -> list[Value]:
        """Return the list whose start was just read."""
        items: list[Value] = []
        while type(event := self.next_event()) is not yaml.SequenceEndEvent:
            item = self.plain(event) if _is_plain(event) else self.value(event, depth)
            if item is not _REFUSED:
                items.append(item)
        return items

    def mapping(self, depth: int) -> dict[str, Value]:
        """Return the mapping whose start was just read; keys stay in order, the values of a repeated key are gathered."""
        found: dict[str, Value] = {}
        merged: list[Value] = []
        repeats: dict[str, list[Value]] = {}
        while type(event := self.next_event()) is not yaml.MappingEndEvent:
            is_merge = type(event) is yaml.ScalarEvent and event.value == "<<" and event.implicit[0]
            key = self.key(event, depth)
            event = self.next_event()
            value = self.plain(event) if _is_plain(event) else self.value(event, depth)
            if value is _REFUSED or key is None:
                continue
            if is_merge:
                merged.append(value)
            elif key not in found:
                found[key] = value
            else:
                repeats.setdefault(key, []).append(value)
        if repeats:
            self.flags.add("duplicate_key")
            found |= {key: gathered([found[key], *values]) for key, values in repeats.items()}
        return _merge(found, merged) if merged else found

    def key(self, event: Any, depth: int) -> str | None:
        """Return a key as text: a list or a mapping in a key's place as JSON, a null as written; None if refused."""
        key = self.value(event, depth)
        if isinstance(key, str):
            return key if key.isascii() else self.visible(key)
        if key is _REFUSED:
            return None
        if key is None:
            return str(event.value) if type(event) is yaml.ScalarEvent else ""
        return orjson.dumps(key).decode()

    def visible(self, key: str) -> str:
        """Return a key without characters that no reader sees; values keep theirs."""
        found = _INVISIBLE.sub("", key)
        if found != key:
            self.flags.add("invisible_removed")
        return found


def read_yaml(text: str, *, max_aliases: int = MAX_ALIASES) -> tuple[Value, set[str]]:
    """Return the first document of ``text`` and flags (duplicate_key, tag_refused, control_replaced, invisible_removed).

    Raises:
        FrontMatterRefused: it is not YAML, too deep, or its aliases stand for too much.
    """
    text, n_controls = _UNPRINTABLE.subn(REPLACEMENT, text)
    reader = _Reader(yaml.CBaseLoader(text).get_event, max_aliases)
    try:
        found = _first_document(reader)
    except yaml.MarkedYAMLError as error:
        raise FrontMatterRefused("yaml_error", _problem(error)) from error
    except yaml.YAMLError as error:
        raise FrontMatterRefused("yaml_error", str(error)) from error
    if n_controls:
        reader.flags.add("control_replaced")
    return (None if found is _REFUSED else found), reader.flags


def _first_document(reader: _Reader) -> Value:
    reader.next_event()
    if type(reader.next_event()) is yaml.StreamEndEvent:
        return None
    found = reader.value(reader.next_event(), 0)
    reader.next_event()
    return found


def _problem(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}: {error.problem}" if mark else str(error.problem)


def _is_plain(event: Any) -> bool:
    return type(event) is yaml.ScalarEvent and event.anchor is None and event.tag is None


def _scalar(event: Any) -> str | None:
    text: str = event.value
    if text in _NULLS and event.implicit[0] and event.tag is None:
        return None
    return text if text.isascii() and "\0" not in text else clean(text)


def _as_list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def gathered(values: list[Value]) -> list[Value]:
    """Return the values of a repeated key as one list, lists among them opened."""
    return [item for value in values for item in _as_list(value)]


def _merge(own: dict[str, Value], merged: list[Value]) -> dict[str, Value]:
    """Return a mapping with what its ``<<`` brings in; its own keys win, then earlier mappings."""
    found = dict(own)
    for source in merged:
        for mapping in _as_list(source):
            if isinstance(mapping, dict):
                for key, value in mapping.items():
                    found.setdefault(key, value)
    return found

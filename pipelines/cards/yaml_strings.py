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


@dataclass
class _Cost:
    nodes: int = 0
    chars: int = 0

    def since(self, before: _Cost) -> _Cost:
        return _Cost(self.nodes - before.nodes, self.chars - before.chars)

    def copy(self) -> _Cost:
        return _Cost(self.nodes, self.chars)


@dataclass
class _Reader:
    """The state of reading one document: its events, its anchors with their cost, and what was noticed."""

    next_event: Callable[[], Any]
    flags: set[str] = field(default_factory=set)
    anchors: dict[str, tuple[Value, _Cost]] = field(default_factory=dict)
    cost: _Cost = field(default_factory=_Cost)
    n_aliases: int = 0

    def value(self, event: Any, depth: int) -> Value:
        """Return the value that begins with ``event``."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self.alias(event.anchor)
        before = self.cost.copy() if event.anchor else None
        self.cost.nodes += 1
        found: Value
        if kind is yaml.ScalarEvent:
            self.cost.chars += len(event.value)
            found = _scalar(event)
        elif depth >= MAX_DEPTH:
            raise FrontMatterRefused("too_deep", f"line {event.start_mark.line + 1}: more than {MAX_DEPTH} levels")
        else:
            found = self.mapping(depth + 1) if kind is yaml.MappingStartEvent else self.sequence(depth + 1)
        if event.tag is not None and event.tag not in _CORE_TAGS:
            self.flags.add("tag_refused")
            found = _REFUSED
        if before is not None:
            self.anchors[event.anchor] = (found, self.cost.since(before))
        return found

    def alias(self, name: str) -> Value:
        """Return what an alias stands for, if the document with all aliases written out keeps within the caps."""
        if name not in self.anchors:
            raise FrontMatterRefused("yaml_error", f"alias *{name} has no finished anchor before it")
        found, cost = self.anchors[name]
        self.n_aliases += 1
        self.cost.nodes += cost.nodes
        self.cost.chars += cost.chars
        if self.n_aliases > MAX_ALIASES or self.cost.nodes > MAX_EXPANDED_NODES or self.cost.chars > MAX_EXPANDED_CHARS:
            raise FrontMatterRefused("too_many_aliases", f"aliases stand for more than {MAX_EXPANDED_NODES} nodes")
        return found

    def sequence(self, depth: int) -> list[Value]:
        """Return the list whose start was just read."""
        items: list[Value] = []
        while type(event := self.next_event()) is not yaml.SequenceEndEvent:
            item = self.value(event, depth)
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
            value = self.value(self.next_event(), depth)
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


def read_yaml(text: str) -> tuple[Value, set[str]]:
    """Return the first document of ``text`` and flags (duplicate_key, tag_refused, control_replaced, invisible_removed).

    Raises:
        FrontMatterRefused: it is not YAML, too deep, or its aliases stand for too much.
    """
    text, n_controls = _UNPRINTABLE.subn(REPLACEMENT, text)
    reader = _Reader(next_event=yaml.CBaseLoader(text).get_event)
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


def _scalar(event: Any) -> str | None:
    text: str = event.value
    if event.implicit[0] and event.tag is None and text in _NULLS:
        return None
    return clean(text)


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

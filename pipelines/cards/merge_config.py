"""Merge configurations inside cards: mergekit's and LazyMergekit's YAML, read as text (model-cards, section 5).

A configuration stands in a fenced block, or in the front matter itself. It names its models as ``path``,
``path@revision`` and ``path+lora``: two parents, the second an adapter. A tokenizer donor gives no weights and is no
parent; names that an earlier stage of a merge gave its own result are no ids of the hub.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from textwrap import dedent
from typing import Any, Final, NamedTuple

import orjson

from pipelines.cards.parent_claim import ParentClaim, excerpt_of
from pipelines.cards.text_references import is_placeholder
from pipelines.cards.yaml_strings import FrontMatterRefused, Value, read_yaml

CONFIGURED: Final = 0.95
"""A configuration that was run names what it merged; a card may quote another model's."""
UNUSED: Final = 0.6
"""A base that the method does not read: it gave tokenizer and configuration at most."""
BARE: Final = 0.5
"""A word without an owner: a folder on someone's disk as a rule."""
TOKENIZER: Final = "tokenizer"
"""Role of a donor that is no parent."""

MAX_BLOCK_CHARS: Final = 100_000
MAX_USES: Final = 5_000
"""Uses of models read of one card; a layer-wise frankenmerge of 53 models has fewer."""

_FENCE = re.compile(r"^[ \t]{0,8}(?:[-*+>][ \t]{1,3}){0,3}(`{3,}|~{3,})[^\n]{0,100}\n", re.MULTILINE)
_QUOTED_FENCE = re.compile(r"^[ \t]{0,3}>[ \t]?(?:`{3}|~{3})", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE)
_PRE = re.compile(r"</?(?:pre|code)(?:\s[^<>]{0,100})?>", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t]*\n")
_METHOD_LINE = re.compile(r"^[ \t]{0,12}merge_method[ \t]*:", re.MULTILINE)
_DOCUMENT = re.compile(r"^---[ \t]*$", re.MULTILINE)
_MARKS = ("merge_method", "slices", "source_model", "gate_mode", "models:", "modules:")
_WITHOUT_BASE = frozenset({"linear", "karcher", "passthrough"})
"""Methods on whose result base_model has no effect."""
_MODEL = re.compile(r"(?P<path>[^@+]+)(?:@(?P<revision>[^+]+))?")


class _Use(NamedTuple):
    """One place of a configuration that names a model."""

    ref: str
    role: str
    weight: str | None
    density: str | None


@dataclass(frozen=True)
class _Level:
    """What the levels above a model configure: the most specific one wins."""

    weight: Value = None
    density: Value = None

    def below(self, parameters: Value) -> _Level:
        """Return the values after a more specific level."""
        if not isinstance(parameters, dict):
            return self
        changes = {name: parameters[name] for name in ("weight", "density") if parameters.get(name) is not None}
        return replace(self, **changes) if changes else self


@dataclass
class _Config:
    """One document: its method, the name of its result, and the uses found so far."""

    method: str | None
    name: str | None
    uses: list[_Use] = field(default_factory=list)

    def use(self, ref: Value, role: str, level: _Level = _Level()) -> None:
        """Note a model reference, and its LoRA as a use of its own."""
        for path, is_lora in _paths(ref):
            if len(self.uses) < MAX_USES and not is_placeholder(path):
                self.uses.append(_Use(path, "adapter" if is_lora else role, _number(level.weight), _number(level.density)))


def merges_in_card(body: str, front_matter: str | None = None) -> list[ParentClaim]:
    """Return the parents that the merge configurations of a card name: one claim a reference and role; never raises."""
    configs = [config for document, _ in _documents(body, front_matter) if (config := _read(document))]
    results = {config.name for config in configs if config.name}
    claims = [claim for config in configs for claim in _claims(config, results)]
    return _distinct(claims)


def _documents(body: str, front_matter: str | None) -> Iterator[tuple[Value, str]]:
    if front_matter and any(mark in front_matter for mark in ("merge_method", "source_model")):
        mapping = orjson.loads(front_matter)
        yield mapping, "front_matter"
        yield mapping.get("mergekit_config"), "front_matter"
    if not any(mark in body for mark in _MARKS):
        return
    is_quoted = _QUOTED_FENCE.search(body) is not None
    blocks = [block for block in _blocks(_QUOTE.sub("", body) if is_quoted else body) if any(mark in block for mark in _MARKS)]
    documents = [text for block in blocks for text in _DOCUMENT.split(block)]
    if not documents and "merge_method" in body:
        documents = list(_unfenced(body))
    yield from ((_yaml(text), "block") for text in documents)


def _unfenced(body: str) -> Iterator[str]:
    """Yield paragraphs that are a configuration without a fence: indented, in HTML's `pre`, or plain lines of YAML."""
    for paragraph in _BLANK.split(_PRE.sub("\n\n", body)):
        if len(paragraph) <= MAX_BLOCK_CHARS and "merge_method" in paragraph and _METHOD_LINE.search(paragraph):
            yield dedent(paragraph.strip("\n"))


def _blocks(body: str) -> Iterator[str]:
    """Yield what stands between fences; a block that never ends ends with the card."""
    position = 0
    while opening := _FENCE.search(body, position):
        closing = re.compile(rf"^[ \t]{{0,8}}{re.escape(opening[1])}[`~]*[ \t]*$", re.MULTILINE).search(body, opening.end())
        end = closing.start() if closing else len(body)
        yield body[opening.end() : min(end, opening.end() + MAX_BLOCK_CHARS)]
        position = closing.end() if closing else len(body)


def _yaml(text: str) -> Value:
    try:
        return read_yaml(text)[0]
    except FrontMatterRefused:
        return None


def _read(document: Value) -> _Config | None:
    """Read one document; None if it is no merge configuration."""
    if not isinstance(document, dict) or not _is_config(document):
        return None
    config = _Config(_text(document.get("merge_method")), _text(document.get("name")))
    if "experts" in document:
        config.method = config.method or "moe"
    _read_part(config, document, _Level())
    return config


def _is_config(document: Mapping[str, Value]) -> bool:
    parts = [part for name in ("models", "slices", "experts") for part in _items(document.get(name))]
    if isinstance(document.get("modules"), dict):
        return "merge_method" in document
    keys = {key for part in parts if isinstance(part, dict) for key in part}
    return bool(keys & {"model", "sources", "source_model"}) and ("merge_method" in document or "model" not in keys)


def _read_part(config: _Config, part: Mapping[str, Value], above: _Level) -> None:
    """Read a document or a module: its models, slices, experts and base."""
    level = above.below(part.get("parameters"))
    has_effect = config.method not in _WITHOUT_BASE
    config.use(part.get("base_model"), "base" if has_effect else "unused_base", level if has_effect else _Level())
    for model in _mappings(part.get("models")):
        config.use(model.get("model"), "model", level.below(model.get("parameters")))
    for piece in _mappings(part.get("slices")):
        _read_slice(config, piece, level)
    for name, role in (("experts", "expert"), ("shared_experts", "shared_expert")):
        for expert in _mappings(part.get(name)):
            config.use(expert.get("source_model"), role)
    modules = part.get("modules")
    for module in modules.values() if isinstance(modules, dict) else ():
        if isinstance(module, dict) and "modules" not in module:
            _read_part(config, module, level)
    _read_tokenizer(config, part)


def _read_slice(config: _Config, piece: Mapping[str, Value], above: _Level) -> None:
    level = above.below(piece.get("parameters"))
    config.use(piece.get("base_model"), "base", level)
    for source in _mappings(piece.get("sources")):
        config.use(source.get("model"), "model", level.below(source.get("parameters")))


def _read_tokenizer(config: _Config, part: Mapping[str, Value]) -> None:
    tokenizer = part.get("tokenizer")
    donors = [part.get("tokenizer_source"), tokenizer.get("source") if isinstance(tokenizer, dict) else None]
    for donor in donors:
        if isinstance(donor, str) and "/" in donor:
            config.use(donor.removeprefix("model:"), TOKENIZER)


def _paths(ref: Value) -> Iterator[tuple[str, bool]]:
    """Yield the paths of a model reference, with whether each is a LoRA; written as text or as a mapping."""
    if isinstance(ref, str):
        model, _, lora = ref.strip().partition("+")
        for text, is_lora in ((model, False), (lora, True)):
            if text.strip():
                yield text.strip(), is_lora
    elif isinstance(ref, dict):
        for key, is_lora in (("path", False), ("model", False), ("lora", True)):
            for path, _ in _paths(ref.get(key)):
                yield path, is_lora


def _claims(config: _Config, results: set[str]) -> Iterator[ParentClaim]:
    uses = [use for use in config.uses if use.ref.partition("@")[0] not in results]
    parents = {use.ref.lower() for use in uses if use.role not in (TOKENIZER, "unused_base")}
    relation = "merge" if len(parents) > 1 else "finetune"
    places: dict[tuple[str, str], list[_Use]] = {}
    for use in uses:
        places.setdefault((use.ref, use.role), []).append(use)
    for (ref, role), same in places.items():
        yield ParentClaim(
            evidence="merge_config",
            parent_ref=ref,
            relation=None if role == TOKENIZER else relation,
            rule=f"mergekit_{role}",
            confidence=UNUSED if role == "unused_base" else CONFIGURED if "/" in ref else BARE,
            excerpt=excerpt_of(f"merge_method: {config.method or 'none'}; {role}: {ref}"),
            n_mentions=len(same),
            role=role,
            merge_method=config.method,
            weight=_only({use.weight for use in same}),
            density=_only({use.density for use in same}),
        )


def _distinct(claims: list[ParentClaim]) -> list[ParentClaim]:
    """Return one claim a reference and role; a card that shows a configuration twice repeats itself."""
    found: dict[tuple[str, str | None], ParentClaim] = {}
    for claim in claims:
        key = (claim.parent_ref, claim.role)
        found[key] = _together(found[key], claim) if key in found else claim
    return list(found.values())


def _together(first: ParentClaim, again: ParentClaim) -> ParentClaim:
    relation = "merge" if "merge" in (first.relation, again.relation) else first.relation
    return first._replace(n_mentions=first.n_mentions + again.n_mentions, relation=relation)


def _only(values: set[str | None]) -> float | None:
    (value, *others) = values
    return float(value) if value is not None and not others else None


def _number(value: Value) -> str | None:
    """Return one finite number as text; gradients and filters are none."""
    if not isinstance(value, str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return value if -1e9 < number < 1e9 else None


def _text(value: Value) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _items(value: Value) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: Value) -> Iterator[dict[str, Value]]:
    return (item for item in _items(value) if isinstance(item, dict))

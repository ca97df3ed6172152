"""What models are: traits inherited along primary parents, mutated at known rates in known directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.local_hub.planted.families import Structure
from pipelines.local_hub.planted.parameters import FINETUNE, MERGE, TRAITS, DriftRates, HubShape, stream
from pipelines.local_hub.planted.vocabulary import LIBRARY, TASK, TRAIT, Trait


@dataclass(frozen=True)
class Traits:
    """One entry a model; codes index the values of `vocabulary.TRAIT`."""

    value: dict[str, np.ndarray]
    is_declared: dict[str, np.ndarray]
    mutated: dict[str, np.ndarray]
    """Whether the value differs from the primary parent's; false for models without parents."""


def inherit(
    structure: Structure, seed: int, drift: DriftRates, shape: HubShape, *, known: Mapping[str, np.ndarray] | None = None
) -> Traits:
    """Draw every trait of every model; ``known`` gives the codes that models without parents have already."""
    roots = _root_values(structure, seed) | dict(known or {})
    value = {trait: _descend(trait, structure, roots[trait], seed, drift) for trait in TRAITS}
    has_parent = structure.parent >= 0
    mutated = {trait: has_parent & (codes != codes[structure.parent]) for trait, codes in value.items()}
    n = len(structure.kind)
    declared = {trait: stream(seed, f"declared {trait}").random(n) < shape.declared[trait] for trait in TRAITS}
    return Traits(value, declared, mutated)


def mutate(trait: Trait, codes: np.ndarray, directed_share: float, rng: np.random.Generator) -> np.ndarray:
    """Return another value for each code, never the same."""
    steps = np.cumsum(trait.transitions(directed_share), axis=1)
    steps[:, -1] = 1.0
    drawn = rng.random(len(codes))
    return np.asarray((drawn[:, None] >= steps[codes]).sum(axis=1))


def _root_values(structure: Structure, seed: int) -> dict[str, np.ndarray]:
    """Draw every model's value as if it had no parents; the library follows the task's usual one."""
    n = len(structure.kind)
    drawn = {
        name: stream(seed, f"root {name}").choice(len(trait.values), n, p=trait.odds)
        for name, trait in TRAIT.items()
        if name != "library"
    }
    usual = np.array([LIBRARY.values.index(_USUAL_LIBRARY.get(task, "transformers")) for task in TASK.values])
    return drawn | {"library": usual[drawn["task"]]}


_USUAL_LIBRARY = {
    "text-to-image": "diffusers",
    "image-classification": "timm",
    "feature-extraction": "sentence-transformers",
}


def _descend(trait: str, structure: Structure, own: np.ndarray, seed: int, drift: DriftRates) -> np.ndarray:
    """Hand values down level by level; with independent labels every model keeps its own draw."""
    if drift.is_independent:
        return own
    rates, rng = drift.of(trait), stream(seed, f"drift {trait}")
    mutates = rng.random(len(own)) < rates.by_kind()[structure.kind]
    value = own.copy()
    for members in _levels(structure.depth):
        inherited = value[structure.parent[members]]
        changed = mutates[members]
        inherited[changed] = mutate(TRAIT[trait], inherited[changed], rates.directed_share, rng)
        value[members] = inherited
    return value


def _levels(depth: np.ndarray) -> list[np.ndarray]:
    """Return the models at depth 1, 2, …"""
    order = np.argsort(depth, kind="stable")
    bounds = np.searchsorted(depth[order], np.arange(1, depth.max() + 2))
    return np.split(order, bounds)[1:-1]


def wire_library(kind: np.ndarray, library: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (whether the relation decides the library, the library's name as declared)."""
    names = np.array(LIBRARY.values, dtype=object)[library]
    by_relation = ~np.isin(kind, (FINETUNE, MERGE, 0, 1))
    return by_relation, np.where(by_relation, np.array(_RELATION_LIBRARY, dtype=object)[kind], names)


_RELATION_LIBRARY = ("", "", "", "peft", "gguf", "")

"""Which generator wrote a card: a generator is only chosen where the licence and language it writes are the planted ones.

So a generator's defaults (Unsloth's apache-2.0, the diffusers scripts' RAIL licence, TRL's missing one) never disturb the
planted mutation rates; the disturbance itself is planted as dirty records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pipelines.local_hub.planted.families import Structure
from pipelines.local_hub.planted.parameters import KINDS
from pipelines.local_hub.planted.traits import Traits
from pipelines.local_hub.planted.vocabulary import TRAIT

HAND: Final = "hand"


@dataclass(frozen=True)
class Generator:
    """A card writer: for which kinds, how often, under which declared traits, and with which tags."""

    name: str
    kinds: str
    weight: float
    tags: tuple[str, ...] = ()
    licences: tuple[str, ...] | None = None
    """Licences that the writer may meet; () means that it writes none, None that it takes any or none."""
    languages: tuple[str, ...] | None = None
    library: str = ""
    task: str = ""


_TRAINED = "finetune adapter"
GENERATORS: Final = (
    Generator("trainer", f"single {_TRAINED}", 3, ("generated_from_trainer",)),
    Generator("keras", "finetune", 9, ("generated_from_keras_callback",), library="keras"),
    Generator("trl", _TRAINED, 6, ("generated_from_trainer", "trl", "sft"), licences=()),
    Generator("unsloth", _TRAINED, 12, ("text-generation-inference", "unsloth", "trl"), ("apache-2.0",), ("en",)),
    Generator("autotrain", _TRAINED, 2, ("autotrain",), licences=()),
    Generator("llama_factory", _TRAINED, 9, ("llama-factory", "full", "generated_from_trainer"), licences=("other",)),
    Generator("axolotl", _TRAINED, 0.7, ("axolotl", "generated_from_trainer")),
    Generator("peft", "adapter", 3),
    Generator(
        "diffusers_lora", "adapter", 20, ("diffusers", "lora", "template:sd-lora"), ("creativeml-openrail-m", "openrail++"),
        task="text-to-image",
    ),
    Generator(
        "sentence_transformers", "base single finetune", 9, ("feature-extraction", "sentence-similarity"),
        library="sentence-transformers",
    ),
    Generator("setfit", "single finetune", 20, ("setfit", "text-classification"), library="setfit"),
    Generator("mergekit", "merge", 3, ("mergekit", "merge")),
    Generator("lazymergekit", "merge", 1, ("merge", "mergekit", "lazymergekit")),
    Generator("mradermacher", "quantized", 4),
    Generator("bartowski", "quantized", 2),
    Generator("gguf_my_repo", "quantized", 2, ("llama-cpp", "gguf-my-repo")),
    Generator("mlx", "quantized", 1, ("mlx",)),
    Generator("thebloke", "quantized", 1),
    Generator("default_template", "base single finetune adapter", 1),
    Generator("transformers_push", "base single", 1),
)  # fmt: skip
NAMES: Final = (HAND, *(generator.name for generator in GENERATORS))


def choose_generators(structure: Structure, traits: Traits, is_template: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """Return the generator of each model's card, ``hand`` where no template is wanted."""
    steps = np.zeros((len(is_template), len(GENERATORS)), dtype=np.float32)
    for column, generator in enumerate(GENERATORS):
        steps[:, column] = generator.weight * _is_possible(generator, structure, traits)
    np.cumsum(steps, axis=1, out=steps)
    drawn = rng.random(len(is_template), dtype=np.float32) * steps[:, -1]
    chosen = np.minimum((drawn[:, None] >= steps).sum(axis=1), len(GENERATORS) - 1)
    possible = steps[:, -1] > 0
    index = np.where(is_template & possible, chosen + 1, 0)
    return pl.Series("generator", NAMES).gather(pl.Series(index, dtype=pl.UInt32))


def _is_possible(generator: Generator, structure: Structure, traits: Traits) -> np.ndarray:
    possible = np.isin(structure.kind, [KINDS.index(kind) for kind in generator.kinds.split()])
    if generator.licences is not None:
        possible &= _has("license", traits, generator.licences)
    if generator.languages is not None:
        possible &= _has("languages", traits, generator.languages)
    if generator.library:
        possible &= traits.value["library"] == TRAIT["library"].values.index(generator.library)
    if generator.task:
        possible &= traits.value["task"] == TRAIT["task"].values.index(generator.task)
    return possible


def _has(trait: str, traits: Traits, values: tuple[str, ...]) -> np.ndarray:
    """Return whether the declared value is one of ``values``; without values, whether nothing is declared."""
    declared = traits.is_declared[trait]
    if not values:
        return ~declared
    codes = [TRAIT[trait].values.index(value) for value in values]
    return np.asarray(declared & np.isin(traits.value[trait], codes))

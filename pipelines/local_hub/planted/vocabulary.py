"""The words of a planted hub. Names are invented; licence ids, language codes, tasks and libraries are the Hub's own.

Each trait has its values, the odds of the values at a root, and a rank: a directed mutation goes to a higher rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

Weighted = dict[str, tuple[float, int]]


def _words(text: str) -> list[str]:
    return text.split()


_LICENCES: Final[Weighted] = {
    "llama3.1": (8, 0), "gemma": (7, 0), "llama2": (4, 0), "llama3": (5, 0),
    "openrail++": (4, 1), "creativeml-openrail-m": (6, 1), "bigscience-bloom-rail-1.0": (2, 1),
    "cc-by-nc-4.0": (7, 2), "cc-by-nc-sa-4.0": (3, 2), "other": (7, 2),
    "gpl-3.0": (2, 3), "cc-by-sa-4.0": (3, 3), "cc-by-4.0": (4, 4),
    "mit": (13, 5), "apache-2.0": (25, 5),
}  # fmt: skip
"""Towards permissive: bespoke, use-restricted, non-commercial, copyleft, attribution, permissive."""

_TASKS: Final[Weighted] = {
    "fill-mask": (8, 0), "feature-extraction": (6, 1), "automatic-speech-recognition": (8, 2), "question-answering": (3, 3),
    "text-generation": (45, 4), "text-to-image": (14, 5), "image-classification": (5, 6), "text-classification": (8, 7),
    "reinforcement-learning": (1, 8), "token-classification": (2, 9),
}  # fmt: skip

_LIBRARIES: Final[Weighted] = {
    "timm": (4, 0), "transformers": (70, 1), "diffusers": (16, 2), "sentence-transformers": (5, 3), "keras": (3, 4),
    "setfit": (2, 5),
}  # fmt: skip

_SINGLE_LANGUAGES: Final = _words(
    "en de fr es zh ja ko ar hi pt it nl pl ru tr vi th sv id uk cs ro fa he el fi da hu bg ca nb sw ta bn ur"
)
_GROUPS: Final = (
    ["en", "zh"], ["en", "de"], ["en", "fr"], ["en", "es"], ["en", "ja"], ["en", "ko"], ["de", "fr", "it"],
    ["sv", "da", "nb"], ["en", "de", "fr", "it", "pt", "hi", "es", "th"],
    _SINGLE_LANGUAGES[:12], _SINGLE_LANGUAGES[:20], _SINGLE_LANGUAGES,
)  # fmt: skip

LANGUAGE_SETS: Final[tuple[tuple[str, ...], ...]] = (
    *((code,) for code in _SINGLE_LANGUAGES),
    *(tuple(group) for group in _GROUPS),
)


@dataclass(frozen=True)
class Trait:
    """A trait's values with their odds at a root and their rank; arrays share the index of ``values``."""

    values: tuple[str, ...]
    odds: np.ndarray
    rank: np.ndarray

    def transitions(self, directed_share: float) -> np.ndarray:
        """Return the matrix P(to | from, mutated): rows sum to 1, the diagonal is 0.

        The directed part goes to higher ranks by their odds at a root, from the highest rank to its other values; the rest,
        and the directed part of a value alone in the highest rank, goes uniformly to any other value.
        """
        n = len(self.values)
        uniform = (1 - np.eye(n)) / (n - 1)
        is_highest = self.rank == self.rank.max()
        is_higher = self.rank[None, :] > self.rank[:, None]
        is_peer = is_highest[:, None] & is_highest[None, :] & ~np.eye(n, dtype=bool)
        downstream = np.where(is_higher | is_peer, self.odds[None, :], 0.0)
        reach = downstream.sum(axis=1, keepdims=True)
        directed = np.where(reach > 0, downstream / np.where(reach > 0, reach, 1), uniform)
        return np.asarray(directed_share * directed + (1 - directed_share) * uniform)


def _trait(table: Weighted) -> Trait:
    odds = np.array([weight for weight, _ in table.values()], dtype=float)
    return Trait(tuple(table), odds / odds.sum(), np.array([rank for _, rank in table.values()]))


def _languages() -> Trait:
    """Rank 0 is several languages, 1 another single language, 2 English; a set is written with commas.

    Most roots have several languages, or nothing could drift towards English.
    """
    weight = {"en": 35.0} | dict.fromkeys(_SINGLE_LANGUAGES[1:], 0.5)
    odds = np.array([weight.get(",".join(codes), 6.0) for codes in LANGUAGE_SETS])
    rank = np.array([0 if len(codes) > 1 else 2 if codes == ("en",) else 1 for codes in LANGUAGE_SETS])
    return Trait(tuple(",".join(codes) for codes in LANGUAGE_SETS), odds / odds.sum(), rank)


LICENSE: Final = _trait(_LICENCES)
LANGUAGES: Final = _languages()
TASK: Final = _trait(_TASKS)
LIBRARY: Final = _trait(_LIBRARIES)
TRAIT: Final = {"license": LICENSE, "languages": LANGUAGES, "task": TASK, "library": LIBRARY}

ARCHITECTURES: Final = {
    "fill-mask": (("bert", "BertForMaskedLM"), ("roberta", "RobertaForMaskedLM")),
    "feature-extraction": (("bert", "BertModel"), ("mpnet", "MPNetModel")),
    "automatic-speech-recognition": (("whisper", "WhisperForConditionalGeneration"), ("wav2vec2", "Wav2Vec2ForCTC")),
    "question-answering": (("bert", "BertForQuestionAnswering"), ("deberta-v2", "DebertaV2ForQuestionAnswering")),
    "text-generation": (
        ("llama", "LlamaForCausalLM"), ("qwen3", "Qwen3ForCausalLM"), ("gemma3_text", "Gemma3ForCausalLM"),
        ("mistral", "MistralForCausalLM"),
    ),
    "text-to-image": (("clip_text_model", "CLIPTextModel"),),
    "image-classification": (("vit", "ViTForImageClassification"), ("resnet", "ResNetForImageClassification")),
    "text-classification": (("distilbert", "DistilBertForSequenceClassification"), ("bert", "BertForSequenceClassification")),
    "reinforcement-learning": (("decision_transformer", "DecisionTransformerModel"),),
    "token-classification": (("bert", "BertForTokenClassification"), ("xlm-roberta", "XLMRobertaForTokenClassification")),
}  # fmt: skip
"""Model type and class by a root's task; a family keeps its root's."""
SIZES: Final = (
    ("135M", 134_515_008), ("0.5B", 494_032_768), ("1B", 1_235_814_400), ("3B", 3_212_749_824),
    ("7B", 7_241_732_096), ("8B", 8_030_261_248), ("14B", 14_770_033_664), ("70B", 70_553_706_496),
)  # fmt: skip

STEM_HEADS: Final = _words("Zor Vel Mar Tan Quil Bre Osk Lum Pern Dax Fen Gri Hol Ith Jor Kel Nim Ral Sav Tyr")
STEM_TAILS: Final = _words("vix dane lith mora rune stel wick zane bora cask denn falo garn hest ivar juno kava loom")
AUTHOR_HEADS: Final = _words(
    "amber birch cedar delta ember fjord grove harbor inlet jasper kestrel linden meadow north opal pine quartz reef "
    "slate tundra umber vale willow xenon yarrow zephyr"
)
AUTHOR_TAILS: Final = _words("lab works mind forge nest loop byte wave kit yard hub den labs ml data ai field post lane gate")
VARIANTS: Final = _words(
    "sft dpo chat instruct lumen atlas comet drift echo flint glade haze iris jolt krill lark moss nova oak pulse quill "
    "ridge sable thorn umbra vesper wisp yonder zest mini base news law med code math story tutor summary intent ner qa"
)
SUFFIX: Final = {
    "base": ("",), "single": ("", "-v0"), "finetune": ("", "-ft", "-tuned"), "adapter": ("-lora", "-adapter", "-peft"),
    "quantized": ("-GGUF", "-i1-GGUF", "-Q4_K_M-GGUF", "-4bit"), "merge": ("-merge", "-slerp", "-ties"),
}  # fmt: skip
DATASETS: Final = tuple(
    f"{AUTHOR_HEADS[i % 26]}{AUTHOR_TAILS[i % 20]}/{VARIANTS[i % 42]}-{STEM_TAILS[i % 18]}-corpus" for i in range(0, 400, 7)
)
ARXIV: Final = tuple(f"{2201 + 100 * (i % 4) + i % 12}.{10000 + 137 * i:05d}" for i in range(60))

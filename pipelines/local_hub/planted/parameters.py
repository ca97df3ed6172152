"""What is planted: rates, shares and laws, each a documented number that the pipeline should find again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

import numpy as np

START_AT: Final = 1_646_263_744
"""2022-03-02T23:29:04Z in Unix seconds: the day the Hub's createdAt begins; older models carry it or the next second."""
END_AT: Final = 1_795_132_800
"""2026-11-20T00:00:00Z in Unix seconds: the planted hub's today."""
DAY: Final = 86_400

KINDS: Final = ("base", "single", "finetune", "adapter", "quantized", "merge")
"""Kinds of grown models; the index is the code used in arrays. The last four are the Hub's relation words."""
BASE, SINGLE, FINETUNE, ADAPTER, QUANTIZED, MERGE = range(6)
TRAITS: Final = ("license", "languages", "task", "library")


def stream(seed: int, stage: str) -> np.random.Generator:
    """Return the random stream of one stage: stages do not shift one another when one of them draws more."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(stage.encode())]))


@dataclass(frozen=True)
class TraitRates:
    """How often a trait's value differs between a child and its primary parent, by the child's relation (0–1)."""

    finetune: float = 0.0
    adapter: float = 0.0
    quantized: float = 0.0
    merge: float = 0.0
    directed_share: float = 0.0
    """Share of mutations that are forced downstream (see `vocabulary`); the rest go to any other value alike."""

    def by_kind(self) -> np.ndarray:
        """Return the rate of each code of `KINDS`; models without parents have rate 0."""
        return np.array([0.0, 0.0, self.finetune, self.adapter, self.quantized, self.merge])


@dataclass(frozen=True)
class DriftRates:
    """Everything that drifts along an edge of the planted hub."""

    license: TraitRates = TraitRates(0.20, 0.15, 0.05, 0.20, directed_share=0.7)
    """Downstream is towards permissive licences."""
    languages: TraitRates = TraitRates(0.24, 0.12, 0.03, 0.15, directed_share=0.8)
    """Downstream is from many languages to one, and to English."""
    task: TraitRates = TraitRates(0.40, 0.10, 0.02, 0.05, directed_share=0.8)
    """Downstream is from general (fill-mask) to specific (token-classification)."""
    library: TraitRates = TraitRates(0.05, 0.0, 0.0, 0.05, directed_share=0.5)
    """For finetune and merge only; adapters and quantizations get the library of their relation."""
    card_shrinkage: float = 0.55
    """Median ratio of a hand-written card's body length to its parent's; 1 is no drift."""
    template_share_of_roots: float = 0.10
    template_share_of_children: float = 0.50
    """Share of cards that a generator wrote."""
    is_independent: bool = False
    """Labels are drawn afresh for every model, so nothing is inherited and no direction exists (shuffled labels)."""

    @staticmethod
    def none() -> DriftRates:
        """Return the null hub in which children copy every trait, the library but for adapters and quantizations."""
        still = TraitRates()
        return DriftRates(still, still, still, still, 1.0, 0.3, 0.3)

    @staticmethod
    def shuffled() -> DriftRates:
        """Return the null hub in which every label is drawn independently of the parents'."""
        still = TraitRates()
        return DriftRates(still, still, still, still, 1.0, 0.3, 0.3, is_independent=True)

    def of(self, trait: str) -> TraitRates:
        """Return the rates of one of `TRAITS`."""
        rates = {"license": self.license, "languages": self.languages, "task": self.task, "library": self.library}
        return rates[trait]


@dataclass(frozen=True)
class HubShape:
    """How the families grow and how much of a model is declared."""

    linked_share: float = 0.65
    """Share of grown models that belong to families; the others stand alone."""
    root_share: float = 0.02
    """Family roots as a share of grown models (at least 8)."""
    family_exponent: float = 0.9
    """Expected family size falls as rank to the power of minus this."""
    direct_share: float = 0.5
    """Share of members that hang on the root itself; their dates follow the growth law exactly."""
    copying_share: float = 0.4
    """Of the other members, the share that copies the parent of a random earlier member (preferential attachment);
    the rest choose an earlier member uniformly. 0 is uniform attachment."""
    relation_mix: tuple[float, float, float, float] = (0.38, 0.36, 0.20, 0.06)
    """finetune, adapter, quantized, merge; a merge that finds no second parent becomes a finetune."""
    merge_parents: tuple[float, float, float, float] = (0.70, 0.18, 0.08, 0.04)
    """Shares of merges that look for 2, 3, 4 and 5 parents."""
    foreign_share: float = 0.25
    """Share of a merge's further parents that come from another family."""
    fitness: tuple[float, float] = (1.5, 4.0)
    immediacy: tuple[float, float] = (4.0, 0.4)
    longevity: tuple[float, float] = (0.6, 1.2)
    """Growth law of direct children: c(t) = m (exp(λ Φ((ln t - μ)/σ)) - 1), t in days. Fitness λ and longevity σ are
    uniform in their range, immediacy μ is normal with (mean, deviation)."""
    inversion_share: float = 0.002
    """Share of edges whose child carries an earlier creation time than its parent (at least 2, unless 0)."""
    floor_share: float = 0.10
    """Share of roots that carry the start of createdAt instead of their birth."""
    single_card_share: float = 0.45
    """Share of models outside families that have a README; members and roots always have one, else they'd declare nothing."""
    declared: dict[str, float] = field(
        default_factory=lambda: {"license": 0.80, "languages": 0.45, "task": 0.85, "library": 0.90},
    )
    """Share of models (with a card, where the trait lives in the card) that state the trait."""
    relation_declared_share: float = 0.3
    """Share of children that write base_model_relation in their card."""
    results_share: float = 0.15
    """Share of models with a card that report results in model-index."""
    gated_share: float = 0.03

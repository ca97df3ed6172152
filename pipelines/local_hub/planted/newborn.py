"""Models that appear after a hub was planted: children of models it already has, grown by the same rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from pipelines.local_hub.planted import truth as tables
from pipelines.local_hub.planted.card_text import card_frames
from pipelines.local_hub.planted.families import Growth, Structure
from pipelines.local_hub.planted.parameters import (
    ADAPTER,
    BASE,
    DAY,
    FINETUNE,
    QUANTIZED,
    TRAITS,
    DriftRates,
    HubShape,
    stream,
)
from pipelines.local_hub.planted.population import Population, populate
from pipelines.local_hub.planted.traits import inherit
from pipelines.local_hub.planted.vocabulary import TRAIT
from pipelines.local_hub.planted.wire import wire_rows

_MIX: Final = (0.42, 0.36, 0.22)
"""finetune, adapter, quantized among new models; merges are left to planting."""


@dataclass(frozen=True)
class Newborn:
    """What a day adds, in the forms of `PlantedHub`."""

    records: pl.DataFrame
    cards: pl.DataFrame
    truth: dict[str, pl.DataFrame]


def newborn(parents: pl.DataFrame, today: int, seed: int, drift: DriftRates) -> Newborn:
    """Return one new child of each row of ``parents`` (rows of the truth table `models`), born on the given day.

    ``today`` is the day's start in Unix seconds, later than every creation on the hub.
    """
    n = parents.height
    structure = _structure(n, today, stream(seed, "newborn"))
    known = {trait: _codes(parents[trait], trait, n) for trait in TRAITS}
    shape = HubShape()
    traits = inherit(structure, seed, drift, shape, known=known)
    grown = _named(populate(structure, traits, seed, drift, shape), parents, today)
    rows = pl.concat(wire_rows(grown))
    cards, card_truth = card_frames(grown, rows["card_data"], seed, 1.0)
    ids = grown.models["model_id"].slice(n)
    above = parents.select("root_id", depth=pl.col("depth") + 1)
    models = tables.models_truth(grown).slice(n).with_columns(above["root_id"], above["depth"])
    truth = {
        "models": models,
        "edges": tables.edges_truth(grown),
        "claims_expected": tables.claims_truth(grown),
        "cards": card_truth.filter(pl.col("model_id").is_in(ids.implode())),
    }
    return Newborn(rows.slice(n), cards.filter(pl.col("model_id").is_in(ids.implode())), truth)


def _structure(n: int, today: int, rng: np.random.Generator) -> Structure:
    """Return ``n`` known parents and, after them, one child each."""
    kinds = rng.choice((FINETUNE, ADAPTER, QUANTIZED), n, p=_MIX)
    born = np.sort(today + rng.integers(0, DAY // 2, n))
    first, second = np.arange(n), np.arange(n, 2 * n)
    return Structure(
        kind=np.concatenate((np.full(n, BASE), kinds)),
        created=np.concatenate((np.full(n, today - DAY), born)),
        parent=np.concatenate((np.full(n, -1), first)),
        child_of_edge=second,
        parent_of_edge=first,
        position_of_edge=np.zeros(n, dtype=np.int64),
        root=np.concatenate((first, first)),
        depth=np.concatenate((np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64))),
        growth=Growth(*(np.empty(0),) * 4),
    )


def _codes(values: pl.Series, trait: str, n: int) -> np.ndarray:
    """Return the codes of the parents' values, and zeros for the children, who inherit theirs."""
    code = {value: index for index, value in enumerate(TRAIT[trait].values)}
    return np.concatenate(([code[value] for value in values], np.zeros(n, dtype=np.int64))).astype(np.int64)


def _named(population: Population, parents: pl.DataFrame, today: int) -> Population:
    """Give the parents their own ids, and the children names that no earlier day gave."""
    n = parents.height
    day = pl.lit(f"-d{today // DAY}")
    names = population.models.with_columns(name=pl.col("name") + day, model_id=pl.col("model_id") + day)
    named = names.with_columns(
        model_id=pl.concat([parents["model_id"], names["model_id"].slice(n)]),
        hub_object_id=pl.concat([parents["hub_object_id"], names["hub_object_id"].slice(n)]),
    )
    edges = population.edges.with_columns(
        parents["model_id"].alias("parent_id"), parents["hub_object_id"].alias("parent_object_id")
    )
    return replace(population, models=named, edges=edges)

"""Planting a whole hub: growth, traits, wire rows, cards, losses, dirt and the truth about all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.local_hub.planted import truth as tables
from pipelines.local_hub.planted.card_text import card_frames
from pipelines.local_hub.planted.families import grow
from pipelines.local_hub.planted.family_truth import families_truth
from pipelines.local_hub.planted.losses import plant_losses
from pipelines.local_hub.planted.parameters import DriftRates, HubShape
from pipelines.local_hub.planted.population import populate
from pipelines.local_hub.planted.traits import inherit
from pipelines.local_hub.planted.wire import wire_rows
from warehouse.errors import UsageError

MIN_MODELS = 200


@dataclass(frozen=True)
class PlantedHub:
    """A hub whose history is known."""

    records: pl.DataFrame
    """One row a model: the columns of `warehouse.landing.schema.RECORDS` but for observed_at, ordered by (created_at,
    hub_object_id); records without a usable id (``raw``) come last."""
    cards: pl.DataFrame
    """One row a model that has a README: hub_object_id, model_id, content (bytes), card_sha (git blob id)."""
    renames: pl.DataFrame
    """old_id, model_id: ids that the hub answers with a 307 to model_id."""
    truth: Mapping[str, pl.DataFrame]


def plant(
    n_models: int,
    seed: int = 0,
    *,
    drift: DriftRates = DriftRates(),  # noqa: B008 - a frozen value
    shape: HubShape = HubShape(),  # noqa: B008 - a frozen value
    dirty_share: float = 0.01,
    card_share: float = 1.0,
) -> PlantedHub:
    """Grow ``n_models`` models and add the dirty ones.

    Raises:
        UsageError: fewer than 200 models were asked for: not every relation and defect finds its place in less.
    """
    if n_models < MIN_MODELS:
        raise UsageError(f"a planted hub has at least {MIN_MODELS} models, not {n_models}")
    structure = grow(n_models, seed, shape)
    traits = inherit(structure, seed, drift, shape)
    population, losses = plant_losses(populate(structure, traits, seed, drift, shape), seed)
    rows = wire_rows(population)
    cards, card_truth = card_frames(population, rows, seed, card_share)
    edges = tables.edges_truth(population)
    truth = {
        "models": tables.models_truth(population),
        "edges": edges,
        "families": families_truth(rows["model_id"], edges),
        "claims_expected": tables.claims_truth(population),
        "drift": tables.drift_truth(edges, drift),
        "card_drift": tables.card_drift_truth(drift),
        "growth": tables.growth_truth(structure, population),
        "losses": losses,
        "cards": card_truth,
    }
    renames = pl.DataFrame(schema={"old_id": pl.String, "model_id": pl.String})
    return PlantedHub(rows, cards, renames, truth)


def write_truth(hub: PlantedHub, folder: Path) -> None:
    """Write one Parquet file a truth table into ``folder``.

    Raises:
        NoSpace: the disk is full or the folder can't be written.
    """
    tables.write_truth_tables(hub.truth, folder)
